"""Dates are changed by one person and agreed by a second, one of the two a lead official."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from pubguard.errors import PubguardError
from pubguard.model import Actor, Role
from tests.calendar.conftest import table

SLOT, LATER, SOONER = "2026-11-26T09:30", "2026-12-03T09:30", "2026-11-24T09:30"
IN_UTC = {at: f"{at}:00Z" for at in (SLOT, LATER, SOONER)}
LEAD = ("--role", "lead-official")
PEOPLE = """
[people."a.jones"]
roles = ["publisher"]
[people."b.shah"]
roles = ["author"]
[people."c.lead"]
roles = ["lead-official"]
"""


@pytest.fixture
def office(make_office):
    office = make_office()
    office.take(table())
    return office


def move(office, to=LATER, *more, actor="b.shah", code=0):
    why = ("--reason", "The returns came late")
    return office.ask(
        "calendar", "move", "prices", "--to", to, "--actor", actor, *why, *more, code=code
    )


def change(office, verb, *more, actor="b.shah", code=0):
    why = ("--reason", "Merged with another")
    return office.ask("calendar", verb, "prices", "--actor", actor, *why, *more, code=code)


def agree(office, *more, actor="c.lead", roles=LEAD, code=0):
    return office.ask("calendar", "agree", "prices", "--actor", actor, *roles, *more, code=code)


def kinds(office):
    return [each["kind"] for each in office.show()["history"]]


def test_a_moved_date_waits_and_the_agreed_one_shows(office):
    """Until a second person agrees nothing but the proposal is new."""
    item = move(office)
    assert (item["state"], item["release_at"]) == ("confirmed", IN_UTC[SLOT])
    assert item["proposed"] == {"release_at": IN_UTC[LATER], "reason": "The returns came late"}
    assert (
        "calendar agree prices"
        in office.run(
            "calendar", "move", "prices", "--to", SOONER, "--actor", "b.shah", "--reason", "x"
        ).err
    )


def test_a_second_person_puts_it_into_force(office):
    """With a lead official among the two the date is the new one, and the history says who."""
    move(office)
    item = agree(office)
    assert (item["release_at"], item["proposed"]) == (IN_UTC[LATER], None)
    last = item["history"][-1]
    assert (last["kind"], last["actor"], last["roles"]) == (
        "release.agreed",
        "c.lead",
        ["lead-official"],
    )
    assert item["history"][-2]["reason"] == "The returns came late"


def test_the_lead_official_may_be_the_one_who_proposes(office):
    """Then anybody may be the second person."""
    move(office, LATER, *LEAD, actor="c.lead")
    assert agree(office, actor="a.jones", roles=())["release_at"] == IN_UTC[LATER]


@pytest.mark.parametrize("name", ["b.shah", "B.Shah", " b.SHAH ", "\uff42.shah"])
def test_nobody_agrees_with_themselves(office, name):
    """However the id is spelt: capitals, spaces and full-width letters are the same person."""
    move(office)
    error = agree(office, actor=name, code=1)["error"]
    assert "somebody else has to agree" in error["message"]
    assert office.show()["proposed"]


def test_without_a_lead_official_nothing_is_agreed(office):
    """Two people who are none are told to ask one."""
    move(office)
    error = agree(office, actor="a.jones", roles=("--role", "approver"), code=1)["error"]
    assert "lead official" in error["message"]
    assert office.show()["release_at"] == IN_UTC[SLOT]


def test_what_a_source_proposes_only_a_lead_official_agrees(office):
    """A feed is no person, so one person is not a second one."""
    office.take(table(at=LATER + ":00"))
    assert "no person" in agree(office, actor="a.jones", roles=(), code=1)["error"]["message"]
    assert agree(office)["release_at"] == IN_UTC[LATER]


def test_keep_turns_the_change_down(office):
    """The agreed date stands, and the log says who kept it."""
    move(office)
    item = agree(office, "--keep")
    assert (item["release_at"], item["proposed"]) == (IN_UTC[SLOT], None)
    assert kinds(office)[-1] == "release.kept"
    assert "Nothing waits" in agree(office, "--keep", code=1)["error"]["message"]


def test_a_source_may_repeat_for_ever_what_was_turned_down(office):
    """A wrong feed that is read every few minutes does not close the gate again."""
    wrong = table(at=LATER + ":00")
    office.take(wrong)
    agree(office, "--keep")
    assert office.take(wrong)["unchanged"] == 1
    assert office.show()["proposed"] is None
    other = table(at="2026-12-10T09:30:00")
    assert office.take(other)["changed"] == ["prices"]
    assert office.show()["proposed"]["release_at"] == "2026-12-10T09:30:00Z"


def test_a_source_that_lags_behind_an_agreed_change_says_nothing_new(office):
    """Reading the old date again is no proposal to go back to it."""
    move(office)
    agree(office)
    assert office.take(table())["unchanged"] == 1
    assert office.take(table(title="Prices, new title"))["changed"] == ["prices"]
    item = office.show()
    assert (item["release_at"], item["proposed"]) == (IN_UTC[LATER], None)
    assert item["title"] == "Prices, new title"


def test_a_source_that_has_caught_up_and_goes_back_is_news(office):
    """Once it has said the new date, the old one is a change again."""
    move(office)
    agree(office)
    office.take(table(at=LATER + ":00"))
    office.take(table())
    assert office.show()["proposed"]["release_at"] == IN_UTC[SLOT]


def test_a_persons_wish_survives_what_its_source_repeats(office):
    """Neither the old date nor a new title ends it."""
    move(office)
    office.take(table())
    office.take(table(title="Prices, new title"))
    assert office.show()["proposed"]["release_at"] == IN_UTC[LATER]


def test_the_proposer_takes_it_back(office):
    """Moving to the agreed date ends one's own proposal, and nobody else's."""
    move(office)
    assert "agree prices --keep" in move(office, SLOT, actor="a.jones", code=1)["error"]["remedy"]
    assert move(office, SLOT)["proposed"] is None
    assert "already" in move(office, SLOT, code=1)["error"]["message"]


def test_a_provisional_release_gets_its_date(office):
    """It is confirmed when a second person agrees, and opens nothing before."""
    office.take(table("wages", at=None, provisional="December 2026"), name="other.toml")
    arguments = ("calendar", "move", "wages", "--to", LATER, "--actor", "b.shah", "--reason", "x")
    assert office.ask(*arguments)["state"] == "provisional"
    item = office.ask("calendar", "agree", "wages", "--actor", "c.lead", *LEAD)
    assert (item["state"], item["release_at"], item["provisional"]) == (
        "confirmed",
        IN_UTC[LATER],
        None,
    )


def test_what_is_provisional_is_cancelled_at_once(office):
    """Nobody relies on it, so one person is enough; to bring it back takes two."""
    office.take(table("wages", at=None, provisional="December 2026"), name="other.toml")
    why = ("--actor", "b.shah", "--reason", "x")
    item = office.ask("calendar", "cancel", "wages", *why)
    assert (item["state"], item["proposed"]) == ("cancelled", None)
    assert office.ask("calendar", "reinstate", "wages", *why)["state"] == "cancelled"
    again = office.ask("calendar", "agree", "wages", "--actor", "c.lead", *LEAD)
    assert (again["state"], again["release_at"]) == ("provisional", None)


def test_a_cancellation_is_agreed_or_kept(office):
    """Until then the slot shows; after it, the release is cancelled."""
    item = change(office, "cancel")
    assert (item["state"], item["proposed"]["release_at"]) == ("confirmed", None)
    kept = agree(office, "--keep")
    assert (kept["state"], kept["proposed"]) == ("confirmed", None)
    change(office, "cancel")
    assert agree(office)["state"] == "cancelled"
    assert "already" in change(office, "cancel", code=1)["error"]["message"]


def test_a_cancelled_release_comes_back_when_two_agree(office):
    """Its announced time has to lie ahead."""
    change(office, "cancel")
    agree(office)
    item = change(office, "reinstate")
    assert (item["state"], item["proposed"]["release_at"]) == ("cancelled", IN_UTC[SLOT])
    assert agree(office)["state"] == "confirmed"
    assert kinds(office)[-2:] == ["release.reinstated", "release.agreed"]


def test_a_time_that_has_passed_is_not_reinstated(office):
    """It would open the gate at once; another date is given instead."""
    change(office, "cancel")
    agree(office)
    office.clock.set("2026-11-27T10:00")
    assert "calendar move" in change(office, "reinstate", code=1)["error"]["remedy"]
    move(office)
    assert agree(office)["state"] == "confirmed"


def test_reinstating_takes_ones_own_open_cancellation_back(office):
    """Somebody else's is kept by a second person."""
    change(office, "cancel")
    assert "--keep" in change(office, "reinstate", actor="a.jones", code=1)["error"]["remedy"]
    assert change(office, "reinstate")["proposed"] is None
    assert "not cancelled" in change(office, "reinstate", code=1)["error"]["message"]


def test_a_new_entry_is_agreed_by_a_second_person(make_office):
    """Where people are listed, announcing is the first word and agreeing the second."""
    office = make_office(PEOPLE)
    office.ask(
        *("calendar", "announce", "prices", "--title", "Prices", "--release-at", SLOT),
        *("--actor", "b.shah"),
    )
    assert not office.record().agreed
    assert "announced it" in agree(office, actor="b.shah", roles=(), code=1)["error"]["message"]
    assert "lead" in agree(office, actor="a.jones", roles=LEAD, code=1)["error"]["message"]
    assert "new entry" in agree(office, "--keep", roles=(), code=1)["error"]["message"]
    agree(office, roles=())
    assert office.record().agreed


def test_an_unlisted_person_changes_nothing(make_office):
    """Neither proposes nor agrees; the log stays as it was."""
    office = make_office(PEOPLE)
    office.take(table())
    before = office.events()
    for error in (move(office, actor="x.y", code=1), agree(office, actor="x.y", code=1)):
        assert "not listed" in error["error"]["message"]
    assert office.events() == before


def test_an_asserted_identity_can_be_refused(make_office):
    """`require_authenticated` wants a proven id to agree a date."""
    office = make_office()
    office.config.write_text(
        office.config.read_text().replace("[gate]", "[gate]\nrequire_authenticated = true")
    )
    office.take(table())
    move(office)
    assert "proven identity" in agree(office, code=1)["error"]["message"]


@pytest.mark.parametrize(
    ("verb", "more", "code", "words"),
    [
        ("move", ("--to", "2026-11-19T09:30"), 1, "has passed"),
        ("move", ("--to", "2027-03-28T01:30"), 2, "does not exist"),
        ("move", ("--to", "2027-10-31T01:30"), 2, "occurs twice"),
        ("move", ("--to", "2026-12-03"), 2, "date without a time"),
    ],
    ids=["past", "spring", "autumn", "no time"],
)
def test_a_date_that_cannot_be_is_refused(office, verb, more, code, words):
    """With the reason, and nothing is stored."""
    before = office.events()
    assert words in change(office, verb, *more, code=code)["error"]["message"]
    assert office.events() == before


def test_a_change_needs_its_reason(office):
    """Blank is none; it is kept beside the log and can be erased."""
    before = office.events()
    for blank in ("", "  "):
        arguments = ("calendar", "cancel", "prices", "--actor", "b.shah", "--reason", blank)
        assert "reason" in office.ask(*arguments, code=2)["error"]["message"]
    assert office.events() == before
    move(office)
    assert "returns came late" not in office.run("log", "export").out
    index = office.show()["history"][-1]["index"]
    office.ask("log", "erase", str(index), "reason", "--actor", "d.p", "--reason", "asked to")
    assert office.show()["proposed"]["reason"] is None
    assert office.ask("log", "verify", "--replay")["ok"]


def test_a_proposal_whose_time_has_come_is_not_agreed(office):
    """Agreeing to a past time would let the release out at once."""
    move(office, SOONER)
    office.clock.set("2026-11-24T09:30")
    assert "has passed" in agree(office, code=1)["error"]["message"]
    assert agree(office, "--keep")["release_at"] == IN_UTC[SLOT]


def test_a_second_person_can_name_the_date_they_mean(office):
    """What was exchanged meanwhile is not agreed unseen."""
    move(office)
    move(office, SOONER)
    assert "not Thursday 3 December" in agree(office, "--to", LATER, code=1)["error"]["message"]
    assert agree(office, "--to", SOONER)["release_at"] == IN_UTC[SOONER]


def test_a_published_release_moves_no_more(office):
    """What is out cannot be announced for another day."""
    office.clock.set("2026-11-26T10:00")
    office.take(table(state="published"))
    assert "is published" in move(office, code=1)["error"]["message"]
    assert "is published" in change(office, "cancel", code=1)["error"]["message"]


def test_an_unknown_release_offers_the_nearest_ids(office):
    """As everywhere else."""
    arguments = ("calendar", "agree", "price", "--actor", "c.lead")
    assert "prices" in office.ask(*arguments, code=1)["error"]["remedy"]


def test_of_many_who_agree_at_once_one_does(office):
    """The others are told that nothing waits any more; the log holds one agreement."""
    move(office)
    workspace = office.workspace()
    barrier = Barrier(20)

    def one(number: int) -> bool:
        barrier.wait()
        lead = Actor(f"lead{number}", frozenset({Role.LEAD_OFFICIAL}), "token:cms")
        try:
            workspace.calendars.agreement.agree("prices", lead, keep=bool(number % 2))
        except PubguardError as error:
            assert "Nothing waits" in error.message  # noqa: PT017
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(one, range(20))) == 1
    workspace.close()
    assert len([k for k in kinds(office) if k in ("release.agreed", "release.kept")]) == 1
    assert office.ask("log", "verify", "--replay")["ok"]


def test_a_source_that_catches_up_does_not_make_a_wish_nobodys(office):
    """Whoever proposed the date still cannot be the second person."""
    move(office, LATER, *LEAD, actor="c.lead")
    office.take(table(at=LATER + ":00"))
    assert "somebody else" in agree(office, code=1)["error"]["message"]
    assert agree(office, actor="a.jones", roles=())["release_at"] == IN_UTC[LATER]
    assert office.take(table(at=LATER + ":00"))["unchanged"] == 1


def test_what_is_kept_names_no_other_date(office):
    """--keep and --to contradict each other."""
    move(office)
    assert "--to" in agree(office, "--keep", "--to", LATER, code=2)["error"]["remedy"]
    assert office.show()["proposed"]
