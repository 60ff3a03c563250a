"""What breaks around a check, and what whoever asked is told."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from tests.guard.conftest import RELEASE, SLOT, Office


def _database(office: Office) -> Path:
    return office.folder / "pubguard.db"


@pytest.fixture
def locked(office: Office) -> Office:
    """Another process holds the database for longer than two seconds."""
    office.arm()
    office.clock.set(SLOT)
    holder = sqlite3.connect(_database(office), isolation_level=None)
    holder.execute("begin immediate")
    yield office
    holder.close()


def test_what_cannot_be_recorded_is_not_allowed(locked: Office) -> None:
    """Law 3: a locked log gives exit code 4 and nothing is stored later."""
    result = locked.publish()
    assert result.code == 4
    assert result.doc["error"]["code"] == "log-unwritable"
    assert result.doc["error"]["remedy"]


def test_a_withdrawal_that_cannot_be_recorded_is_allowed_and_kept(office: Office) -> None:
    """Law 14: exit 0 with a warning; the next check appends it, marked as late."""
    holder = sqlite3.connect(_database(office), isolation_level=None)
    holder.execute("begin immediate")
    try:
        result = office.check("withdraw", "--actor", "it.desk")
        assert (result.code, result.doc["decision"], result.doc["event"]) == (0, "allow", None)
        assert "not recorded" in result.err
        assert os.stat(office.folder / "withdrawals.spool").st_mode & 0o077 == 0
    finally:
        holder.close()
    office.approve()
    late = [e for e in office.events() if e["data"].get("spooled")]
    assert [(e["kind"], e["actor"]) for e in late] == [("check.decided", "it.desk")]
    assert office.run("log", "verify", "--replay").code == 0


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda path: path.unlink(), id="missing"),
        pytest.param(lambda path: path.write_bytes(b"not a database" * 500), id="corrupt"),
        pytest.param(lambda path: (path.unlink(), path.mkdir()), id="a folder"),
    ],
)
def test_a_log_that_cannot_be_used_is_a_no_with_a_remedy(office: Office, damage) -> None:
    """Exit code 4, a message without a traceback; but a withdrawal is still allowed."""
    for name in ("pubguard.db-wal", "pubguard.db-shm"):
        (office.folder / name).unlink(missing_ok=True)
    damage(_database(office))
    result = office.publish()
    assert result.code == 4
    assert result.doc["error"]["remedy"]
    assert "Traceback" not in result.err
    taken_down = office.check("withdraw", "--actor", "it.desk")
    assert taken_down.code == 0
    assert "nothing is known of this release" in taken_down.doc["verdicts"][0]["reason"]
    assert "PG101" not in taken_down.codes  # that no calendar names it would be a guess (law 9)


@pytest.mark.parametrize("text", ["2026-03-29T01:30", "2026-10-25T01:30", "2026-11-26", "soon"])
def test_a_time_that_cannot_be_meant_is_a_wrong_call(office: Office, text: str) -> None:
    """Skipped, doubled, dateless and unreadable times exit 2 with what to write instead."""
    result = office.check("approve", "--actor", "a.jones", "--effective-at", text)
    assert result.code == 2
    assert result.doc["error"]["code"] == "time"
    assert result.doc["error"]["remedy"]


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_the_ends_of_the_calendar_are_no_reason_to_fail(office: Office, year: str) -> None:
    """Years 0001 and 9999 get an answer, and it is not a yes."""
    result = office.check(
        *("approve", "--actor", "a.jones", "--role", "approver"),
        *("--effective-at", f"{year}-12-31T23:59:59Z"),
    )
    assert result.code in (1, 2)
    assert "Traceback" not in result.err + result.out


def test_a_doubled_local_time_with_its_offset_is_fine(office: Office) -> None:
    """01:30 on the night the clocks go back, said with an offset, is one instant."""
    result = office.check(
        *("approve", "--actor", "a.jones", "--effective-at", "2026-10-25T01:30+01:00")
    )
    assert result.doc["effective_at"] == "2026-10-25T00:30:00Z"


@pytest.mark.parametrize("digest", ["sha256:12", "md5:" + "0" * 32, "x", "a=b=c"])
def test_a_digest_that_is_none_is_a_wrong_call(office: Office, digest: str) -> None:
    """Exit code 2."""
    assert office.publish(digest=digest).code == 2


def test_no_secret_of_the_workspace_is_in_any_output(office: Office) -> None:
    """Law 11: no part of a private key in the log or in what commands print."""
    secrets = [
        line
        for key in ("log.pem", "permit.pem")
        for line in (office.folder / "keys" / key).read_text().splitlines()
        if not line.startswith("-----")
    ]
    said = "".join(
        result.out + result.err
        for result in (
            office.arm(),
            office.run("log", "export"),
            office.run("doctor"),
            office.run("plugins"),
            office.run("log", "checkpoint"),
            office.run("calendar", "show", RELEASE),
        )
    )
    assert not [secret for secret in secrets if secret in said]
