"""F4, F5, F13, F15 by the real command: a full or failing disk, few handles, little memory."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import APPROVE, WITHDRAW, command_line, pubguard
from tests.guard.conftest import Office


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with very little room."""
    disk = tmp_path / "disk"
    disk.mkdir(mode=0o700)
    mount = ["mount", "-t", "tmpfs", "-o", "size=600k,mode=700", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here: only the injected full disk is tested")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(disk: Path) -> Path:
    """Take all the room that is left."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return ballast


def test_on_a_full_disk_nothing_is_allowed_but_withdrawing(small_disk: Path) -> None:
    """F5: exit 4 with the reason; the withdrawal is allowed; with room again all goes on."""
    office = Office(small_disk / "office")
    office.announce("far-ahead", "2037-12-15T09:30")
    assert pubguard(office, *APPROVE).code == 3
    before = len(office.events())
    ballast = fill(small_disk)
    refused = pubguard(office, *APPROVE)
    assert (refused.code, refused.doc["error"]["code"]) == (4, "log-unwritable")
    assert re.search("disk is full|disk reports", refused.doc["error"]["message"])
    allowed = pubguard(office, *WITHDRAW)
    assert (allowed.code, allowed.doc["decision"]) == (0, "allow")
    assert "not recorded" in allowed.err
    ballast.unlink()
    assert pubguard(office, *APPROVE).code == 3
    assert pubguard(office, *WITHDRAW).code == 0
    assert office.run("log", "verify", "--replay").code == 0
    actions = [event["data"].get("action") for event in office.events()[before:]]
    assert actions.count("approve") == 1


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param("fdatasync,fsync:error=EIO", id="a sync that fails"),
        pytest.param("pwrite64:error=ENOSPC", id="no room"),
        pytest.param("pwrite64:error=EIO", id="a write that fails"),
    ],
)
def test_a_failing_disk_is_a_no_for_all_but_withdrawing(
    ahead: Office, strace: str, fault: str
) -> None:
    """F4: exit 4 with a remedy, nothing stored; a withdrawal is allowed, kept and stored later."""
    before = (strace, "-f", "-qq", "-o", "/dev/null", "-e", f"inject={fault}")
    known = len(ahead.events())
    refused = pubguard(ahead, *APPROVE, before=before)
    assert (refused.code, refused.doc["error"]["code"]) == (4, "log-unwritable")
    assert refused.doc["error"]["remedy"]
    allowed = pubguard(ahead, *WITHDRAW, before=before)
    assert (allowed.code, allowed.doc["decision"]) == (0, "allow")
    assert len(ahead.events()) == known
    assert pubguard(ahead, *APPROVE).code == 3
    assert ahead.run("log", "verify", "--replay").code == 0


@pytest.mark.parametrize(
    "limit",
    ["--nofile=64", "--nofile=12", "--nofile=7", "--as=400000000", "--as=60000000", "--nproc=0"],
)
def test_few_resources_are_never_a_yes(ahead: Office, limit: str) -> None:
    """F13: with few handles, little memory or no threads a check answers as ever, or not at all."""
    done = subprocess.run(
        ["prlimit", limit, *command_line(ahead, *APPROVE)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode not in (0, 5)
    assert '"allow"' not in done.stdout
    if limit in ("--nofile=64", "--as=400000000"):
        assert done.returncode == 3
    assert pubguard(ahead, *APPROVE).code == 3
    assert ahead.run("log", "verify", "--replay").code == 0


@pytest.mark.parametrize(("mode", "code"), [(0o000, "log-unwritable"), (0o400, "log-unwritable")])
def test_a_log_that_may_not_be_read_or_written_is_named(
    ahead: Office, mortal, mode: int, code: str
) -> None:
    """Exit 4 and what to do, for a user to whom file modes apply; withdrawing is allowed."""
    path = ahead.folder / "pubguard.db"
    path.chmod(mode)
    refused = pubguard(ahead, *APPROVE, before=mortal)
    assert (refused.code, refused.doc["error"]["code"]) == (4, code)
    assert "user who runs pubguard" in refused.doc["error"]["remedy"]
    assert pubguard(ahead, *WITHDRAW, before=mortal).code == 0
    path.chmod(0o600)
    assert pubguard(ahead, *APPROVE).code == 3


def test_a_folder_that_may_not_be_written_is_named(ahead: Office, mortal) -> None:
    """A read-only workspace allows nothing but a withdrawal, which somebody has to write down."""
    pubguard(ahead, *APPROVE)
    ahead.folder.chmod(0o500)
    try:
        refused = pubguard(ahead, *APPROVE, before=mortal)
        allowed = pubguard(ahead, *WITHDRAW, before=mortal)
    finally:
        ahead.folder.chmod(0o700)
    assert (refused.code, refused.doc["error"]["code"]) == (4, "log-unwritable")
    assert (allowed.code, allowed.doc["decision"]) == (0, "allow")
    assert "write it down" in allowed.err


@pytest.mark.parametrize("name", ["pubguard.toml", "keys/log.pem"])
def test_a_file_that_may_not_be_read_is_named(ahead: Office, mortal, name: str) -> None:
    """Configuration and key: the path, and no traceback."""
    (ahead.folder / name).chmod(0)
    done = pubguard(ahead, "log", "checkpoint", before=mortal)
    assert done.code == (2 if name == "pubguard.toml" else 4)
    assert name in done.doc["error"]["message"]
    assert "Permission denied" in done.doc["error"]["message"]


def test_the_real_command_waits_for_the_disk(ahead: Office, strace: str, eatmydata: str) -> None:
    """F15: a check syncs before it answers; with syncs swallowed, none reaches the disk."""

    def syncs(*between: str) -> int:
        count = (strace, "-f", "-qq", "-c", "-o", str(ahead.folder / "counted"))
        calls = ("-e", "trace=fdatasync,fsync")
        assert pubguard(ahead, *APPROVE, before=(*count, *calls, *between)).code == 3
        found = (ahead.folder / "counted").read_text()
        (ahead.folder / "counted").unlink()
        rows = re.findall(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+).*\bf(?:data)?sync$", found, re.M)
        return sum(map(int, rows))

    assert syncs() >= 1
    assert syncs(eatmydata) == 0
