"""PG203: a slot at the weekend."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pubguard_plugins.rules.day import Weekend

from pubguard.clock import slot_on
from pubguard.model import CLEAR, Effect, State
from pubguard.testing.builders import make_attempt, make_facts, make_record

MONDAY = date(2026, 11, 23)
WEEKDAYS = [slot_on(MONDAY + timedelta(days=day)) for day in range(5)]
ALLOWS = {f"{slot:%A}": make_record(slot) for slot in WEEKDAYS} | {
    "Monday just after midnight in London, Sunday in UTC": make_record("2026-06-01T00:30"),
    "no slot": make_record("2026-11-28T09:30", State.PROVISIONAL),
    "unknown": None,
}
DENIES = {
    "Saturday": make_record("2026-11-28T09:30"),
    "Sunday": make_record("2026-11-29T09:30"),
    "Saturday just after midnight in London, Friday in UTC": make_record("2026-06-06T00:30"),
}


@pytest.mark.parametrize("record", ALLOWS.values(), ids=ALLOWS)
def test_allows(record):
    """Monday to Friday, by London's calendar."""
    assert Weekend().judge(make_attempt(at="2026-05-01T10:00"), make_facts(record)) is CLEAR


@pytest.mark.parametrize("record", DENIES.values(), ids=DENIES)
def test_denies(record):
    """Saturday and Sunday are blocked before the slot and warned about from it on."""
    before = make_attempt(at="2026-05-01T10:00")
    later = make_attempt(at=record.release.release_at)
    assert Weekend().judge(before, make_facts(record)).effect is Effect.BLOCK
    assert Weekend().judge(later, make_facts(record)).effect is Effect.WARN
