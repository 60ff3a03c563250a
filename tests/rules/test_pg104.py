"""PG104: a proposed change of date is not agreed."""

from __future__ import annotations

import pytest
from pubguard_plugins.rules.notice import Proposal

from pubguard.model import CLEAR, Effect, Proposed, State
from pubguard.testing.builders import SLOT, instant, make_attempt, make_facts, make_record


def _proposed(to, **more):
    at = instant("2026-11-20T10:00")
    change = Proposed(None if to is None else instant(to), "c.lee", at, **more)
    return make_facts(make_record(proposed=change))


def _twin(to=SLOT, state=State.CONFIRMED, **more):
    twin = make_record(to, state, release={"id": "consumer-prices"}, **more)
    return make_facts(make_record(), twins=(twin,))


ALLOWS = {
    "no proposal": make_facts(make_record()),
    "two calendars agree": _twin(),
    "one of them knows that it is out": _twin(state=State.PUBLISHED),
    "unknown, which PG101 judges": make_facts(),
}
DENIES = {
    "later": (_proposed("2026-12-03T09:30"), "Thursday 3 December 2026, 09:30"),
    "earlier": (_proposed("2026-11-25T09:30", brought_forward=True), "25 November 2026"),
    "back to provisional": (_proposed(None, state=State.PROVISIONAL), "state or date"),
    "a cancellation": (_proposed(SLOT, state=State.CANCELLED), "A cancellation"),
}


@pytest.mark.parametrize("facts", ALLOWS.values(), ids=ALLOWS)
def test_allows(facts):
    """Without an open proposal there is nothing to settle."""
    assert Proposal().judge(make_attempt(), facts) is CLEAR


@pytest.mark.parametrize(("facts", "words"), DENIES.values(), ids=DENIES)
@pytest.mark.parametrize("at", ["2026-11-24T10:00", SLOT])
def test_denies(at, facts, words):
    """While a change is open nothing goes, and the agreed date is still shown."""
    found = Proposal().judge(make_attempt(at=at), facts)
    assert found.effect is Effect.BLOCK
    assert words in found.reason
    assert "Thursday 26 November 2026, 09:30" in found.reason


DISAGREE = {
    "another date": (_twin("2026-12-03T09:30"), "Thursday 3 December 2026, 09:30"),
    "provisional there": (_twin(state=State.PROVISIONAL), "says provisional"),
    "cancelled there": (_twin(state=State.CANCELLED), "says cancelled"),
    "a change waits there": (
        _twin(proposed=Proposed(instant(SLOT), "c.lee", instant(SLOT))),
        "a change waits",
    ),
}


@pytest.mark.parametrize(("facts", "words"), DISAGREE.values(), ids=DISAGREE)
def test_two_calendars_that_disagree_close_the_gate(facts, words):
    """Of one release under two ids nobody can say which date counts."""
    found = Proposal().judge(make_attempt(at="2026-11-24T10:00"), facts)
    assert found.effect is Effect.BLOCK
    assert words in found.reason
    assert "consumer-prices" in found.reason
