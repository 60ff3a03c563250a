"""PG101: no calendar names the release."""

from __future__ import annotations

import pytest
from pubguard_plugins.rules.announced import Unknown

from pubguard.model import CLEAR, Action, Effect, State
from pubguard.testing.builders import RELEASE, make_attempt, make_facts, make_record

ALLOWS = {
    "confirmed": make_facts(make_record()),
    "provisional, which is known too": make_facts(make_record(None, State.PROVISIONAL)),
    "gone from its source, which is kept": make_facts(make_record(gone=True)),
}


@pytest.mark.parametrize("facts", ALLOWS.values(), ids=ALLOWS)
def test_allows(facts):
    """What a calendar names is known, however firm its date."""
    assert Unknown().judge(make_attempt(), facts) is CLEAR


@pytest.mark.parametrize("action", Action)
def test_denies(action):
    """What no calendar names is blocked for every action."""
    found = Unknown().judge(make_attempt(action), make_facts())
    assert (found.effect, RELEASE in found.reason) == (Effect.BLOCK, True)


def test_the_nearest_ids_are_offered():
    """A mistyped id is answered with what was probably meant."""
    found = Unknown().judge(make_attempt(), make_facts(nearest=("prices-october-2025", "gdp")))
    assert "prices-october-2025, gdp" in found.remedy
