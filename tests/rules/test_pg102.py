"""PG102: a provisional date never opens the gate."""

from __future__ import annotations

import pytest
from pubguard_plugins.rules.announced import Provisional

from pubguard.model import CLEAR, Effect, State
from pubguard.testing.builders import SLOT, make_attempt, make_facts, make_record

ALLOWS = {
    "confirmed": make_facts(make_record()),
    "published": make_facts(make_record(state=State.PUBLISHED)),
    "cancelled, which PG103 judges": make_facts(make_record(state=State.CANCELLED)),
    "unknown, which PG101 judges": make_facts(),
}
DENIES = {
    "with the source's own words": (
        make_facts(make_record(None, State.PROVISIONAL, release={"provisional": "January 2016"})),
        "January 2016",
    ),
    "with an exact time that has come": (
        make_facts(make_record(SLOT, State.PROVISIONAL)),
        "Thursday 26 November 2026, 09:30",
    ),
    "with nothing at all": (make_facts(make_record(None, State.PROVISIONAL)), "is provisional."),
}


@pytest.mark.parametrize("facts", ALLOWS.values(), ids=ALLOWS)
def test_allows(facts):
    """Any other state is for other rules to judge."""
    assert Provisional().judge(make_attempt(), facts) is CLEAR


@pytest.mark.parametrize(("facts", "words"), DENIES.values(), ids=DENIES)
def test_denies(facts, words):
    """A provisional release is blocked, before and after any time it is given."""
    for at in ("2026-11-01T10:00", "2026-12-01T10:00"):
        found = Provisional().judge(make_attempt(at=at), facts)
        assert found.effect is Effect.BLOCK
        assert words in found.reason
