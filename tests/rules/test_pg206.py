"""PG206: the effective time is the slot."""

from __future__ import annotations

import pytest
from pubguard_plugins.rules.slot import OtherTime

from pubguard.model import CLEAR, Effect, State
from pubguard.testing.builders import SLOT, make_attempt, make_facts, make_record

AHEAD = "2026-11-24T10:00"
KNOWN = make_facts(make_record())
ALLOWS = {
    "the slot": (make_attempt("schedule", AHEAD, effective_at=SLOT), KNOWN),
    "at once, which is PG201 alone": (make_attempt("approve", AHEAD), KNOWN),
    "another time, from the slot on": (
        make_attempt("approve", SLOT, effective_at="2026-11-26T12:00"),
        KNOWN,
    ),
    "no slot": (
        make_attempt("schedule", AHEAD, effective_at=SLOT),
        make_facts(make_record(SLOT, State.PROVISIONAL)),
    ),
    "unknown": (make_attempt("schedule", AHEAD, effective_at=SLOT), make_facts()),
}
DENIES = {
    "a microsecond before": "2026-11-26T09:29:59.999999",
    "a microsecond after": "2026-11-26T09:30:00.000001",
    "an hour out, a zone taken for another": "2026-11-26T10:30",
    "the wrong week": "2026-12-03T09:30",
    "the past": "2020-01-01T09:30",
}


@pytest.mark.parametrize(("attempt", "facts"), ALLOWS.values(), ids=ALLOWS)
def test_allows(attempt, facts):
    """The slot itself, or no time of its own."""
    assert OtherTime().judge(attempt, facts) is CLEAR


@pytest.mark.parametrize("effective_at", DENIES.values(), ids=DENIES)
def test_denies(effective_at):
    """Before the slot, any other time is blocked, and both are named."""
    attempt = make_attempt("schedule", AHEAD, effective_at=effective_at)
    found = OtherTime().judge(attempt, KNOWN)
    assert found.effect is Effect.BLOCK
    assert "Thursday 26 November 2026, 09:30" in found.remedy
