"""A public repository on a server, a clone that pushes to it, and a guard: real, or odd."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Show
from tests.guard.conftest import Office
from tests.hooks.conftest import CONTENT, OUTPUT, RELEASE, ROOT, armed

PATH = "data/prices.csv"
PUBGUARD = Path(sys.executable).parent / "pubguard"
BOTH = ("pre-receive", "reference-transaction")
MAPPING = f'[[output]]\npath = "{PATH}"\nrelease = "{RELEASE}"\noutput = "{OUTPUT}"\n'
FAKE = """#!/bin/sh
[ "$1" != record ] || exit "$(cat "{folder}/records")"
say() {{
    printf '{{"decision":"%s","action":"publish","release":"%s",' "$1" "$release"
    printf '"rehearsal":false,'
    date -u -d "$2" +'"valid_until":"%Y-%m-%dT%H:%M:%S.000000Z",'
    printf '"verdicts":[{{"code":"PG201","effect":"%s",' "$1"
    printf '"reason":"too soon","remedy":"Wait."}}]}}'
}}
release=$3
case $(cat "{folder}/answer") in
    allow) say allow '20 seconds';;
    stale) say allow '1 minute ago';;
    confirm) say confirm '1 second'; exit 3;;
    lies) say block '1 second';;
    other) release=another; say allow '20 seconds';;
    hang) sleep 600;;
    crash) kill -9 $$;;
    mute) ;;
    error) exit 4;;
esac
"""


class Server:
    """A bare repository with our hooks, and a clone."""

    def __init__(self, folder: Path, hooks: tuple[str, ...]) -> None:
        if not shutil.which("git"):
            pytest.skip("git is not installed: the git hooks are not tried")
        self.folder = folder
        self.bare, self.clone = folder / "public.git", folder / "clone"
        self.more: dict[str, str] = {}
        self.git("init", "-q", "--bare", "-b", "main", self.bare, where=folder)
        self.git("init", "-q", "-b", "main", self.clone, where=folder)
        self.git("remote", "add", "origin", f"file://{self.bare}")
        self.configure(python=sys.executable)
        for name in hooks:
            self.install(name, self.bare / "hooks")

    def install(self, name: str, place: Path) -> None:
        """Put one of the scripts in place, as `hooks write` would."""
        shutil.copy(ROOT / "hooks" / "git" / name, place / name)
        (place / name).chmod(0o755)

    def configure(self, where: Path | None = None, **settings: object) -> None:
        """Set pubguard.NAME in the bare repository, or another."""
        for name, value in settings.items():
            self.git("config", f"pubguard.{name}", value, where=where or self.bare)

    def git(
        self, *arguments: object, where: Path | None = None, ok: bool = True, **more: str
    ) -> str:
        """One git command in the clone; its stdout."""
        done = self.try_git(*arguments, where=where, **more)
        assert not ok or done.returncode == 0, done.stderr
        return done.stdout

    def try_git(
        self, *arguments: object, where: Path | None = None, given: str | None = None, **more: str
    ) -> subprocess.CompletedProcess[str]:
        """One git command that may fail."""
        named = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org"}
        named |= {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org"}
        named |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        return subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *map(str, arguments)],
            cwd=where or self.clone,
            input=given,
            capture_output=True,
            text=True,
            errors="surrogateescape",
            timeout=120,
            check=False,
            env={**os.environ, **named, **self.more, **more},
        )

    def write(self, path: str, body: bytes = CONTENT) -> None:
        """A file in the clone, staged."""
        place = self.clone / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)
        self.git("add", "-A", "--", ".")

    def commit(self, path: str = PATH, body: bytes = CONTENT) -> None:
        """A file in the clone, committed."""
        self.write(path, body)
        self.git("commit", "-qm", "A change")

    def start(self) -> None:
        """A mapping, pushed to main."""
        self.commit(".pubguard/outputs.toml", MAPPING.encode())
        done = self.push("main")
        assert done.returncode == 0, done.stderr

    def push(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A push to the server."""
        return self.try_git("push", "origin", *arguments)

    def refs(self) -> dict[str, str]:
        """The server's refs."""
        lines = self.git("for-each-ref", "--format=%(refname) %(objectname)", where=self.bare)
        return dict(line.split() for line in lines.splitlines())


class Guarded(Server):
    """Its guard is the real command, a second before the slot of the armed bulletin."""

    def __init__(self, folder: Path, hooks: tuple[str, ...], show: Show) -> None:
        super().__init__(folder, hooks)
        self.office = Office(folder / "office")
        armed(self.office, "2026-11-26T09:30")
        self.configure(command=PUBGUARD, config=self.office.folder)
        self.more = show("2026-11-26T09:29:59")

    @property
    def asked(self) -> list[dict[str, Any]]:
        """The checks of a publication that its log holds."""
        decided = [e["data"] for e in self.office.events() if e["kind"] == "check.decided"]
        return [each for each in decided if each["action"] == "publish"]

    def let_in(self, *refs: str) -> None:
        """Make something public although no guard was asked."""
        self.git("config", "core.hooksPath", "nowhere", where=self.bare)
        assert self.push(*refs).returncode == 0
        self.git("config", "--unset", "core.hooksPath", where=self.bare)


class Faked(Server):
    """Its guard answers what a real one would not."""

    def __init__(self, folder: Path, hooks: tuple[str, ...]) -> None:
        super().__init__(folder, hooks)
        self.answer("allow")
        (folder / "records").write_text("0")
        fake = folder / "fake"
        fake.write_text(FAKE.format(folder=folder))
        fake.chmod(0o755)
        self.configure(command=fake)

    def answer(self, text: str) -> None:
        """What the guard says from here on."""
        (self.folder / "answer").write_text(text)


def refused(server: Server, *push: str, words: str = "PG201") -> str:
    """A push is refused, in words and whole; what was said."""
    before = server.refs()
    done = server.push(*push)
    assert done.returncode, done.stdout
    assert "REFUSED" in done.stderr
    assert words in done.stderr, done.stderr
    assert "pubguard: ->" in done.stderr
    assert server.refs() == before
    return done.stderr
