"""`pubguard hooks`: what is installed on a publishing system's side, copied out of the wheel."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import click
from msgspec import Struct

from pubguard.cli.frame import Session, command, options
from pubguard.cli.terminal import plain
from pubguard.errors import Refused, UsageError

PACKAGE = "pubguard_hooks"
PAGE = "README.md"
"""Each hook's own page; its "Install" list is what the command prints as next steps."""


class Hook(Struct, frozen=True):
    """A hook that can be written, and what it is for."""

    name: str
    what: str
    files: tuple[str, ...]


class Written(Struct, frozen=True):
    """What `hooks write` made, what was there already, and what to do next."""

    hook: str
    folder: str
    files: tuple[str, ...]
    unchanged: tuple[str, ...]
    next: tuple[str, ...]


@click.group(invoke_without_command=True, epilog="Example:  pubguard hooks write shell /opt/hook")
@options
def hooks(session: Session) -> None:
    """List what can be put in front of a publishing system, or write it into a folder."""
    if click.get_current_context().invoked_subcommand is None:
        found = tuple(_hook(folder) for folder in _folders())
        session.emit(found, lambda: _listed(found))


@command("write", group=hooks, example="pubguard hooks write shell /opt/pubguard-hook")
@click.argument("name")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
def write(session: Session, name: str, folder: Path) -> None:
    """Copy the files of the hook NAME into DIR.

    NAME is one that `pubguard hooks` lists. DIR need not exist. A file that is there
    already with other content stops everything: nothing is overwritten.
    """
    known = {found.name: found for found in _folders()}
    if name not in known:
        raise UsageError(
            f"There is no hook {name[:50]!r}.",
            f"There are: {', '.join(known)}. See: pubguard hooks",
        )
    written = _copy(known[name], folder.absolute())
    session.emit(written, lambda: _text(written))


def _folders() -> list[Path]:
    spec = find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec else None
    tops = [Path(place) for place in places or ()]
    return sorted(page.parent for top in tops for page in top.glob(f"*/{PAGE}"))


def _files(source: Path) -> Iterator[Path]:
    """What is copied: modules stay where they are, they are imported from there."""
    for path in sorted(source.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".py":
            yield path.relative_to(source)


def _hook(source: Path) -> Hook:
    lines = (source / PAGE).read_text("utf-8").splitlines()
    what = next((line for line in lines if line and not line.startswith("#")), "")
    return Hook(source.name, what, tuple(map(str, _files(source))))


def _copy(source: Path, folder: Path) -> Written:
    """Copy all files, or none where one of them is there already and different.

    Raises:
        Refused: it is, or the folder cannot be written.
    """
    bodies = {path: (source / path).read_bytes() for path in _files(source)}
    try:
        there = [path for path in bodies if os.path.lexists(folder / path)]
        same = {path for path in there if _is(folder / path, bodies[path])}
        if different := [str(path) for path in there if path not in same]:
            raise Refused(
                f"Nothing was written, because other files are there in {folder}: "
                f"{', '.join(different)}.",
                "Choose another folder, or move these away and compare them afterwards.",
            )
        for path in bodies.keys() - same:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            _write(folder / path, bodies[path])
    except OSError as error:
        raise Refused(
            f"The hook cannot be written to {folder}: {error.strerror or error}.",
            "Choose a folder that you may write to.",
        ) from error
    new = tuple(str(path) for path in bodies if path not in same)
    old = tuple(str(path) for path in bodies if path in same)
    return Written(source.name, str(folder), new, old, tuple(_next(source)))


def _is(path: Path, body: bytes) -> bool:
    return path.is_file() and not path.is_symlink() and path.read_bytes() == body


def _write(path: Path, body: bytes) -> None:
    """A new file; a script can be run whatever became of its mode on the way here."""
    mode = 0o755 if body.startswith(b"#!") else 0o644
    with open(path, "xb") as file:
        file.write(body)
    path.chmod(mode)


def _next(source: Path) -> Iterator[str]:
    """The items of the list under "Install" in the hook's page."""
    section = (
        (source / PAGE).read_text("utf-8").partition("\n## Install\n")[2].partition("\n## ")[0]
    )
    for item in re.findall(r"^\d+\. (.+(?:\n   .+)*)", section, re.MULTILINE):
        yield " ".join(item.split())
    yield f"Read {PAGE} in that folder: it says what is refused, and what to do then."


def _listed(found: tuple[Hook, ...]) -> str:
    width = max((len(hook.name) for hook in found), default=0) + 2
    lines = [f"  {plain(hook.name):<{width}}{plain(hook.what)}" for hook in found]
    return "\n".join(["Hooks:", *lines, "Write one with: pubguard hooks write NAME DIR"])


def _text(written: Written) -> str:
    lines = [f"The hook {written.hook} is in {plain(written.folder)}:"]
    lines += [f"  {plain(name)}" for name in written.files]
    lines += [f"  {plain(name)} (was there already)" for name in written.unchanged]
    steps = [f"  {number}. {plain(step)}" for number, step in enumerate(written.next, 1)]
    return "\n".join([*lines, "Next:", *steps])
