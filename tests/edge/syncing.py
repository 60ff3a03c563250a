"""A machine with a file and a reload command that writes down that it ran, for `edge sync`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pubguard.testing import SettableClock, call
from tests.servers.listing_guard import TOKEN, ListingGuard

PUBGUARD = Path(sys.executable).parent / "pubguard"


class Machine:
    """Syncs with a stand-in guard; `fails` names a file whose presence makes the reload fail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.guard = ListingGuard()
        self.clock = SettableClock("2026-11-20T10:00")
        self.token = folder / "token"
        self.token.write_text(TOKEN + "\n")
        self.token.chmod(0o600)
        (folder / "conf").mkdir()
        self.output = folder / "conf" / "map.conf"
        self.ran, self.fails, self.kills = (folder / name for name in ("ran", "fails", "kills"))
        self.script = folder / "reload"
        self.script.write_text(
            f"#!/bin/sh\ncat {self.output} >>{self.ran}\n"
            f"{{ env; cat /proc/$PPID/cmdline; }} >{folder}/seen\necho said\n"
            f"[ ! -e {self.kills} ] || kill -9 $PPID\n[ ! -e {self.fails} ]\n"
        )
        self.script.chmod(0o755)

    def line(self, *more: str) -> list[str]:
        place = ("--url", self.guard.url, "--token-file", str(self.token), "--format", "nginx")
        rest = ("--output", str(self.output), "--reload", str(self.script), "--once")
        return ["edge", "sync", *place, *rest, *more]

    def sync(self, *more: str, code: int = 0):
        """One round, in this process; the document of how it ended."""
        done = call(*self.line(*more), "--json", clock=self.clock)
        assert done.code == code, (done.out, done.err)
        assert TOKEN not in done.out + done.err
        self.err = done.err
        return done.document

    def refused(self) -> str:
        """Why a round was no good; nothing was touched, and nothing was run."""
        before, ran, told = self.here(), self.reloads, len(self.guard.told)
        error = self.sync(code=4)["error"]
        assert error["code"] == "no-answer"
        assert (self.here(), self.reloads, len(self.guard.told)) == (before, ran, told)
        return error["message"]

    def here(self) -> dict[str, bytes]:
        """Every file, but the secret."""
        files = (path for path in self.folder.rglob("*") if path.is_file() and path != self.token)
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in files}

    @property
    def reloads(self) -> int:
        """How often the reload ran."""
        return self.ran.read_text().count("# log entries") if self.ran.exists() else 0

    def process(
        self, line: list[str] | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """One round in a process of its own."""
        return subprocess.run(
            [PUBGUARD, *(line or self.line())],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={**os.environ, **environment},
        )

    def running(self) -> subprocess.Popen[str]:
        """Round after round, until it is told to end."""
        line = [each for each in self.line("--json") if each != "--once"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen([PUBGUARD, *line], text=True, **pipes)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    made.guard.stop()
