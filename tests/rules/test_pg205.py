"""PG205: a slot at another time than 09:30."""

from __future__ import annotations

from datetime import date, time

import pytest
from pubguard_plugins.rules.day import UnusualTime

from pubguard.config import AlternativeTime
from pubguard.model import CLEAR, Effect, State
from pubguard.testing.builders import make_attempt, make_facts, make_record

AGREED = UnusualTime(
    alternative_time=(
        AlternativeTime(
            series="cpi", time=time(7, 0), reference="letter", considered=date(2022, 5, 13)
        ),
    )
)
CPI = {"series": "cpi"}
ALLOWS = {
    "09:30 in winter": make_record("2026-11-26T09:30"),
    "09:30 in summer": make_record("2026-07-16T09:30"),
    "an agreed time": make_record("2026-11-18T07:00", release=CPI),
    "09:30 although another was agreed": make_record("2026-11-18T09:30", release=CPI),
    "on the day the other time was agreed": make_record("2022-05-13T07:00", release=CPI),
    "no slot": make_record("2026-11-18T07:00", State.PROVISIONAL),
    "unknown": None,
}
DENIES = {
    "09:30 UTC in summer": make_record("2026-07-16T09:30:00Z"),
    "a second after": make_record("2026-11-26T09:30:01"),
    "another series": make_record("2026-11-18T07:00", release={"series": "gdp"}),
    "no series": make_record("2026-11-18T07:00"),
    "another time than the agreed": make_record("2026-11-18T07:01", release=CPI),
    "before the other time was agreed": make_record("2022-05-12T07:00", release=CPI),
    "midnight, from a date without a time": make_record("2026-11-26T00:00"),
}


@pytest.mark.parametrize("record", ALLOWS.values(), ids=ALLOWS)
def test_allows(record):
    """09:30 by London's clock, or what was agreed for the series."""
    assert AGREED.judge(make_attempt(at="2022-01-01T10:00"), make_facts(record)) is CLEAR


@pytest.mark.parametrize("record", DENIES.values(), ids=DENIES)
def test_denies(record):
    """Any other time asks before the slot and is only warned about from it on."""
    before = make_attempt(at="2022-01-01T10:00")
    later = make_attempt(at=record.release.release_at)
    assert AGREED.judge(before, make_facts(record)).effect is Effect.CONFIRM
    assert AGREED.judge(later, make_facts(record)).effect is Effect.WARN
