"""PG103: the release was cancelled."""

from __future__ import annotations

import pytest
from pubguard_plugins.rules.announced import Cancelled

from pubguard.model import CLEAR, Effect, Proposed, State
from pubguard.testing.builders import SLOT, instant, make_attempt, make_facts, make_record

ALLOWS = {
    "confirmed": make_facts(make_record()),
    "provisional": make_facts(make_record(None, State.PROVISIONAL)),
    "published": make_facts(make_record(state=State.PUBLISHED)),
    "unknown": make_facts(),
}


@pytest.mark.parametrize("facts", ALLOWS.values(), ids=ALLOWS)
def test_allows(facts):
    """What was not cancelled is for other rules to judge."""
    assert Cancelled().judge(make_attempt(), facts) is CLEAR


@pytest.mark.parametrize("at", ["2026-11-01T10:00", "2026-11-26T09:30", "2027-01-01T10:00"])
def test_denies(at):
    """A cancelled release is blocked before its slot and from it on."""
    facts = make_facts(make_record(state=State.CANCELLED))
    assert Cancelled().judge(make_attempt(at=at), facts).effect is Effect.BLOCK


def test_an_open_cancellation_is_one():
    """What is said to be cancelled goes nowhere before somebody has agreed or kept it."""
    change = Proposed(instant(SLOT), "ons", instant(SLOT), State.CANCELLED)
    found = Cancelled().judge(make_attempt(), make_facts(make_record(proposed=change)))
    assert found.effect is Effect.BLOCK
    assert "--keep" in found.remedy
