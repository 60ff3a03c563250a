"""A changed date is no way round the gate, and no trap for a release that is to come out."""

from __future__ import annotations

import pytest

from tests.guard.conftest import OTHER, PAGE, RELEASE, Office

MORNING = "2026-11-26T09:30"
TABLE = """
[[release]]
id = "{release}"
title = "Consumer prices: October 2026"
release_at = {at}
state = "{state}"
"""
LEAD = ("--actor", "c.lead", "--role", "lead-official")


def read(office: Office, at: str = "2026-11-26T09:30:00", state: str = "confirmed"):
    path = office.folder / "feed.toml"
    path.write_text(TABLE.format(release=RELEASE, at=at, state=state))
    return office.run("calendar", "import", str(path))


@pytest.fixture
def fed(empty: Office) -> Office:
    """A release from a feed, armed."""
    assert read(empty).code == 0
    assert empty.arm().code == 0
    return empty


def keep(office: Office):
    return office.run("calendar", "agree", RELEASE, "--keep", *LEAD)


WRONG = {
    "tomorrow's date": {"at": "2026-11-27T09:30:00"},
    "an earlier time": {"at": "2026-11-26T09:10:00"},
    "cancelled": {"state": "cancelled"},
    "provisional": {"state": "provisional"},
}


@pytest.mark.parametrize("slip", WRONG.values(), ids=WRONG)
def test_a_slip_in_the_feed_on_the_morning_is_turned_down(fed: Office, slip) -> None:
    """From 09:00 nothing goes; kept by 09:29, the release goes at 09:30 without a prompt."""
    fed.clock.set("2026-11-26T09:00")
    assert read(fed, **slip).code == 0
    fed.clock.set("2026-11-26T09:10:01")
    assert fed.publish().codes["PG104"] == "block"
    fed.clock.set("2026-11-26T09:29")
    assert keep(fed).code == 0
    read(fed, **slip)
    fed.clock.set("2026-11-26T09:29:59")
    assert fed.publish().code == 1
    fed.clock.set(MORNING)
    done = fed.publish()
    assert (done.code, done.doc["armed"]) == (0, True)
    assert fed.run("log", "verify", "--replay").doc["ok"]


def test_a_slip_that_nobody_turns_down_blocks_until_somebody_does(fed: Office) -> None:
    """Late, it still goes by itself once it is kept."""
    fed.clock.set("2026-11-26T09:25")
    cancel = ("calendar", "cancel", RELEASE, "--actor", "b.shah", "--reason", "by mistake")
    assert fed.run(*cancel).code == 0
    fed.clock.set("2026-11-26T09:31")
    blocked = fed.publish()
    assert (blocked.code, blocked.codes["PG103"], blocked.codes["PG104"]) == (1, "block", "block")
    assert keep(fed).code == 0
    fed.clock.set("2026-11-26T09:32")
    assert (fed.publish().code, fed.publish().codes["PG202"]) == (0, "warn")


def test_a_feed_that_was_read_long_ago_is_warned_about(fed: Office) -> None:
    """From a week after it was last read until it is read again."""
    fed.clock.set("2026-11-26T09:00")
    assert fed.publish().codes["PG106"] == "warn"
    read(fed)
    assert "PG106" not in fed.publish().codes


def test_what_two_agree_disarms(fed: Office) -> None:
    """A release that was moved is approved and armed for its new date."""
    move = ("calendar", "move", RELEASE, "--to", "2026-12-03T09:30", "--actor", "b.shah")
    fed.run(*move, "--reason", "late returns")
    fed.run("calendar", "agree", RELEASE, *LEAD)
    fed.clock.set("2026-12-03T09:30")
    found = fed.publish()
    assert (found.code, found.doc["armed"]) == (1, False)


def test_a_date_that_is_brought_forward_opens_nothing_before_two_agree(office: Office) -> None:
    """Neither its wish nor a typed confirmation lets it out at the nearer time."""
    move = ("calendar", "move", RELEASE, "--to", "2026-11-20T09:30", "--actor", "b.shah")
    office.run(*move, "--reason", "ready")
    office.clock.set("2026-11-20T09:30")
    found = office.publish()
    assert {c for c, e in found.codes.items() if e == "block"} >= {"PG104", "PG201"}


def test_a_typed_confirmation_ends_with_a_move(office: Office) -> None:
    """It was given for the date that was announced then."""
    asked = office.approve()
    move = ("calendar", "move", RELEASE, "--to", "2026-12-03T09:30", "--actor", "b.shah")
    office.run(*move, "--reason", "late")
    office.run("calendar", "agree", RELEASE, *LEAD)
    late = office.answer(asked)
    assert (late.code, "date has changed" in late.doc["reason"]) == (1, True)


def test_two_ids_of_one_release_are_held_together(office: Office) -> None:
    """While the calendars disagree neither goes; content of one may be the other's."""
    office.announce("prices-ons", "2026-11-27T09:30")
    assert office.run("calendar", "same", RELEASE, "prices-ons").code == 0
    assert office.approve().codes["PG104"] == "block"
    assert office.approve("--output", "x", slot="2026-11-27T09:30").code == 1
    move = ("calendar", "move", "prices-ons", "--to", "2026-11-26T09:30", "--actor", "b.shah")
    office.run(*move, "--reason", "one of the two was wrong")
    office.run("calendar", "agree", "prices-ons", *LEAD)
    assert office.arm().code == 0
    mine = ("approve", "--actor", "a.jones", "--role", "approver", "--author", "b.shah")
    mine = (*mine, "--effective-at", MORNING, "--digest", PAGE)
    twin = office.check(*mine, release="prices-ons")
    assert (twin.code, "PG404" in twin.codes) == (3, False)
    assert office.run("calendar", "same", RELEASE, "prices-ons").code == 1
    undone = office.run("calendar", "same", "prices-ons", RELEASE, "--undo", *LEAD)
    assert undone.code == 0
    assert office.check(*mine, release="prices-ons").codes["PG404"] == "block"
    shown = office.run("calendar", "show", RELEASE).doc["history"]
    assert [h["changed"] for h in shown][-2:] == [
        {"same_as": "prices-ons"},
        {"not_same_as": "prices-ons"},
    ]
    assert office.run("log", "verify", "--replay").doc["ok"]


@pytest.mark.parametrize(
    ("one", "other", "code"), [(RELEASE, RELEASE, 2), (RELEASE, "no", 1), ("no", RELEASE, 1)]
)
def test_what_cannot_be_the_same_is_refused(office: Office, one, other, code) -> None:
    """An id and itself, and ids that no calendar names."""
    before = office.events()
    assert office.run("calendar", "same", one, other).code == code
    assert office.events() == before


def test_a_release_goes_by_few_other_ids(office: Office) -> None:
    """Eight at most, whichever of the two is named first: each is read on every check."""
    for number in range(9):
        office.announce(f"twin-{number}")
    for number in range(8):
        assert office.run("calendar", "same", f"twin-{number}", RELEASE).code == 0
    for pair in (("twin-8", RELEASE), (RELEASE, "twin-8")):
        refused = office.run("calendar", "same", *pair)
        assert (refused.code, "8 other ids" in refused.doc["error"]["message"]) == (1, True)
    assert office.run("calendar", "same", "twin-7", RELEASE, "--undo", *LEAD).code == 0
    assert office.run("calendar", "same", "twin-8", RELEASE).code == 0


def test_another_releases_content_is_not_let_out(office: Office) -> None:
    """What was approved for the coming release is not this week's file, until it is out."""
    office.announce("weekly", "2026-11-19T09:30")
    assert office.arm(OTHER).code == 0
    wrong = office.check(
        *("approve", "--actor", "a.jones", "--role", "approver", "--author", "b.shah"),
        *("--effective-at", "2026-11-19T09:30", "--digest", OTHER),
        release="weekly",
    )
    assert (wrong.code, wrong.codes["PG404"]) == (1, "block")
    assert RELEASE in next(v["reason"] for v in wrong.doc["verdicts"] if v["code"] == "PG404")
    for action in ("schedule", "publish", "revise", "upload"):
        asked = office.check(action, "--actor", "cron", "--digest", OTHER, release="weekly")
        assert asked.codes["PG404"] == "block"
    office.clock.set(MORNING)
    assert office.publish(digest=OTHER).code == 0
    office.run("record", "published", RELEASE, "--actor", "cron", "--digest", OTHER)
    again = office.check("publish", "--actor", "cron", "--digest", OTHER, release="weekly")
    assert "PG404" not in again.codes


def test_a_cancelled_release_claims_no_content(office: Office) -> None:
    """It will not come out, so what was approved for it may be another's."""
    office.announce("weekly", "2026-11-19T09:30")
    assert office.approve(digest=OTHER).code == 3
    assert office.arm(OTHER).code == 0
    office.run("calendar", "cancel", RELEASE, "--actor", "b.shah", "--reason", "merged")
    office.run("calendar", "agree", RELEASE, *LEAD)
    mine = ("approve", "--actor", "a.jones", "--role", "approver", "--digest", OTHER)
    assert "PG404" not in office.check(*mine, release="weekly").codes


def test_content_that_is_no_longer_approved_is_free_again(office: Office) -> None:
    """A release that was approved anew with other content claims only that."""
    office.announce("weekly", "2026-11-19T09:30")
    assert office.arm(OTHER).code == 0
    assert office.arm(PAGE).code == 0
    free = office.check(
        *("approve", "--actor", "a.jones", "--role", "approver", "--author", "b.shah"),
        *("--effective-at", "2026-11-19T09:30", "--digest", OTHER),
        release="weekly",
    )
    assert (free.code, "PG404" in free.codes) == (3, False)


def test_a_change_of_content_disarms_and_says_so(office: Office) -> None:
    """What was armed was other content; approving it again arms it with one typed answer."""
    assert office.arm().code == 0
    changed = office.run("record", "corrected", RELEASE, "--actor", "b.shah", "--digest", OTHER)
    assert (changed.code, changed.doc["disarmed"]) == (0, True)
    assert "Disarmed" in changed.err
    assert office.events()[-1]["kind"] == "release.disarmed"
    assert (
        office.run("record", "corrected", RELEASE, "--actor", "b.shah", "--digest", OTHER).doc[
            "disarmed"
        ]
        is False
    )
    asked = office.approve(digest=OTHER)
    assert asked.code == 3
    office.answer(asked)
    assert office.approve(digest=OTHER).doc["armed"] is True
    office.clock.set(MORNING)
    assert office.publish(digest=OTHER).code == 0
    assert office.publish(digest=PAGE).code == 1


def test_the_armed_content_itself_may_be_saved_again(office: Office) -> None:
    """Nothing has changed, so nothing is disarmed."""
    assert office.arm().code == 0
    saved = office.run("record", "corrected", RELEASE, "--actor", "b.shah", "--digest", PAGE)
    assert saved.doc["disarmed"] is False
    office.clock.set(MORNING)
    assert office.publish().code == 0


def test_a_part_that_nobody_signed_is_missed_before_the_day(empty: Office) -> None:
    """Approved with all parts it arms, and each part goes by itself on the morning."""
    path = empty.folder / "feed.toml"
    outputs = '[[release.output]]\nid = "page"\n[[release.output]]\nid = "data"\n'
    path.write_text(TABLE.format(release=RELEASE, at="2026-11-26T09:30:00", state="confirmed"))
    path.write_text(path.read_text() + outputs)
    empty.run("calendar", "import", str(path))
    half = empty.approve(digest=f"page={PAGE}")
    assert (half.code, half.codes["PG403"]) == (1, "block")
    both = ("--digest", f"data={OTHER}")
    asked = empty.approve(*both, digest=f"page={PAGE}")
    assert asked.code == 3
    empty.answer(asked)
    assert empty.approve(*both, digest=f"page={PAGE}").doc["armed"] is True
    empty.clock.set(MORNING)
    assert empty.publish("--output", "page", digest=f"page={PAGE}").code == 0
    assert empty.publish("--output", "data", digest=f"data={PAGE}").code == 1
    assert empty.publish("--output", "data", digest=f"data={OTHER}").code == 0


def test_saying_that_two_are_not_the_same_is_a_lead_officials_word(office: Office) -> None:
    """It can open a gate that a disagreement has closed."""
    office.announce("prices-ons", "2026-11-27T09:30")
    office.run("calendar", "same", RELEASE, "prices-ons")
    refused = office.run("calendar", "same", RELEASE, "prices-ons", "--undo", "--actor", "b.shah")
    assert (refused.code, "lead official" in refused.doc["error"]["message"]) == (1, True)
    assert office.approve().codes["PG104"] == "block"
