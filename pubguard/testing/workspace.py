"""A workspace as `init` makes it, and commands run on it in this process."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from pubguard import founding
from pubguard.build import Workspace
from pubguard.clock import Clock
from pubguard.config import NAME, Nation


class Result(Struct, frozen=True):
    """What a command answered: its exit code, stdout and stderr."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout.

        Raises:
            ValueError: there is none, or more than one.
        """
        return msgspec.json.decode(self.out)


def make_workspace(
    folder: Path,
    *,
    plugins: Sequence[str] = (),
    settings: str = "",
    nation: str = "england",
    clock: Clock | None = None,
) -> Workspace:
    """A new workspace in `folder`, opened.

    Args:
        folder: where to make it.
        plugins: names to enable beside those that come with pubguard.
        settings: TOML to put at the end of the configuration.
        nation: whose bank holidays count.
        clock: what the guard takes for the time; the machine's clock unless given.
    """
    founding.found(folder, "Office for Example Statistics", Nation(nation))
    path = folder / NAME
    more = "".join(f'"{name}", ' for name in plugins)
    text = path.read_text("utf-8").replace("\nplugins = [", f"\nplugins = [{more}", 1)
    path.write_text(f"{text}\n{settings}\n", "utf-8")
    return Workspace.open(path, clock)


def call(*arguments: str, config: Path | None = None, clock: Clock | None = None) -> Result:
    """Run one command line in this process, as `pubguard` would.

    Args:
        arguments: the command line without the programme.
        config: the workspace's folder or its pubguard.toml.
        clock: what the guard takes for the time; the machine's clock unless given.
    """
    from pubguard.cli import main

    place = ["--config", str(config)] if config else []
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([*place, *arguments], clock)
    return Result(code, out.getvalue(), err.getvalue())
