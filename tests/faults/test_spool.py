"""Law 14: a withdrawal is allowed whatever is broken, and recorded exactly once, later."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.faults.conftest import APPROVE, WITHDRAW, command_line, pubguard
from tests.guard.conftest import Office

SPOOL = "withdrawals.spool"


def withdrawals(office: Office) -> list[str]:
    """Who took something down, by the log."""
    return [e["actor"] for e in office.events() if e["data"].get("action") == "withdraw"]


@pytest.fixture
def spooled(ahead: Office) -> Office:
    """Three withdrawals that were made while the log was away, and the log is back."""
    log = ahead.folder / "pubguard.db"
    log.rename(ahead.folder / "away")
    for number in range(3):
        done = pubguard(ahead, "check", "withdraw", "far-ahead", "--actor", f"desk.{number}")
        assert (done.code, done.doc["decision"]) == (0, "allow")
        assert "not recorded" in done.err
    (ahead.folder / "away").rename(log)
    return ahead


def test_kept_withdrawals_are_appended_once_and_in_order(spooled: Office) -> None:
    """The next check, whatever it asks, appends all of them, and the one after nothing."""
    assert [pubguard(spooled, *APPROVE).code for _ in range(2)] == [3, 3]
    assert withdrawals(spooled) == ["desk.0", "desk.1", "desk.2"]
    assert (spooled.folder / SPOOL).read_bytes() == b""
    assert spooled.run("log", "verify", "--replay").code == 0


def test_many_processes_at_once_append_them_once(spooled: Office) -> None:
    """Eight checks at the same moment find the same spool; no withdrawal is twice in the log."""
    line = command_line(spooled, *APPROVE)
    crowd = [subprocess.Popen(line, stdout=subprocess.DEVNULL) for _ in range(8)]
    assert {running.wait(timeout=60) for running in crowd} == {3}
    pubguard(spooled, *APPROVE)
    assert withdrawals(spooled) == ["desk.0", "desk.1", "desk.2"]


def test_a_kill_between_appending_and_emptying_appends_nothing_twice(spooled: Office) -> None:
    """What the log already has is known by looking, so the spool can be there once more."""
    before = (spooled.folder / SPOOL).read_bytes()
    assert pubguard(spooled, *APPROVE).code == 3
    (spooled.folder / SPOOL).write_bytes(before)
    assert pubguard(spooled, *APPROVE).code == 3
    assert withdrawals(spooled) == ["desk.0", "desk.1", "desk.2"]
    assert (spooled.folder / SPOOL).read_bytes() == b""


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(b"no JSON at all", id="garbage"),
        pytest.param(b'{"at":"2026-11-26T09:30:00Z","data":{"acti', id="a torn line"),
        pytest.param(b"\xff\xfe\x00", id="bytes that are no text"),
        pytest.param(b'{"at":"2026-11-26T09:30:00","data":{}}', id="a time without a zone"),
        pytest.param(
            b'{"at":"2026-11-26T09:30:00Z","data":{"action":"publish","decision":"allow",'
            b'"position":0},"release":"far-ahead","actor":"x","identity":"","via":""}',
            id="another action",
        ),
    ],
)
def test_what_cannot_be_read_is_put_aside_and_harms_nothing(spooled: Office, damage: bytes) -> None:
    """The withdrawals around it are appended, it is kept for a person, and said aloud once."""
    path = spooled.folder / SPOOL
    lines = [line for line in path.read_bytes().splitlines() if line]
    path.write_bytes(b"\n".join([lines[0], damage, *lines[1:]]))
    first, second = pubguard(spooled, *APPROVE), pubguard(spooled, *APPROVE)
    assert (first.code, second.code) == (3, 3)
    assert f"moved to {SPOOL}.unreadable" in first.err
    assert "unreadable" not in second.err
    assert withdrawals(spooled) == ["desk.0", "desk.1", "desk.2"]
    aside = spooled.folder / f"{SPOOL}.unreadable"
    assert aside.read_bytes().split(b"\n")[1] == damage
    assert aside.stat().st_mode & 0o077 == 0


def test_a_line_that_a_crash_cut_off_does_not_spoil_the_next(spooled: Office) -> None:
    """A withdrawal that is kept behind half a line is a line of its own."""
    path = spooled.folder / SPOOL
    path.write_bytes(path.read_bytes()[:-40])
    log = spooled.folder / "pubguard.db"
    log.rename(spooled.folder / "away")
    assert pubguard(spooled, *WITHDRAW).code == 0
    (spooled.folder / "away").rename(log)
    pubguard(spooled, *APPROVE)
    assert withdrawals(spooled) == ["desk.0", "desk.1", "it.desk"]


PLACES = [
    pytest.param(lambda path: path.mkdir(), id="a folder"),
    pytest.param(os.mkfifo, id="a pipe"),
    pytest.param(lambda path: path.symlink_to(path.parent / "elsewhere"), id="a link"),
    pytest.param(lambda path: (path.touch(), path.chmod(0o666)), id="written by others"),
]


@pytest.mark.parametrize("make", PLACES)
def test_a_spool_that_is_none_of_ours_is_not_read_and_stops_nothing(ahead: Office, make) -> None:
    """Checks go on with a warning, nothing of it gets into the log, and withdrawing is allowed."""
    make(ahead.folder / SPOOL)
    done = pubguard(ahead, *APPROVE)
    assert (done.code, "warning" in done.err) == (3, True)
    (ahead.folder / "pubguard.db").rename(ahead.folder / "away")
    done = pubguard(ahead, *WITHDRAW)
    assert (done.code, done.doc["decision"]) == (0, "allow")
    assert "write it down" in done.err
    assert not (ahead.folder / "elsewhere").exists()


def test_a_spool_that_may_not_be_read_stops_nothing(spooled: Office, mortal) -> None:
    """Without the right to read it, a check says so and goes on; nothing is lost."""
    path = spooled.folder / SPOOL
    before = path.read_bytes()
    path.chmod(0)
    assert "Permission denied" in pubguard(spooled, *APPROVE, before=mortal).err
    path.chmod(0o600)
    assert path.read_bytes() == before


def test_a_locked_log_leaves_the_spool_and_the_two_seconds(spooled: Office) -> None:
    """The spool is tried for a moment only, and still whole when the log stays locked."""
    before = (spooled.folder / SPOOL).read_bytes()
    holder = sqlite3.connect(spooled.folder / "pubguard.db", isolation_level=None)
    holder.execute("begin immediate")
    try:
        assert pubguard(spooled, *APPROVE).code == 4
    finally:
        holder.close()
    assert (spooled.folder / SPOOL).read_bytes() == before


@pytest.mark.parametrize("stream", ["2>/dev/full", "2>&-", "2>&1 >&-"])
def test_a_warning_that_nobody_hears_takes_no_withdrawal_back(ahead: Office, stream: str) -> None:
    """Exit 0 with a full, closed or missing stderr, and the withdrawal is kept."""
    (ahead.folder / "pubguard.db").unlink()
    line = command_line(ahead, *WITHDRAW)
    done = subprocess.run(["sh", "-c", f'"$@" {stream}', "sh", *line], timeout=60, check=False)
    assert done.returncode == 0
    assert (ahead.folder / SPOOL).stat().st_size > 0


def _sql(statement: str):
    def change(path: Path) -> None:
        tool = sqlite3.connect(path)
        tool.execute(statement)
        tool.commit()
        tool.close()

    return change


NEWER = """UPDATE entry SET body = CAST(replace(body, '"schema":1', '"schema":2') AS BLOB)"""
BROKEN = [
    pytest.param(lambda path: path.unlink(), "log-unwritable", id="missing"),
    pytest.param(lambda path: path.write_bytes(b"x" * 9000), "log-corrupt", id="garbage"),
    pytest.param(lambda path: os.truncate(path, 0), "log-corrupt", id="emptied"),
    pytest.param(lambda path: os.truncate(path, 5000), "log-corrupt", id="cut off"),
    pytest.param(_sql("DROP TABLE entry"), "log-corrupt", id="a table gone"),
    pytest.param(_sql("UPDATE state SET body = x'00'"), "log-corrupt", id="states garbled"),
    pytest.param(_sql("UPDATE entry SET leaf = x'00'"), "log-corrupt", id="leaves garbled"),
    pytest.param(_sql(NEWER), "log-corrupt", id="entries of a newer pubguard"),
    pytest.param(_sql("PRAGMA user_version=99"), "log-unwritable", id="a newer database"),
]


@pytest.mark.parametrize(("damage", "code"), BROKEN)
def test_a_broken_log_is_a_no_and_no_obstacle_to_withdrawing(ahead: Office, damage, code) -> None:
    """Exit 4 with what to do now for everything else; a withdrawal is allowed and kept."""
    path = ahead.folder / "pubguard.db"
    copy = ahead.folder.parent / "copy.db"
    shutil.copy(path, copy)
    damage(path)
    refused = pubguard(ahead, *APPROVE)
    assert (refused.code, refused.doc["error"]["code"]) == (4, code)
    assert refused.doc["error"]["remedy"]
    allowed = pubguard(ahead, *WITHDRAW)
    assert (allowed.code, allowed.doc["decision"], allowed.doc["event"]) == (0, "allow", None)
    for rest in ahead.folder.glob("pubguard.db*"):
        rest.unlink()
    copy.rename(path)
    assert pubguard(ahead, *APPROVE).code == 3
    assert withdrawals(ahead) == ["it.desk"]
