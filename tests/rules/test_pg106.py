"""PG106: the calendar was not read for a while."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pubguard_plugins.rules.notice import Stale

from pubguard.model import CLEAR, Effect
from pubguard.testing.builders import SLOT, instant, make_attempt, make_facts, make_record

ALLOWS = {
    "seven days to the microsecond": ("2026-11-19T09:30", timedelta(days=7)),
    "just now": (SLOT, timedelta(days=7)),
    "in the future, after the clock was set back": ("2026-11-27T09:30", timedelta(days=7)),
    "announced by hand": (None, timedelta(days=7)),
    "as long as the setting says": ("2026-10-27T09:30", timedelta(days=30)),
}
DENIES = {
    "a microsecond longer": ("2026-11-19T09:29:59.999999", timedelta(days=7)),
    "longer than the setting says": ("2026-11-26T08:29:59", timedelta(hours=1)),
}


def _judge(read_at, after, record):
    facts = make_facts(record, read_at=None if read_at is None else instant(read_at))
    return Stale(calendar_stale_after=after).judge(make_attempt(), facts)


@pytest.mark.parametrize(("read_at", "after"), ALLOWS.values(), ids=ALLOWS)
def test_allows(read_at, after):
    """A calendar that was read lately, or none at all, is not stale."""
    assert _judge(read_at, after, make_record()) is CLEAR
    assert _judge(read_at, after, None) is CLEAR


@pytest.mark.parametrize(("read_at", "after"), DENIES.values(), ids=DENIES)
def test_denies(read_at, after):
    """Longer ago than the setting is warned about, naming the calendar and the day."""
    found = _judge(read_at, after, make_record(source="ons"))
    assert found.effect is Effect.WARN
    assert "ons" in found.reason
    assert "November 2026" in found.reason
