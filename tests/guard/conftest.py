from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pubguard import clock
from pubguard.cli import main

PAGE = "sha256:" + "1a" * 32
OTHER = "sha256:" + "2b" * 32
SLOT = "2026-11-26T09:30"
RELEASE = "prices-october-2026"


class StoryClock:
    def __init__(self, text: str) -> None:
        self.set(text)

    def set(self, text: str) -> None:
        self.time = clock.parse(text)

    def now(self) -> datetime:
        return self.time


@dataclass
class Result:
    code: int
    out: str
    err: str

    @property
    def doc(self) -> Any:
        (line,) = self.out.splitlines()
        return json.loads(line)

    @property
    def codes(self) -> dict[str, str]:
        return {v["code"]: v["effect"] for v in self.doc["verdicts"]}


class Office:
    """A workspace on a clock that the test sets, used through the command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = StoryClock("2026-10-01T10:00")
        made = self.run(
            "init", str(folder), "--organisation", "Example", "--nation", "england", where=False
        )
        assert made.code == 0, made.err + made.out

    def run(self, *arguments: str, where: bool = True, as_json: bool = True) -> Result:
        """One command in this process, on the office's clock."""
        place = ["--config", str(self.folder)] if where else []
        flags = ["--json"] if as_json else ["--no-input"]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main([*arguments, *place, *flags], self.clock)
        return Result(code, out.getvalue(), err.getvalue())

    def command(self, *arguments: str, **environment: str) -> Result:
        """The real command in a process of its own."""
        done = subprocess.run(
            [Path(sys.executable).parent / "pubguard", *arguments, "--json"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={**os.environ, "PUBGUARD_CONFIG": str(self.folder), **environment},
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def set(self, old: str, new: str) -> None:
        """Change the configuration."""
        path = self.folder / "pubguard.toml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def announce(self, release: str = RELEASE, slot: str = SLOT) -> None:
        done = self.run(
            *("calendar", "announce", release, "--title", "Consumer prices: October 2026"),
            *("--release-at", slot, "--actor", "c.lee"),
        )
        assert done.code == 0, done.out + done.err

    def check(self, action: str, *arguments: str, release: str = RELEASE) -> Result:
        return self.run("check", action, release, *arguments)

    def approve(self, *arguments: str, digest: str = PAGE, slot: str = SLOT) -> Result:
        return self.check(
            *("approve", "--actor", "a.jones", "--role", "approver", "--author", "b.shah"),
            *("--effective-at", slot, "--digest", digest, *arguments),
        )

    def answer(self, asked: Result, actor: str = "a.jones") -> Result:
        challenge = asked.doc["challenge"]
        return self.run(
            *("confirm", challenge["id"], "--actor", actor, "--typed", challenge["type_this"])
        )

    def arm(self, digest: str = PAGE) -> Result:
        asked = self.approve(digest=digest)
        assert asked.code == 3, asked.out
        assert self.answer(asked).code == 0
        return self.approve(digest=digest)

    def publish(self, *arguments: str, digest: str = PAGE) -> Result:
        return self.check("publish", "--actor", "cron", "--digest", digest, *arguments)

    def events(self) -> list[dict[str, Any]]:
        shown = self.run("log", "export")
        return [json.loads(line) for line in shown.out.splitlines()]


@pytest.fixture
def empty(tmp_path: Path) -> Office:
    return Office(tmp_path / "office")


@pytest.fixture
def office(empty: Office) -> Office:
    empty.announce()
    return empty
