"""Runs the commands of a page line by line, in one folder, at a fixed time."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


def environment(**more: str) -> dict[str, str]:
    """Ours, with the command that is being tested first on the PATH."""
    return {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", **more}


def commands(text: str) -> Iterator[str]:
    """The lines of all ``sh`` blocks; one that ends with a backslash goes on."""
    for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        yield from block.replace("\\\n", " ").strip().splitlines()


def run(
    lines: Iterator[str], folder: Path, clock: Mapping[str, str], before: Mapping[str, str] = {}
) -> Iterator[int]:
    """The exit code of each line; `before` holds what is put at the end of the settings first.

    pubguard's commands are run with --json; ``$CHALLENGE`` is the latest challenge.
    """
    challenge = ""
    for line in lines:
        if line.startswith("cd "):
            folder = folder / line.removeprefix("cd ")
            yield 0
            continue
        if line in before:
            with (folder / "pubguard.toml").open("a") as settings:
                settings.write(before[line])
        done = subprocess.run(
            ["sh", "-c", f"{line} --json" if line.startswith("pubguard ") else line],
            cwd=folder,
            capture_output=True,
            text=True,
            env=environment(CHALLENGE=challenge, **clock),
            timeout=60,
            check=False,
        )
        if done.returncode == 3:
            challenge = json.loads(done.stdout)["challenge"]["id"]
        yield done.returncode
