"""Lint in the last 24 hours: what is not approved, and who cannot be reached."""

from __future__ import annotations

import pytest

from tests.calendar.test_lint import brief, entry, lint

PEOPLE = """
[people."A.Jones"]
roles = ["approver"]
contact = "mailto:a.jones@example.org"
[people."b.shah"]
roles = ["author", "approver"]
contact = "mailto:b.shah@example.org"
[people."d.khan"]
roles = ["lead-official"]
contact = "mailto:d.khan@example.org"
"""


def approve(office, *authors):
    more = [part for author in authors for part in ("--author", author)]
    digest = "sha256:" + "1a" * 32
    asked = [
        *("check", "approve", "prices", "--actor", "a.jones", "--effective-at", "2026-11-26T09:30"),
        *("--digest", digest, *more, "--json"),
    ]
    challenge = office.run(*asked).document["challenge"]
    typed = ("--actor", "a.jones", "--typed", challenge["type_this"])
    assert office.run("confirm", challenge["id"], *typed).code == 0
    assert office.run(*asked).code == 0


def test_what_is_not_approved_a_day_before_is_found(make_guard):
    """From 24 hours before to the slot; not once it is approved, nor where none is required."""
    office = make_guard(PEOPLE)
    office.take(entry())
    office.clock.set("2026-11-25T09:29:59")
    office.take(entry())
    assert lint(office) == []
    office.clock.set("2026-11-25T09:30")
    (found,) = lint(office)
    assert found["code"] == "PG601"
    assert "in 1 day, and nobody has approved it" in found["reason"]
    office.clock.set("2026-11-26T09:30")
    assert brief(lint(office)) == [("PG601", "prices")]
    office.clock.set("2026-11-26T09:30:00.000001")
    assert lint(office) == []
    office.clock.set("2026-11-26T09:00")
    approve(office, "b.shah")
    assert lint(office) == []
    lax = make_guard(name="lax")
    lax.config.write_text(
        lax.config.read_text().replace("[gate]", "[gate]\nrequire_approval=false")
    )
    lax.take(entry())
    lax.clock.set("2026-11-26T09:00")
    assert "PG601" not in {each["code"] for each in lint(lax)}


def contactless(name):
    return f'contact = "mailto:{name}@example.org"', ""


def away(name, day="2026-11-26"):
    said = f'contact = "mailto:{name}@example.org"'
    return said, f"{said}\naway = [{day}]"


REACHED = {
    "everybody": ([], {}),
    "another approver is away": ([away("b.shah")], {}),
    "the approver was away yesterday": ([away("a.jones", "2026-11-25"), away("b.shah")], {}),
    "both approvers are away": (
        [away("a.jones"), away("b.shah")],
        {"CAL107": "reached on 26 November 2026: a.jones is away, b.shah is away."},
    ),
    "one is away, one has no contact": (
        [away("a.jones"), contactless("b.shah")],
        {"CAL107": "a.jones is away, b.shah has no contact"},
    ),
    "the lead official is away": (
        [away("d.khan")],
        {"CAL108": "No lead official can be reached on 26 November 2026: d.khan is away."},
    ),
    "nobody leads": (
        [('"lead-official"', '"auditor"')],
        {"CAL108": "nobody is listed as lead-official"},
    ),
}


@pytest.mark.parametrize(("changes", "found"), REACHED.values(), ids=REACHED)
def test_people_must_be_reached_a_day_before(make_guard, changes, found):
    """An approver and a lead official who are listed, have a contact, and are not away."""
    settings = PEOPLE
    for old, new in changes:
        assert old in settings
        settings = settings.replace(old, new)
    office = make_guard(settings)
    office.take(entry())
    office.clock.set("2026-11-25T09:29")
    office.take(entry())
    assert lint(office) == []
    office.clock.set("2026-11-25T09:30")
    said = {each["code"]: each["reason"] for each in lint(office) if each["code"] != "PG601"}
    assert said.keys() == found.keys()
    assert all(words in said[code] for code, words in found.items())
    assert "example.org" not in office.run("calendar", "lint").out


def test_an_author_is_no_approver(make_guard):
    """However the id is written: with the other approver away, only an author is left."""
    old, new = away("a.jones")
    office = make_guard(PEOPLE)
    office.take(entry())
    office.clock.set("2026-11-26T09:00")
    office.take(entry())
    approve(office, "B.Shah")
    assert lint(office) == []
    office.config.write_text(office.config.read_text().replace(old, new))
    (found,) = lint(office)
    assert found["code"] == "CAL107"
    assert "besides the authors (b.shah)" in found["reason"]
    assert "a.jones is away, b.shah is an author" in found["reason"]


def test_where_nobody_is_listed_nobody_is_missed(make_guard):
    """Without [people] only the approval is asked about."""
    office = make_guard()
    office.take(entry())
    office.clock.set("2026-11-26T09:00")
    office.take(entry())
    assert brief(lint(office)) == [("PG601", "prices")]
