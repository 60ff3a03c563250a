"""PG201: nothing is public before its slot."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pubguard_plugins.rules.slot import TIMED, Early

from pubguard.model import CLEAR, Action, Effect, State
from pubguard.testing.builders import SLOT, instant, make_attempt, make_facts, make_record

EARLY, JUST_BEFORE = "2026-11-24T14:05", "2026-11-26T09:29:59.999999"
KNOWN = make_facts(make_record())
ALLOWS = {
    "at the slot": (make_attempt("publish", SLOT), KNOWN),
    "after the slot": (make_attempt("publish", "2026-11-26T12:00"), KNOWN),
    "ahead, for the slot": (make_attempt("approve", EARLY, effective_at=SLOT), KNOWN),
    "ahead, for the slot, said in another zone": (
        make_attempt("approve", EARLY, effective_at="2026-11-26T10:30:00+01:00"),
        KNOWN,
    ),
    "ahead, for later, which PG206 judges": (
        make_attempt("schedule", EARLY, effective_at="2026-11-26T09:31"),
        KNOWN,
    ),
    "from the slot on, for a time that is past": (
        make_attempt("publish", SLOT, effective_at="2026-11-26T09:00"),
        KNOWN,
    ),
    "without a slot": (
        make_attempt("publish", EARLY),
        make_facts(make_record(SLOT, State.PROVISIONAL)),
    ),
    "unknown": (make_attempt("publish", EARLY), make_facts()),
    "in summer, 08:30 UTC": (
        make_attempt("publish", "2026-07-16T08:30:00Z"),
        make_facts(make_record("2026-07-16T09:30")),
    ),
}
DENIES = {
    "approve at once": (make_attempt("approve", EARLY), KNOWN),
    "publish a microsecond early": (make_attempt("publish", JUST_BEFORE), KNOWN),
    "schedule for a minute early": (
        make_attempt("schedule", EARLY, effective_at="2026-11-26T09:29"),
        KNOWN,
    ),
    "for a time that is past, before the slot": (
        make_attempt("approve", EARLY, effective_at="2020-01-01T09:30"),
        KNOWN,
    ),
    "revise early": (make_attempt("revise", EARLY), KNOWN),
    "upload early": (make_attempt("upload", EARLY), KNOWN),
    "promote early": (make_attempt("promote", EARLY), KNOWN),
    "cancelled, and early all the same": (
        make_attempt("publish", EARLY),
        make_facts(make_record(state=State.CANCELLED)),
    ),
    "in summer, taken for 09:30 UTC": (
        make_attempt("publish", "2026-07-16T08:29:59.999999Z"),
        make_facts(make_record("2026-07-16T09:30")),
    ),
}


@pytest.mark.parametrize(("attempt", "facts"), ALLOWS.values(), ids=ALLOWS)
def test_allows(attempt, facts):
    """What is public at the slot or later is not early."""
    assert Early().judge(attempt, facts) is CLEAR


@pytest.mark.parametrize(("attempt", "facts"), DENIES.values(), ids=DENIES)
def test_denies(attempt, facts):
    """What would be public before the slot is blocked."""
    assert Early().judge(attempt, facts).effect is Effect.BLOCK


def test_the_reason_says_when_how_early_and_what_instead():
    """A publisher reads what would have happened and what to do."""
    found = Early().judge(make_attempt("approve", EARLY), KNOWN)
    assert "at once" in found.reason
    assert "1 day 19 h 25 min early" in found.reason
    assert "Thursday 26 November 2026, 09:30" in found.reason
    assert "Approve it for Thursday 26 November 2026, 09:30 instead" in found.remedy


def test_sharing_and_withdrawing_are_no_publication():
    """Access before release and taking down are for other rules."""
    assert not TIMED & {Action.SHARE, Action.WITHDRAW}


@given(
    before=st.timedeltas(timedelta(microseconds=1), timedelta(days=3650)),
    ahead=st.none() | st.timedeltas(timedelta(days=-3650), timedelta(days=3650)),
    action=st.sampled_from(sorted(TIMED)),
)
def test_before_the_slot_only_the_slot_or_later_passes(before, ahead, action):
    """Law 7: early by a microsecond is early, whatever the action."""
    slot = instant(SLOT)
    effective_at = None if ahead is None else slot + ahead
    attempt = make_attempt(action, slot - before, effective_at=effective_at)
    early = effective_at is None or effective_at < slot
    assert (Early().judge(attempt, KNOWN).effect is Effect.BLOCK) == early
