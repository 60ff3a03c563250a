"""How long the fault tests run, and the tools that they need."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guard.conftest import Office, Result

PUBGUARD = Path(sys.executable).parent / "pubguard"
WITHDRAW = ("check", "withdraw", "far-ahead", "--actor", "it.desk")
APPROVE = (
    *("check", "approve", "far-ahead", "--actor", "a.jones", "--role", "approver"),
    *("--author", "b.shah", "--effective-at", "2037-12-15T09:30"),
)
"""Asks for a confirmation: exit code 3."""
LONG = os.environ.get("PUBGUARD_FAULTS") == "long"


@pytest.fixture
def many():
    """`many(short, long)`: how many times, in the form that was asked for."""
    return lambda short, long: long if LONG else short


@pytest.fixture
def strace():
    """The path of strace; without it, the test says what it leaves out."""
    return _tool("strace", "faults injected into system calls, and power cuts, are left out")


@pytest.fixture
def eatmydata():
    """The path of eatmydata; without it, the test says what it leaves out."""
    return _tool("eatmydata", "the proof that every append waits for the disk is left out")


def _tool(name, loss):
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed: {loss} (apt-get install {name})")
    return found


@pytest.fixture
def ahead(tmp_path):
    """A workspace used through the real command, with a release far ahead of any clock."""
    office = Office(tmp_path / "office")
    office.announce("far-ahead", "2037-12-15T09:30")
    return office


@pytest.fixture
def mortal():
    """What to put before a command so that file modes count for it, also where root runs it."""
    if os.geteuid() != 0:
        return ()
    dropped = ("--bounding-set=-all", "--inh-caps=-all")
    return (_tool("setpriv", "what file modes forbid is left out"), *dropped)


def pubguard(office, *arguments, before=(), **options):
    """The real command on that workspace, run to its end."""
    done = subprocess.run(
        command_line(office, *arguments, before=before),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        **options,
    )
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    return Result(done.returncode, done.stdout, done.stderr)


def command_line(office, *arguments, before=()):
    """The real command on that workspace, to be run as one likes."""
    return [*before, str(PUBGUARD), *arguments, "--config", str(office.folder), "--json"]
