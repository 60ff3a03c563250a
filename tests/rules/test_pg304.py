"""PG304: an override is in force."""

from __future__ import annotations

import pytest
from pubguard_plugins.rules.assurance import Overridden

from pubguard.model import CLEAR, Action, Effect, Override
from pubguard.testing.builders import SLOT, instant, make_attempt, make_facts, make_record

OVERRIDE = Override(
    id="5f" * 16,
    release="prices-october-2026",
    action=Action.PUBLISH,
    codes=("PG201", "PG402"),
    digests={},
    slot=instant(SLOT),
    requested_by="b.shah",
    requested_at=instant("2026-11-25T09:00"),
    expires_at=instant("2026-11-25T09:35"),
    lead=False,
    seconded_by="c.lead",
    seconded_at=instant("2026-11-25T09:05"),
)


@pytest.mark.parametrize("action", Action)
def test_allows(action):
    """Without an override there is nothing to say."""
    assert Overridden().judge(make_attempt(action), make_facts(make_record())) is CLEAR


def test_denies():
    """Whoever acts under one is told what was lifted, by whom, and until when."""
    found = Overridden().judge(make_attempt(), make_facts(make_record(), override=OVERRIDE))
    assert found.effect is Effect.WARN
    for words in ("b.shah and c.lead", "PG201, PG402", "25 November 2026, 09:35"):
        assert words in found.reason
