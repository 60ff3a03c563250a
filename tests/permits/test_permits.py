"""A permit lets an armed release out while the guard is away, and nothing else."""

from __future__ import annotations

import pytest

from tests.guard.conftest import OTHER, PAGE, RELEASE
from tests.permits.conftest import Armed

LEAD = ("--actor", "c.lead", "--role", "lead-official")


def test_arming_brings_one_permit_for_each_point_that_may_publish(office: Armed) -> None:
    """A token without `publish` gets none, and neither does a revoked one."""
    office.token("cms")
    office.token("runner", "--actions", "publish")
    office.token("press", "--actions", "promote")
    office.token("old")
    office.run("token", "revoke", "old")
    assert office.arm(PAGE).doc["permit"]
    assert set(office.permits()) == {"cms", "runner"}


def test_without_any_point_the_permit_is_for_the_manual_way(office: Armed) -> None:
    """It is printed for a person; a point that comes later gets its own."""
    assert office.arm(PAGE).doc["permit"]
    assert set(office.permits()) == {"manual"}
    office.token("cms")
    assert set(office.permits()) == {"manual", "cms"}


def test_a_permit_is_the_same_each_time_it_is_printed(armed: Armed) -> None:
    """Asking again makes no new one."""
    assert armed.permits() == armed.permits()


def test_it_counts_from_the_slot_for_two_hours(armed: Armed) -> None:
    """A second before is a no, and so is the end."""
    token = armed.permits()["cms"]["token"]
    found = {}
    for at in (
        "2026-11-26T09:29:59",
        "2026-11-26T09:30",
        "2026-11-26T11:29:59",
        "2026-11-26T11:30",
    ):
        armed.clock.set(at)
        done = armed.verify(token)
        assert done.doc["genuine"]
        found[at[11:]] = done.code
    assert found == {"09:29:59": 1, "09:30": 0, "11:29:59": 0, "11:30": 1}


def test_it_says_what_it_is_for(armed: Armed) -> None:
    """Release, action, content, point and times; another point's is none."""
    armed.clock.set("2026-11-26T09:30")
    token = armed.permits()["cms"]["token"]
    doc = armed.verify(token, "--audience", "cms").doc
    assert (doc["release"], doc["action"], doc["digests"]) == (RELEASE, "publish", {"": PAGE})
    assert (doc["not_before"], doc["expires_at"]) == (
        "2026-11-26T09:30:00Z",
        "2026-11-26T11:30:00Z",
    )
    wrong = armed.verify(token, "--audience", "runner")
    assert (wrong.code, wrong.doc["reason"]) == (1, "It is for cms, not for runner.")


def test_no_content_no_permit(office: Armed) -> None:
    """What was approved without a digest could be anything."""
    asked = office.check(
        "approve",
        "--actor",
        "a.jones",
        "--role",
        "approver",
        "--author",
        "b.shah",
        "--effective-at",
        "2026-11-26T09:30",
    )
    office.answer(asked)
    done = office.check(
        "approve",
        "--actor",
        "a.jones",
        "--role",
        "approver",
        "--author",
        "b.shah",
        "--effective-at",
        "2026-11-26T09:30",
    )
    assert (done.doc["armed"], done.doc["permit"]) == (True, None)
    assert "without any digest" in office.issue(code=1)["error"]["message"]


def test_what_is_not_armed_gets_none(office: Armed) -> None:
    """Nor does an unknown release."""
    assert "not armed" in office.issue(code=1)["error"]["message"]
    unknown = office.run("permit", "issue", "wages", "--actor", "a.jones")
    assert unknown.code == 1


def _revoke(office: Armed) -> None:
    permit = office.permits()["cms"]["id"]
    why = ("--actor", "c.lead", "--reason", "wrong file")
    assert office.run("permit", "revoke", permit, *why).code == 0
    assert office.run("permit", "revoke", permit, *why).code == 1


def _disarm(office: Armed) -> None:
    office.run("record", "corrected", RELEASE, "--actor", "b.shah", "--digest", OTHER)


def _rearm(office: Armed) -> None:
    assert office.arm(OTHER).code == 0


def _move(office: Armed) -> None:
    move = ("calendar", "move", RELEASE, "--to", "2026-12-03T09:30", "--actor", "b.shah")
    office.run(*move, "--reason", "late")
    office.run("calendar", "agree", RELEASE, *LEAD)


def _propose(office: Armed) -> None:
    cancel = ("calendar", "cancel", RELEASE, "--actor", "b.shah", "--reason", "merged")
    office.run(*cancel)


def _end_token(office: Armed) -> None:
    assert office.run("token", "revoke", "cms").code == 0


ENDS = {
    "revoked": _revoke,
    "its point's token ended": _end_token,
    "disarmed": _disarm,
    "armed anew": _rearm,
    "moved": _move,
    "a change is open": _propose,
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_what_ends_the_arming_ends_the_permit(armed: Armed, end) -> None:
    """It counts no more, and the signed status names it."""
    permit = armed.permits()["cms"]
    end(armed)
    armed.clock.set("2026-11-26T09:30")
    done = armed.verify(permit["token"])
    assert (done.code, done.doc["genuine"]) == (1, True)
    workspace = armed.workspace()
    assert permit["token"] not in workspace.permits.for_point("cms")
    import jwt

    status = jwt.decode(workspace.permits.status(), options={"verify_signature": False})
    assert permit["id"] in status["revoked"]
    assert status["exp"] - status["iat"] == 24 * 3600
    workspace.close()


def test_a_change_that_is_turned_down_gives_the_permit_back(armed: Armed) -> None:
    """What was armed is armed again."""
    token = armed.permits()["cms"]["token"]
    _propose(armed)
    armed.run("calendar", "agree", RELEASE, "--keep", *LEAD)
    armed.clock.set("2026-11-26T09:30")
    assert armed.verify(token).code == 0


def test_a_publication_under_a_permit_is_no_bypass(armed: Armed) -> None:
    """Recorded when the guard is back, with its true time; at another time it is one."""
    permit = armed.permits()["cms"]
    armed.clock.set("2026-11-26T09:45")
    _move(armed)
    armed.clock.set("2026-11-26T10:30")
    said = ("record", "published", RELEASE, "--actor", "cron", "--digest", PAGE)
    early = armed.run(*said, "--permit", permit["id"], "--happened-at", "2026-11-26T09:29:59")
    assert early.doc["bypass"] is True
    other = armed.run(
        *said[:-1], OTHER, "--permit", permit["id"], "--happened-at", "2026-11-26T09:31"
    )
    assert other.doc["bypass"] is True
    good = armed.run(*said, "--permit", permit["token"], "--happened-at", "2026-11-26T09:31")
    assert (good.doc["bypass"], good.code) == (False, 0)
    used = [e["data"] for e in armed.events() if e["kind"] == "permit.used"]
    assert used[-1]["permit"] == permit["id"]
    assert armed.run("log", "verify", "--replay").doc["ok"]


def test_a_permit_that_nobody_issued_backs_nothing(armed: Armed) -> None:
    """Whatever stands in it."""
    _move(armed)
    armed.clock.set("2026-11-26T10:30")
    for permit in ("5f" * 16, "a.b.c", "x" * 5000, "..", "\u00e9"):
        said = armed.run(
            "record",
            "published",
            RELEASE,
            "--actor",
            "cron",
            "--digest",
            PAGE,
            "--permit",
            permit,
            "--happened-at",
            "2026-11-26T09:31",
        )
        assert (said.code, said.doc["bypass"]) == (0, True)


def test_a_lost_key_issues_nothing_and_stops_nothing(armed: Armed) -> None:
    """The release is armed all the same."""
    (armed.folder / "keys" / "permit.pem").unlink()
    done = armed.arm(OTHER)
    assert (done.code, done.doc["armed"], done.doc["permit"]) == (0, True, None)
    assert armed.issue(code=4)["error"]["code"] == "key"
