"""PG204: a slot on a closed day, or on one of which nothing is known."""

from __future__ import annotations

from datetime import date

import pytest
from pubguard_plugins.facts.holidays import Day
from pubguard_plugins.rules.day import ClosedDay

from pubguard.model import CLEAR, Effect, State
from pubguard.testing.builders import make_attempt, make_facts, make_record

THE_DAY = date(2026, 11, 26)
ALLOWS = {
    "an open day": make_facts(make_record(), Day(THE_DAY, None, covered=True)),
    "no slot": make_facts(make_record(None, State.PROVISIONAL), Day()),
    "unknown": make_facts(),
}
DENIES = {
    "a bank holiday": (
        make_facts(make_record(), Day(THE_DAY, "Boxing Day", covered=True)),
        "Boxing Day",
    ),
    "a closed day in a year the data does not cover": (
        make_facts(make_record(), Day(THE_DAY, "closed day of the office")),
        "closed day of the office",
    ),
    "a year the data does not cover": (make_facts(make_record(), Day(THE_DAY)), "2026"),
    "the look-up failed": (make_facts(make_record()), "could not be looked up"),
    "the look-up was of another day": (
        make_facts(make_record(), Day(date(2026, 11, 25), None, covered=True)),
        "could not be looked up",
    ),
}


@pytest.mark.parametrize("facts", ALLOWS.values(), ids=ALLOWS)
def test_allows(facts):
    """A day known to be open, or no day at all."""
    assert ClosedDay().judge(make_attempt(), facts) is CLEAR


@pytest.mark.parametrize(("facts", "words"), DENIES.values(), ids=DENIES)
@pytest.mark.parametrize("at", ["2026-11-01T10:00", "2026-11-26T09:30"])
def test_denies(at, facts, words):
    """A closed day warns; what is unknown is never an open day (law 9)."""
    found = ClosedDay().judge(make_attempt(at=at), facts)
    assert found.effect is Effect.WARN
    assert words in found.reason
