"""What a source repeats undoes nothing that people decided; half a decision counts for nothing."""

from __future__ import annotations

from tests.calendar.conftest import table

LATER = "2026-12-03T09:30"
LEAD = ("--actor", "c.lead", "--role", "lead-official")
WHY = ("--actor", "b.shah", "--reason", "x")
VAGUE = {"at": None, "provisional": "December 2026"}
PEOPLE = """
[people."b.shah"]
roles = ["author"]
[people."c.lead"]
roles = ["lead-official"]
"""


def dated(office, at: str):
    """A release that its source calls provisional, and a person's date for it."""
    office.take(table("wages", **VAGUE))
    arguments = ("announce", "wages", "--title", "Wages", "--actor", "b.shah")
    return office.ask("calendar", *arguments, "--release-at", at)


def test_a_date_that_waits_is_not_undone_by_the_provisional_row(office):
    """The source may go on saying what it said before somebody gave the date."""
    dated(office, "2026-11-21T09:30")
    assert office.record("wages").agreed is False
    assert office.take(table("wages", title="Wages", **VAGUE))["unchanged"] == 1
    item = office.show("wages")
    assert (item["state"], item["release_at"]) == ("confirmed", "2026-11-21T09:30:00Z")


def test_a_date_that_waits_is_not_agreed_by_a_new_title(make_office):
    """The source saying the same date again is no second person."""
    office = make_office(PEOPLE)
    dated(office, LATER)
    office.take(table("wages", at=LATER + ":00", title="Wages and salaries"))
    assert office.show("wages")["title"] == "Wages and salaries"
    assert office.record("wages").agreed is False


def test_agreeing_another_date_for_a_new_entry_agrees_the_entry(make_office):
    """Two persons have then agreed the only date there is."""
    office = make_office(PEOPLE)
    dated(office, LATER)
    office.ask("calendar", "move", "wages", "--to", "2026-12-10T09:30", *WHY)
    office.ask("calendar", "agree", "wages", "--actor", "c.lead")
    known = office.record("wages")
    assert (known.agreed, known.proposed) == (True, None)
    assert office.show("wages")["release_at"] == "2026-12-10T09:30:00Z"


def test_a_first_date_that_has_passed_is_not_agreed(office):
    """A provisional release would be open at that very moment."""
    office.take(table("wages", **VAGUE))
    office.ask("calendar", "move", "wages", "--to", LATER, *WHY)
    office.clock.set(LATER)
    error = office.ask("calendar", "agree", "wages", *LEAD, code=1)["error"]
    assert "has passed" in error["message"]
    assert office.show("wages")["state"] == "provisional"


def test_a_date_in_force_is_not_undone_by_the_provisional_row(office):
    """What a person gave is no word of the source, which has said nothing new."""
    dated(office, LATER)
    assert office.record("wages").agreed is True
    assert office.take(table("wages", title="Wages", **VAGUE))["unchanged"] == 1
    assert office.show("wages")["proposed"] is None


def test_another_reason_for_the_same_change_is_news(office):
    """Whoever agrees it reads why; a person's own wish is not touched by it."""
    office.take(table())
    office.take(table(at=LATER + ":00", reason="Late returns"))
    assert office.take(table(at=LATER + ":00", reason="A fault"))["changed"] == ["prices"]
    assert office.show()["proposed"]["reason"] == "A fault"
    assert office.take(table(at=LATER + ":00", reason="A fault"))["unchanged"] == 1


def test_the_lead_official_may_be_the_one_who_announces(make_office):
    """Then anybody else who is listed agrees the entry."""
    office = make_office(PEOPLE)
    entry = ("calendar", "announce", "wages", "--title", "Wages", "--release-at", LATER)
    office.ask(*entry, "--actor", "c.lead")
    office.ask("calendar", "agree", "wages", "--actor", "b.shah")
    assert office.record("wages").agreed is True


def test_a_day_ahead_to_the_second_is_in_good_time(office):
    """24 hours or more ahead it takes effect at once; a second less and it waits."""
    for release, at in (("wages", "2026-11-21T10:00"), ("trade", "2026-11-21T09:59:59")):
        entry = ("calendar", "announce", release, "--title", "T", "--release-at", at)
        office.ask(*entry, "--actor", "b.shah")
    assert [office.record(name).agreed for name in ("wages", "trade")] == [True, False]


def test_what_nobody_has_agreed_follows_its_source(office):
    """A near entry that its source puts off by a week is simply a new entry, in good time."""
    office.take(table(at="2026-11-20T15:00:00"))
    assert office.record().agreed is False
    office.take(table(at=LATER + ":00"))
    known = office.record()
    assert (known.agreed, known.proposed) == (True, None)


def test_a_source_that_catches_up_with_a_cancellation_proposes_nothing(office):
    """People were there first."""
    office.take(table())
    office.ask("calendar", "cancel", "prices", *WHY)
    office.ask("calendar", "agree", "prices", *LEAD)
    office.take(table(state="cancelled"))
    item = office.show()
    assert (item["state"], item["proposed"]) == ("cancelled", None)
