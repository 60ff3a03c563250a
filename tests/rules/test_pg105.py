"""PG105: short notice, and near dates that no second person agreed."""

from __future__ import annotations

import pytest
from pubguard_plugins.rules.notice import Notice

from pubguard.model import CLEAR, Effect, State
from pubguard.testing.builders import SLOT, make_attempt, make_facts, make_record

BEFORE, LATER = "2026-11-26T09:29:59.999999", SLOT
ALLOWS = {
    "months ahead": make_record(announced_at="2026-06-01T10:00"),
    "28 days to the microsecond": make_record(announced_at="2026-10-29T09:30"),
    "28 days on the wall, 27 days 23 h in between": make_record(
        "2026-04-09T09:30", announced_at="2026-03-12T09:30"
    ),
    "28 days, and an hour less on the wall": make_record(
        "2026-11-12T09:30", announced_at="2026-10-15T10:30"
    ),
    "no slot": make_record(None, State.PROVISIONAL, announced_at="2026-11-25T10:00"),
    "unknown, which PG101 judges": None,
}
DENIES = {
    "a microsecond under 28 days": (
        make_record(announced_at="2026-10-29T09:30:00.000001"),
        Effect.WARN,
        Effect.WARN,
    ),
    "a day": (make_record(announced_at="2026-11-25T09:30"), Effect.WARN, Effect.WARN),
    "after the fact": (make_record(announced_at="2026-11-26T10:00"), Effect.WARN, Effect.WARN),
    "not agreed": (
        make_record(announced_at="2026-11-26T08:00", agreed=False),
        Effect.BLOCK,
        Effect.WARN,
    ),
    "not agreed, though long ago": (
        make_record(announced_at="2026-06-01T08:00", agreed=False),
        Effect.BLOCK,
        Effect.WARN,
    ),
}


@pytest.mark.parametrize("record", ALLOWS.values(), ids=ALLOWS)
def test_allows(record):
    """Four weeks are enough, and without a slot there is nothing to count to."""
    for at in (BEFORE, LATER):
        assert Notice().judge(make_attempt(at=at), make_facts(record)) is CLEAR


@pytest.mark.parametrize(("record", "before", "later"), DENIES.values(), ids=DENIES)
def test_denies(record, before, later):
    """Short notice is warned about; a date nobody agreed is blocked until its slot."""
    for at, effect in ((BEFORE, before), (LATER, later)):
        assert Notice().judge(make_attempt(at=at), make_facts(record)).effect is effect
