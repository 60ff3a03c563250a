"""PG207: a clock that nothing vouches for."""

from __future__ import annotations

import pytest
from pubguard_plugins.facts.clocks import ClockSync, Offset
from pubguard_plugins.rules.clock import Unsynchronised

from pubguard.model import CLEAR, Effect, State
from pubguard.testing.builders import SLOT, make_attempt, make_facts, make_record

BEFORE, LATER = "2026-11-26T09:29:59.999999", SLOT


KNOWN = make_record()


def _facts(sync, record=KNOWN):
    return make_facts(record, *([sync] if sync else []))


def _seen(us, synchronised=False):
    return ClockSync(synchronised, 16_000_000, (Offset("ntp://one", None), Offset("ntp://two", us)))


ALLOWS = {
    "synchronised": _facts(ClockSync(True, 1000)),
    "synchronised, whatever a second clock says": _facts(_seen(60_000_000, synchronised=True)),
    "no slot": _facts(ClockSync(False), make_record(None, State.PROVISIONAL)),
    "unknown release": _facts(ClockSync(False), None),
}
DENIES = {
    "not synchronised": (ClockSync(False), False, Effect.WARN, Effect.WARN),
    "nothing known": (None, False, Effect.WARN, Effect.WARN),
    "the kernel does not say": (ClockSync(None), False, Effect.WARN, Effect.WARN),
    "required": (ClockSync(False), True, Effect.BLOCK, Effect.WARN),
    "required, and nothing known": (None, True, Effect.BLOCK, Effect.WARN),
    "a second clock two seconds away": (_seen(2_000_000), False, Effect.WARN, Effect.WARN),
    "a second clock that says we are fast": (_seen(-2_000_001), False, Effect.WARN, Effect.BLOCK),
    "a second clock that says we are slow": (_seen(2_000_001), False, Effect.WARN, Effect.BLOCK),
    "second clocks that do not answer": (_seen(None), False, Effect.WARN, Effect.WARN),
    "the kernel does not say and a second clock differs": (
        _seen(-3_600_000_000, synchronised=None),
        False,
        Effect.WARN,
        Effect.BLOCK,
    ),
}


@pytest.mark.parametrize("facts", ALLOWS.values(), ids=ALLOWS)
def test_allows(facts):
    """A clock that the kernel calls synchronised is trusted."""
    for at in (BEFORE, LATER):
        assert Unsynchronised(require_clock_sync=True).judge(make_attempt(at=at), facts) is CLEAR


@pytest.mark.parametrize(("sync", "required", "before", "later"), DENIES.values(), ids=DENIES)
def test_denies(sync, required, before, later):
    """Before the slot the setting decides, from it on a second clock does."""
    rule = Unsynchronised(require_clock_sync=required)
    for at, effect in ((BEFORE, before), (LATER, later)):
        assert rule.judge(make_attempt(at=at), _facts(sync)).effect is effect


def test_the_reason_says_which_way_the_clock_is_wrong():
    """An operator is told who is ahead of whom, and by how much."""
    found = Unsynchronised().judge(make_attempt(), _facts(_seen(-3_600_000_000)))
    assert "1 h ahead of ntp://two" in found.reason
