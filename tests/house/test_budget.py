"""Start-up cost is a fact: what may be imported, and what may not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pubguard.testing import SettableClock, call, make_workspace

HEAVY = {
    "requests",
    "pendulum",
    "cryptography",
    "jwt",
    "icalendar",
    "jinja2",
    "govuk_bank_holidays",
    "importlib.metadata",
    "importlib.resources",
    "difflib",
    "urllib.request",
    "asyncio",
    "email",
    "http.client",
}
FRAME = {
    "pubguard",
    "pubguard.cli",
    "pubguard.cli.frame",
    "pubguard.cli.lazy",
    "pubguard.cli.terminal",
}
DIGEST = "sha256:" + "1a" * 32
SLOT = "2026-11-26T09:30"


def _modules(code: str, *arguments: object) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return set(done.stdout.splitlines()[-1].split())


def _already() -> set[str]:
    return _modules("import sys; print(*sys.modules)")


def test_the_frame_imports_nothing_of_the_guard() -> None:
    """`pubguard --help` loads click, msgspec and the frame, and nothing else of ours."""
    found = _modules("import sys, pubguard.cli; print(*sys.modules)")
    assert {name for name in found if name.startswith("pubguard")} == FRAME
    assert not (found - _already()) & (HEAVY | {"sqlite3", "tomllib", "pluggy"})


@pytest.mark.parametrize(
    "command", ["init", "plugins", "doctor", "check", "confirm", "record", "calendar"]
)
def test_importing_one_command_imports_no_heavy_library(command: str) -> None:
    """A command's module is light; heavy libraries are imported where they are used."""
    code = f"""
import sys
from pubguard.cli import cli
cli.get_command(None, {command!r})
print(*sys.modules)
"""
    assert not (_modules(code) - _already()) & HEAVY


def test_an_allow_that_does_not_arm_imports_no_heavy_library(tmp_path: Path) -> None:
    """The publish of an armed release at its slot needs none of the slow libraries."""
    clock = SettableClock("2026-10-01T10:00")
    workspace = make_workspace(tmp_path / "office", clock=clock)
    place = workspace.config.path
    workspace.close()

    def run(*arguments: str) -> object:
        done = call(*arguments, "--json", config=place, clock=clock)
        assert done.code in (0, 3), done.out
        return done.document

    run(
        "calendar",
        "announce",
        "prices",
        "--title",
        "Prices",
        "--release-at",
        SLOT,
        "--actor",
        "c.lee",
    )
    approve = (
        "check",
        "approve",
        "prices",
        "--actor",
        "a.jones",
        "--role",
        "approver",
        "--author",
        "b.shah",
        "--effective-at",
        SLOT,
        "--digest",
        DIGEST,
    )
    asked = run(*approve)
    run(
        "confirm",
        asked["challenge"]["id"],
        "--actor",
        "a.jones",  # type: ignore[index]
        "--typed",
        asked["challenge"]["type_this"],
    )  # type: ignore[index]
    run(*approve)
    code = f"""
import sys
from datetime import UTC, datetime
from pubguard.cli import main
class Slot:
    def now(self): return datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
code = main(["check", "publish", "prices", "--actor", "cron", "--digest", "{DIGEST}",
             "--config", sys.argv[1], "--json"], Slot())
print(*sys.modules)
sys.exit(code)
"""
    assert not (_modules(code, place) - _already()) & HEAVY
