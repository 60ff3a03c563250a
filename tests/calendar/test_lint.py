"""`calendar lint`: what each finding finds and what it leaves alone, by the real command."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from pubguard.calendar.findings import CODES
from tests.calendar.conftest import table

CPI = """
[[alternative_time]]
series = "cpi"
time = "07:00"
reference = "letter"
considered = 2022-05-13
"""


def entry(release="prices", at="2026-11-26T09:30:00", **fields):
    """A release with a contact."""
    return table(release, at, **({"contact": "somebody"} | fields))


def lint(office, *more):
    """Code and release of every finding."""
    result = office.run("calendar", "lint", *more, "--json")
    document = result.document
    assert set(document) == {"ok", "checked", "findings"}
    assert result.code == (0 if document["ok"] else 1)
    assert document["ok"] is (document["findings"] == [])
    for each in document["findings"]:
        assert set(each) == {"code", "release", "where", "reason", "remedy"}
        assert each["code"] in CODES
        assert each["where"]
        assert each["reason"].endswith(".")
        assert each["remedy"]
    return document["findings"]


def brief(findings):
    return sorted((each["code"], each["release"]) for each in findings)


def series(*slots, name="cpi"):
    return [entry(f"r{n}", at, series=name) for n, at in enumerate(slots)]


def crowd(count, at="2026-11-26T09:30:00", host="a.example"):
    return [entry(f"{host}-{n}", at, url=f"https://{host}/{n}") for n in range(count)]


NOVEMBER, DECEMBER = "2026-11-26T09:30:00", "2026-12-17T09:30:00"
EMPTY: list[tuple[str, str | None]] = []
CASES = {
    "nothing is wrong": ([entry()], {}, EMPTY),
    "an empty calendar": ([], {}, EMPTY),
    "what is past": ([entry(at="2026-08-31T10:31:00", contact="")], {}, EMPTY),
    "what is cancelled": ([entry(at="2026-11-28T10:31:00", state="cancelled")], {}, EMPTY),
    "PG105 27 days ahead": ([entry(at="2026-10-28T09:30:00")], {}, [("PG105", "prices")]),
    "PG105 not: 28 days over a clock change": (
        [entry(at="2026-10-29T10:00:00", series="x")],
        {"settings": CPI.replace("07:00", "10:00").replace("cpi", "x")},
        EMPTY,
    ),
    "PG203 Saturday": ([entry(at="2026-11-28T09:30:00")], {}, [("PG203", "prices")]),
    "PG204 a bank holiday": ([entry(at="2026-12-28T09:30:00")], {}, [("PG204", "prices")]),
    "PG204 not: another nation's": ([entry(at="2026-11-30T09:30:00")], {}, EMPTY),
    "PG204 this nation's": (
        [entry(at="2026-11-30T09:30:00")],
        {"nation": "scotland"},
        [("PG204", "prices")],
    ),
    "PG204 the office is closed": ([entry()], {"closed": "2026-11-26"}, [("PG204", "prices")]),
    "PG204 a year that is not covered": (
        [entry(at="2029-11-26T09:30:00")],
        {},
        [("PG204", "prices")],
    ),
    "PG205 another time": ([entry(at="2026-11-26T12:00:00")], {}, [("PG205", "prices")]),
    "PG205 not: agreed for the series": (
        [entry(at="2026-11-26T07:00:00", series="cpi")],
        {"settings": CPI},
        EMPTY,
    ),
    "PG205 agreed for another series": (
        [entry(at="2026-11-26T07:00:00", series="rpi")],
        {"settings": CPI},
        [("PG205", "prices")],
    ),
    "PG205 agreed, but later": (
        [entry(at="2026-11-26T07:00:00", series="cpi")],
        {"settings": CPI.replace("2022", "2027")},
        [("PG205", "prices")],
    ),
    "CAL104 09:30 UTC in summer": (
        [entry(at="2027-06-24T10:30:00")],
        {},
        [("CAL104", "prices"), ("PG205", "prices")],
    ),
    "CAL104 09:30Z in summer": (
        [entry(at="2027-06-24T09:30:00Z")],
        {},
        [("CAL104", "prices"), ("PG205", "prices")],
    ),
    "CAL104 08:30 in summer": (
        [entry(at="2027-06-24T08:30:00")],
        {},
        [("CAL104", "prices"), ("PG205", "prices")],
    ),
    "CAL104 not: 10:30 in winter": (
        [entry(at="2026-11-26T10:30:00")],
        {},
        [("PG205", "prices")],
    ),
    "CAL104 not: 08:30Z in summer": ([entry(at="2027-06-24T08:30:00Z")], {}, EMPTY),
    "CAL104 the series' own time as UTC": (
        [entry(at="2027-06-24T08:00:00", series="cpi")],
        {"settings": CPI},
        [("CAL101", "prices"), ("CAL104", "prices"), ("PG205", "prices")],
    ),
    "CAL104 not: that time is agreed": (
        [entry(at="2027-06-24T10:30:00", series="cpi")],
        {"settings": CPI.replace("07:00", "10:30")},
        EMPTY,
    ),
    "CAL101 another time than the rest": (
        series(NOVEMBER, DECEMBER, "2027-01-14T12:00:00"),
        {},
        [("CAL101", "r2"), ("PG205", "r2")],
    ),
    "CAL101 another time than in the past": (
        series("2026-07-23T12:00:00", "2026-08-20T12:00:00", NOVEMBER),
        {},
        [("CAL101", "r2")],
    ),
    "CAL101 of two the first is usual": (
        series("2026-08-20T12:00:00", NOVEMBER),
        {},
        [("CAL101", "r1")],
    ),
    "CAL101 of two the first is usual, in any order": (
        series(NOVEMBER, "2026-08-20T12:00:00"),
        {},
        [("CAL101", "r0")],
    ),
    "CAL101 not: one time in summer and winter": (
        series(NOVEMBER, "2027-06-24T09:30:00"),
        {},
        EMPTY,
    ),
    "CAL101 not: only past ones differ": (
        series("2026-08-20T12:00:00", NOVEMBER, DECEMBER),
        {},
        EMPTY,
    ),
    "CAL101 not the agreed time": (
        series("2026-11-26T07:00:00", DECEMBER),
        {"settings": CPI},
        [("CAL101", "r1")],
    ),
    "CAL101 not: the agreed time after another": (
        series("2021-11-25T09:30:00", "2021-12-16T09:30:00", "2026-11-26T07:00:00"),
        {"settings": CPI},
        EMPTY,
    ),
    "CAL101 not: two series": (
        [entry("a", series="x"), entry("b", DECEMBER, series="y")],
        {},
        EMPTY,
    ),
    "CAL101 not: without a series": ([entry("a"), entry("b", DECEMBER)], {}, EMPTY),
    "CAL101 provisional times do not count": (
        [
            *series(NOVEMBER),
            entry("p", "2026-12-17T12:00:00", series="cpi", state="provisional"),
        ],
        {},
        EMPTY,
    ),
    "CAL102 four on one site": (crowd(4), {}, [("CAL102", None)]),
    "CAL102 not: three": (crowd(3), {}, EMPTY),
    "CAL102 not: two sites": (crowd(2) + crowd(2, host="b.example"), {}, EMPTY),
    "CAL102 not: two days": (crowd(2) + [entry(f"x{n}", DECEMBER) for n in range(2)], {}, EMPTY),
    "CAL102 one source without addresses": (
        [entry(f"x{n}") for n in range(4)],
        {},
        [("CAL102", None)],
    ),
    "CAL103 its month has come": (
        [entry(at=None, provisional="October 2026")],
        {},
        [("CAL103", "prices")],
    ),
    "CAL103 its month has passed": (
        [entry(at=None, provisional="sept 2026")],
        {},
        [("CAL103", "prices")],
    ),
    "CAL103 a day of this month": (
        [entry(at=None, provisional="26 October 2026 9:30am")],
        {},
        [("CAL103", "prices")],
    ),
    "CAL103 the last of several months": (
        [entry(at=None, provisional="September to October 2026")],
        {},
        [("CAL103", "prices")],
    ),
    "CAL103 not: it may still be next month": (
        [entry(at=None, provisional="October to November 2026")],
        {},
        EMPTY,
    ),
    "CAL103 not: over the turn of the year": (
        [entry(at=None, provisional="September 2026 to January 2027")],
        {},
        EMPTY,
    ),
    "CAL103 not: January 2027": ([entry(at=None, provisional="January 2027")], {}, EMPTY),
    "CAL103 not: words without a month": ([entry(at=None, provisional="autumn 2026")], {}, EMPTY),
    "CAL103 not: its year is not over": (
        [entry(at=None, provisional="autumn 2026")],
        {"now": "2026-12-31T10:00"},
        EMPTY,
    ),
    "CAL103 last year": ([entry(at=None, provisional="Autumn 2025")], {}, [("CAL103", "prices")]),
    "CAL103 not: no date at all": ([entry(at=None, provisional="to be confirmed")], {}, EMPTY),
    "CAL103 its provisional time": (
        [entry(at="2026-10-29T09:30:00", state="provisional")],
        {},
        [("CAL103", "prices")],
    ),
    "CAL103 not: its provisional time": (
        [entry(at="2026-11-01T00:00:00", state="provisional")],
        {},
        EMPTY,
    ),
    "CAL105 no contact": ([table()], {}, [("CAL105", "prices")]),
    "CAL105 no contact of a provisional one": (
        [table(at=None, provisional="January 2027")],
        {},
        [("CAL105", "prices")],
    ),
}


@pytest.mark.parametrize(("tables", "made", "found"), CASES.values(), ids=CASES)
def test_what_is_found(make_guard, tables, made, found):
    """What is found in a calendar, by code and release, and nothing else."""
    office = make_guard(**made)
    if tables:
        office.take(*(text.replace('contact = ""\n', "") for text in tables))
    assert brief(lint(office)) == found


def test_a_change_that_waits_is_found(make_guard):
    """With both dates and the command that ends it; agreed dates are judged meanwhile."""
    office = make_guard()
    office.take(entry())
    office.take(entry(at=DECEMBER))
    (found,) = lint(office)
    assert (found["code"], found["release"]) == ("PG104", "prices")
    assert "17 December 2026" in found["reason"]
    assert "26 November 2026" in found["reason"]
    office.clock.set("2026-11-26T09:31")
    assert "PG104" not in {each["code"] for each in lint(office)}


def test_an_entry_that_waits_to_be_agreed_is_found(make_guard):
    """Besides its short notice; both are PG105."""
    office = make_guard()
    office.take(entry(at="2026-10-02T09:30:00"))
    assert brief(lint(office)) == [("PG105", "prices"), ("PG105", "prices"), ("PG601", "prices")]


def test_a_crowd_is_what_the_office_says(make_guard):
    """`--crowd` is how many may share a slot; the finding names the site and the releases."""
    office = make_guard()
    office.take(*crowd(12))
    assert lint(office, "--crowd", "12") == []
    (found,) = lint(office, "--crowd", "11")
    assert (found["where"], found["release"]) == ("a.example", None)
    assert "12 releases share Thursday 26 November 2026, 09:30 on a.example" in found["reason"]
    assert found["reason"].endswith("and 4 more.")
    assert office.run("calendar", "lint", "--crowd", "0").code == 2


def test_outputs_say_which_site_bears_the_load(make_guard):
    """Every host of a release counts, once."""
    office = make_guard()
    outputs = "".join(
        f'[[release.output]]\nid = "{n}"\nurl = "https://B.example/{n}"\n' for n in "xy"
    )
    office.take(*(entry(f"r{n}") + outputs for n in range(4)))
    (found,) = lint(office)
    assert found["where"] == "b.example"


def test_both_readings_of_a_summer_time_are_said(make_guard):
    """So that nobody has to work out what was meant."""
    office = make_guard()
    office.take(entry("late", "2027-06-24T10:30:00"), entry("soon", "2027-06-24T08:30:00"))
    said = {f["release"]: f["reason"] for f in lint(office) if f["code"] == "CAL104"}
    assert "is 09:30 UTC. Either 10:30 is meant, or 09:30 London time was written" in said["late"]
    assert "is 07:30 UTC. Either 08:30 is meant, or 09:30 London time was turned" in said["soon"]


def test_a_calendar_that_was_not_read_for_long_is_found(make_guard):
    """After calendar_stale_after, where a release to come rests on it."""
    office = make_guard()
    office.take(entry())
    office.clock.set("2026-10-08T10:00")
    assert lint(office) == []
    office.clock.set("2026-10-08T10:01")
    (found,) = lint(office)
    assert (found["code"], found["release"]) == ("PG106", None)
    assert found["remedy"].startswith("Import it again from the file")
    office.clock.set("2026-11-26T09:31")
    assert lint(office) == []


def test_a_calendar_with_a_name_is_read_again_by_it(make_guard):
    """The remedy is the command."""
    office = make_guard('[sources.ours]\nformat = "toml"\nplace = "calendar.toml"\n')
    (office.folder / "calendar.toml").write_text(entry())
    office.ask("calendar", "import", "ours")
    office.clock.set("2026-10-09T10:00")
    (found,) = lint(office)
    assert found["where"] == "ours"
    assert found["remedy"] == "Read it again: pubguard calendar import ours"


def test_old_bank_holidays_are_found(make_guard):
    """More than 400 days after the day of the list, whatever is in the calendar."""
    office = make_guard()
    office.ask("calendar", "holidays", "--refresh", "--packaged")
    dated = datetime.fromisoformat(office.ask("calendar", "holidays")["dated"])
    office.clock.set(f"{dated + timedelta(days=400):%Y-%m-%d}T10:00")
    assert lint(office) == []
    office.clock.set(f"{dated + timedelta(days=401):%Y-%m-%d}T10:00")
    assert brief(lint(office)) == [("CAL106", None)]


def test_no_bank_holidays_at_all_are_found(make_office):
    """Without a plugin that reads them no day is known, and none is called open."""
    office = make_office(now="2026-10-01T10:00")
    office.take(entry())
    assert brief(lint(office)) == [("CAL106", None)]


def test_the_worst_comes_first_and_releases_stay_together(make_guard):
    """In JSON and in text, each with code, reason, where and remedy on a narrow screen."""
    office = make_guard()
    office.take(
        table("no-contact"),
        table("saturday", "2026-11-28T09:30:00"),
        entry("noon", "2026-11-26T12:00:00"),
    )
    found = lint(office)
    assert [(each["release"], each["code"]) for each in found] == [
        ("saturday", "PG203"),
        ("saturday", "CAL105"),
        ("noon", "PG205"),
        ("no-contact", "CAL105"),
    ]
    text = office.run("calendar", "lint").out
    lines = text.splitlines()
    assert lines[0] == "saturday"
    assert lines[1].startswith("  PG203   The date is at the weekend: Saturday 28 November 2026")
    assert "          -> Have it moved to a weekday, and agreed." in lines
    assert lines[-1] == "4 findings in 3 releases to come."
    assert max(map(len, lines)) <= 100


def test_a_clean_calendar_says_so(make_guard):
    """Exit code 0, with how much was looked at."""
    office = make_guard()
    office.take(entry())
    result = office.run("calendar", "lint")
    assert (result.code, result.out) == (0, "Nothing to put right in 1 release to come.\n")


def test_looking_changes_nothing(make_guard):
    """The log is as it was."""
    office = make_guard()
    office.take(table(at="2026-11-28T12:00:00"))
    before = office.events()
    lint(office)
    assert office.events() == before


def test_help_explains_every_code(office):
    """Each on a line of its own."""
    lines = office.run("calendar", "lint", "--help").out.splitlines()
    for code, text in CODES.items():
        assert f"  {code:<7}{text}" in lines


LEAD = ("--actor", "c.lead", "--role", "lead-official")


def test_a_calendar_that_says_otherwise_is_found(office):
    """A feed's slip that was turned down, or a date that it has not caught up with."""
    office.take(entry())
    office.take(entry(at="2026-12-03T09:30:00"))
    assert ("PG104", "prices") in brief(lint(office))
    office.ask("calendar", "agree", "prices", "--keep", *LEAD)
    (found,) = [each for each in lint(office) if each["code"] == "CAL109"]
    assert "Thursday 3 December 2026" in found["reason"]
    office.take(entry())
    assert "CAL109" not in {each["code"] for each in lint(office)}


def test_two_calendars_of_one_release_that_disagree_are_found(office):
    """Both are named, each with the way out."""
    office.take(entry(), entry("consumer-prices", at="2026-12-03T09:30:00"))
    office.ask("calendar", "same", "prices", "consumer-prices")
    found = [each for each in brief(lint(office)) if each[0] == "PG104"]
    assert found == [("PG104", "consumer-prices"), ("PG104", "prices")]


def test_one_release_under_two_ids_needs_its_site_once(office):
    """Four ids of three releases are no crowd."""
    office.take(*crowd(4))
    assert ("CAL102", None) in brief(lint(office))
    office.ask("calendar", "same", "a.example-0", "a.example-1")
    assert ("CAL102", None) not in brief(lint(office))


def test_a_contact_given_by_hand_is_one(office):
    """It is kept beside the log."""
    office.ask(
        *("calendar", "announce", "prices", "--title", "Prices", "--actor", "a.jones"),
        *("--release-at", "2027-01-21T09:30", "--contact", "B. Person, 01234 567890"),
    )
    assert "CAL105" not in {each["code"] for each in lint(office)}
    assert "B. Person" not in office.run("log", "export").out
