from __future__ import annotations

import pytest

PEOPLE = '[people."a.jones"]\nroles = ["publisher"]\n'
AHEAD = "2026-11-26T09:30"


def announce(office, *more, release="prices", code=0, at=AHEAD, json=True):
    arguments = ["calendar", "announce", release, "--title", "Prices", "--actor", "a.jones"]
    arguments += ["--release-at", at] if at else []
    if not json:
        return office.run(*arguments, *more)
    return office.ask(*arguments, *more, code=code)


def test_a_release_is_announced(office):
    """A day or more ahead one person is enough where nobody is listed."""
    item = announce(office)
    assert (item["state"], item["release_at"]) == ("confirmed", "2026-11-26T09:30:00Z")
    assert item["source"] == "announced by hand"
    assert office.record().agreed
    assert item == office.show()


def test_a_provisional_release_has_words(office):
    """It stands in the calendar and opens nothing."""
    item = announce(office, "--provisional", "January 2027", at=None)
    assert (item["state"], item["release_at"]) == ("provisional", None)
    assert item["provisional"] == "January 2027"


def test_a_near_slot_waits_for_a_second_person(office):
    """It is shown with its slot, and the announcer is told that PG105 blocks."""
    told = announce(office, at="2026-11-21T09:59:59", json=False)
    assert told.code == 0
    assert "PG105 blocks until a second person agrees, or until the slot" in told.err
    assert "not agreed" in told.out
    assert not office.record().agreed


def test_a_listed_person_needs_a_second_one(make_office):
    """As soon as anybody is listed, nobody announces alone."""
    office = make_office(PEOPLE)
    told = announce(office, json=False)
    assert told.code == 0
    assert "because [people] lists people" in told.err
    assert not office.record().agreed
    announce(office, "--provisional", "2027", release="wages", at=None)
    assert office.record("wages").agreed


def test_an_unlisted_person_is_refused(make_office):
    """Nothing is stored, and the message says where people are listed."""
    office = make_office('[people."c.lead"]\nroles = ["lead-official"]\n')
    error = announce(office, code=1)["error"]
    assert error["code"] == "refused"
    assert "[people]" in error["message"]
    assert office.events() == []


def test_an_actor_id_has_one_spelling(make_office):
    """Width, case and blanks around it do not make another person."""
    office = make_office(PEOPLE)
    arguments = ("--title", "Prices", "--release-at", AHEAD, "--actor", " A.JONES ")
    office.ask("calendar", "announce", "prices", *arguments)
    assert office.show()["history"][0]["actor"] == "a.jones"


def test_a_known_release_is_refused(office):
    """It is named with its title and its date, and the first stays."""
    announce(office)
    error = announce(office, "--title", "Other", code=1, at="2026-12-01T09:30")["error"]
    assert "already in the calendar: Prices (26 November 2026)" in error["message"]
    assert "pubguard calendar show prices" in error["remedy"]
    assert office.show()["title"] == "Prices"


def test_a_time_that_has_passed_is_refused(office):
    """A wrong year would open the gate at once."""
    error = announce(office, at="2025-11-26T09:30", code=1)["error"]
    assert "Wednesday 26 November 2025, 09:30 has passed" in error["message"]


def test_the_reason_can_be_erased(office):
    """It stands beside the log and not in the entry."""
    announce(office, "--reason", "asked for by A. Person")
    workspace = office.workspace()
    bodies = b"".join(body for _, _, body, _ in workspace.store.read())
    workspace.close()
    assert b"A. Person" not in bodies
    assert office.show()["history"][0]["reason"] == "asked for by A. Person"


WRONG = {
    "neither date nor words": ("prices", [], None, "and not both"),
    "both": ("prices", ["--provisional", "2027"], AHEAD, "and not both"),
    "a day": ("prices", [], "2026-11-26", "date without a time"),
    "skipped": ("prices", [], "2027-03-28T01:30", "does not exist"),
    "doubled": ("prices", [], "2027-10-31T01:30", "occurs twice"),
    "id": ("../prices", [], AHEAD, "is not an id"),
    "look-alike": ("\u0440rices", [], AHEAD, "CYRILLIC SMALL LETTER ER"),
    "long id": ("x" * 10_000, [], AHEAD, "10000 characters"),
    "blank title": ("prices", ["--title", "  "], AHEAD, "no title"),
    "half a character": ("prices", ["--title", "a\udcff"], AHEAD, "half a character"),
}


@pytest.mark.parametrize(("release", "more", "at", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_call_is_exit_2_and_changes_nothing(office, release, more, at, words):
    """The message says what is wrong with it."""
    error = announce(office, *more, release=release, at=at, code=2)["error"]
    assert words in error["message"] + error["remedy"]
    assert office.events() == []


def test_nobody_knows_who_it_was_but_by_their_word(office):
    """An asserted identity is said aloud (PG305)."""
    assert "PG305" in announce(office, json=False).err


def test_a_provisional_release_gets_its_date(office):
    """A day or more ahead it takes effect at once, and the words for the date are gone."""
    announce(office, "--provisional", "January 2027", at=None)
    item = announce(office)
    assert (item["state"], item["release_at"]) == ("confirmed", "2026-11-26T09:30:00Z")
    assert item["provisional"] is None
    assert office.record().agreed
    assert item == office.show()
    assert "already in the calendar" in announce(office, code=1)["error"]["message"]


def test_a_near_date_for_a_provisional_release_waits_for_a_second_person(office):
    """Under 24 hours ahead it is shown, and PG105 blocks."""
    announce(office, "--provisional", "soon", at=None)
    assert "PG105 blocks" in announce(office, at="2026-11-21T09:59:59", json=False).err
    assert not office.record().agreed


def test_a_listed_person_s_date_for_a_provisional_release_waits_too(make_office):
    """Where people are listed nobody fixes a date alone."""
    office = make_office(PEOPLE)
    announce(office, "--provisional", "January 2027", at=None)
    announce(office)
    assert not office.record().agreed


def test_a_date_by_hand_keeps_what_the_calendar_said(office, tmp_path):
    """Outputs, series and source of an imported provisional release stay."""
    file = tmp_path / "a.toml"
    file.write_text(
        '[[release]]\nid = "prices"\ntitle = "P"\nstate = "provisional"\nseries = "cpi"\n'
        'provisional = "January 2027"\n[[release.output]]\nid = "bulletin"\n'
    )
    office.ask("calendar", "import", str(file), code=0)
    source = office.show()["source"]
    item = announce(office)
    assert (item["title"], item["source"]) == ("Prices", source)
    assert [output["id"] for output in item["outputs"]] == ["bulletin"]
    assert office.record().release.series == "cpi"
