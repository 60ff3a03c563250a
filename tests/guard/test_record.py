"""`record`: never refused, never simply believed."""

from __future__ import annotations

import pytest

from pubguard import events as ev
from pubguard.build import Workspace
from pubguard.ledger import release_stream
from tests.guard.conftest import OTHER, PAGE, RELEASE, SLOT, Office


def _record(office: Office, outcome: str, *arguments: str) -> tuple[int, dict[str, object]]:
    result = office.run("record", outcome, RELEASE, "--actor", "a.jones", *arguments)
    return result.code, result.doc


def test_an_approval_without_an_allowed_check_is_a_claim(office: Office) -> None:
    """It is kept, exits 1, says so, and opens nothing."""
    code, doc = _record(office, "approved", "--digest", PAGE)
    assert (code, doc["counts"]) == (1, False)
    assert "claim" in str(doc["reason"])
    office.clock.set(SLOT)
    assert office.publish().codes["PG402"] == "block"


def test_an_approval_that_a_check_allowed_counts(office: Office) -> None:
    """Same person, same digests: exit 0. Other digests, or another person: a claim."""
    office.arm()
    assert _record(office, "approved", "--digest", PAGE, "--author", "b.shah")[0] == 0
    assert _record(office, "approved", "--digest", OTHER)[0] == 1
    other = office.run("record", "approved", RELEASE, "--actor", "d.else", "--digest", PAGE)
    assert other.code == 1


def test_an_approver_who_turns_out_to_be_the_author_disarms_the_release(office: Office) -> None:
    """PG302: the release does not go out by itself any more, and says why."""
    office.arm()
    code, doc = _record(office, "approved", "--digest", PAGE, "--author", "a.jones")
    assert (code, doc["disarmed"]) == (0, True)
    office.clock.set(SLOT)
    result = office.publish()
    assert (result.code, result.codes["PG302"]) == (1, "block")
    assert "release.disarmed" in [e["kind"] for e in office.events()]


def test_a_publication_that_nothing_allowed_is_a_bypass(office: Office) -> None:
    """It is recorded all the same, loudly, and does not make the release published."""
    office.clock.set("2026-11-25T18:00")
    code, doc = _record(office, "published", "--digest", PAGE)
    assert (code, doc["bypass"]) == (0, True)
    shown = office.run("calendar", "show", RELEASE).doc
    assert shown["state"] == "confirmed"


def test_a_publication_of_what_was_armed_is_none(office: Office) -> None:
    """After the slot it is the expected outcome; before the slot it is a bypass."""
    office.arm()
    office.clock.set("2026-11-26T09:29:59")
    assert _record(office, "published", "--digest", PAGE)[1]["bypass"] is True
    office.clock.set(SLOT)
    assert office.publish().code == 0
    code, doc = _record(office, "published", "--digest", PAGE)
    assert (code, doc["bypass"], doc["counts"]) == (0, False, True)
    assert office.run("calendar", "show", RELEASE).doc["state"] == "published"


def test_an_unknown_release_is_recorded_too(office: Office) -> None:
    """`record` is never refused: what happened, happened."""
    result = office.run("record", "failed", "who-knows", "--actor", "it.desk", "--note", "down")
    assert result.code == 0
    assert office.events()[-1]["release"] == "who-knows"


def test_notes_are_sealed(office: Office) -> None:
    """Free text is kept beside the log, never in an entry."""
    _record(office, "failed", "--note", "Ring Mary on 01234 567890")
    assert "Mary" not in office.run("log", "export").out


def test_a_late_approval_needs_recording_before_it_counts(office: Office) -> None:
    """An approve that does not carry the slot becomes an approval only by `record approved`."""
    office.clock.set("2026-11-26T09:45")
    approve = (
        *("approve", "--actor", "a.jones", "--role", "approver", "--author", "b.shah"),
        *("--digest", PAGE),
    )
    office.answer(office.check(*approve))
    assert office.check(*approve).code == 0
    publish = ("publish", "--actor", "p.ublisher", "--role", "publisher", "--digest", PAGE)
    assert office.check(*publish).codes["PG402"] == "block"
    assert _record(office, "approved", "--digest", PAGE, "--author", "b.shah")[0] == 0
    asked = office.check(*publish)
    assert (asked.code, asked.codes["PG202"]) == (3, "confirm")
    assert office.answer(asked, "p.ublisher").code == 0
    assert office.check(*publish).code == 0


@pytest.mark.parametrize(
    ("now", "happened_at"),
    [
        pytest.param("2026-10-02T10:00", "2026-11-26T09:30", id="a time to come"),
        pytest.param("2026-11-26T09:31", "2026-11-26T09:00", id="a time before the slot"),
    ],
)
def test_a_claimed_time_does_not_make_a_publication_punctual(
    office: Office, now: str, happened_at: str
) -> None:
    """What has not come yet did not happen, and what happened early was early: both a bypass."""
    office.arm()
    office.clock.set(now)
    office.publish()
    code, doc = _record(office, "published", "--digest", PAGE, "--happened-at", happened_at)
    assert (code, doc["bypass"], doc["counts"]) == (0, True, False)
    assert office.run("calendar", "show", RELEASE).doc["state"] == "confirmed"


def test_an_early_time_is_a_bypass_where_the_publish_was_allowed_unarmed(office: Office) -> None:
    """An allow given at 09:45 does not stand behind what is said to have happened at 09:00."""
    office.set("require_approval = true", "require_approval = false")
    office.clock.set("2026-11-26T09:45")
    publish = ("publish", "--actor", "a.jones", "--role", "publisher", "--digest", PAGE)
    office.answer(office.check(*publish))
    assert office.check(*publish).code == 0
    early = _record(office, "published", "--digest", PAGE, "--happened-at", "2026-11-26T09:00")
    assert early[1]["bypass"] is True
    assert _record(office, "published", "--digest", PAGE)[1]["bypass"] is False


def test_an_approval_is_the_approvers_own_word(office: Office) -> None:
    """What one person's allowed check stands behind, another can only claim."""
    office.arm()
    digest = ("--digest", PAGE)
    other = office.run("record", "approved", RELEASE, "--actor", "z.other", *digest)
    assert (other.code, other.doc["counts"]) == (1, False)
    own = office.run("record", "approved", RELEASE, "--actor", "a.jones", *digest)
    assert (own.code, own.doc["counts"]) == (0, True)


def test_what_was_cancelled_since_is_a_bypass(office: Office) -> None:
    """An allowed publish backs nothing once the release is cancelled."""
    office.arm()
    office.clock.set(SLOT)
    assert office.publish().code == 0
    workspace = Workspace.open(office.folder, office.clock)
    cancelled = ev.ReleaseCancelled(source="test")
    event = ev.Event(at=office.clock.now(), data=cancelled, release=RELEASE, actor="c.lee")
    workspace.journal.write([event], workspace.journal.read(release_stream(RELEASE)))
    workspace.close()
    code, said = _record(office, "published", "--digest", PAGE)
    assert (code, said["bypass"]) == (0, True)
