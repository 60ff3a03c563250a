"""PG404: content of another release that is not out."""

from __future__ import annotations

import pytest
from pubguard_plugins.rules.parts import Elsewhere

from pubguard.model import CLEAR, Effect
from pubguard.testing.builders import SLOT, make_attempt, make_facts, make_record

CLAIMED = make_facts(make_record(), claimed=(("data", "wages-2026"), ("page", "wages-2026")))


@pytest.mark.parametrize("action", ["approve", "schedule", "publish", "revise", "upload"])
def test_allows(action):
    """Content that no other release waits with."""
    assert Elsewhere().judge(make_attempt(action), make_facts(make_record())) is CLEAR


@pytest.mark.parametrize("at", ["2026-11-20T10:00", SLOT])
@pytest.mark.parametrize("action", ["approve", "schedule", "publish", "revise", "upload"])
def test_denies(action, at):
    """It is blocked before and from the slot, and both releases are named."""
    found = Elsewhere().judge(make_attempt(action, at), CLAIMED)
    assert found.effect is Effect.BLOCK
    assert "data was approved for wages-2026" in found.reason
    assert "1 more output" in found.reason
