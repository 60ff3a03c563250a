"""Attempt and facts in, decision out: what the answer holds besides the verdicts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pubguard_plugins.facts.clocks import ClockSync

from pubguard.evaluate import RuleBook, evaluate
from pubguard.model import Action, Effect, Proposed, State
from pubguard.plugins import load
from pubguard.testing.builders import (
    DIGEST,
    SLOT,
    instant,
    make_attempt,
    make_facts,
    make_record,
    with_arming,
)

PLUGINS = load(("calendar_rules", "time_rules", "people_rules", "content_rules"))
BOOK = RuleBook.of({name: PLUGINS.make("rules", name) for name in PLUGINS.offers("rules")})
SYNC = ClockSync(True, 1000)
PAGE = {"page": DIGEST}
EARLY = "2026-11-24T14:05"


def _decide(attempt, record, **more):
    return evaluate(attempt, make_facts(record, SYNC, **more), BOOK)


def test_an_armed_release_is_allowed_at_its_slot():
    """Allow, exit 0, armed, and good for thirty seconds; nothing is asked of cron."""
    attempt = make_attempt(actor="cron", roles=(), digests=PAGE)
    decision = _decide(attempt, with_arming(make_record(), PAGE), roles=frozenset())
    assert (decision.decision, decision.exit_code, decision.armed) == (Effect.ALLOW, 0, True)
    assert decision.valid_until == instant("2026-11-26T09:30:30")
    assert (decision.gap, decision.gap_us, decision.next_allowed_at) == (None, 0, None)


def test_a_microsecond_earlier_it_is_blocked():
    """Law 1: 09:29:59.999999 is early; the answer says when it opens."""
    attempt = make_attempt(at="2026-11-26T09:29:59.999999", digests=PAGE)
    decision = _decide(attempt, with_arming(make_record(), PAGE))
    assert (decision.decision, decision.exit_code) == (Effect.BLOCK, 1)
    assert (decision.gap, decision.gap_us) == ("less than 1 s early", -1)
    assert decision.next_allowed_at == instant(SLOT)
    assert decision.valid_until is None


def test_a_rehearsal_is_never_a_yes():
    """It would be allowed: exit 5, and valid for no time."""
    attempt = make_attempt(digests=PAGE, rehearsal=True)
    decision = _decide(attempt, with_arming(make_record(), PAGE))
    assert (decision.decision, decision.exit_code) == (Effect.ALLOW, 5)
    assert decision.valid_until is None


OPENS = {
    "early": (make_attempt("approve", EARLY), make_record(), True),
    "another effective time": (
        make_attempt("schedule", EARLY, effective_at="2026-11-26T12:00"),
        make_record(),
        True,
    ),
    "the slot is not why": (
        make_attempt("schedule", EARLY, effective_at=SLOT),
        make_record(),
        False,
    ),
    "past": (make_attempt("publish", "2026-11-26T09:30"), make_record(), False),
    "cancelled": (make_attempt("publish", EARLY), make_record(state=State.CANCELLED), False),
    "provisional": (make_attempt("publish", EARLY), make_record(state=State.PROVISIONAL), False),
    "not agreed": (make_attempt("publish", EARLY), make_record(agreed=False), False),
    "a change is proposed": (
        make_attempt("publish", EARLY),
        make_record(proposed=Proposed(None, "c.lee", instant(EARLY))),
        False,
    ),
    "a Saturday, which does not open": (
        make_attempt("publish", EARLY),
        make_record("2026-11-28T09:30"),
        False,
    ),
    "unknown": (make_attempt("publish", EARLY), None, False),
    "sharing": (make_attempt("share", EARLY), make_record(), False),
}


@pytest.mark.parametrize(("attempt", "record", "opens"), OPENS.values(), ids=OPENS)
def test_next_allowed_at_is_the_slot_only_where_that_helps(attempt, record, opens):
    """Ahead, confirmed, agreed, and the reason for the no."""
    decision = _decide(attempt, record)
    assert decision.decision is not Effect.ALLOW
    assert decision.next_allowed_at == (instant(SLOT) if opens else None)


def test_both_early_and_another_time_are_said():
    """An explicit time before the slot is PG201 and PG206; a later one is PG206 alone."""
    for effective_at, codes in (("2026-11-26T09:29", {"PG201", "PG206"}), (None, {"PG201"})):
        attempt = make_attempt("approve", EARLY, effective_at=effective_at)
        said = {v.code for v in _decide(attempt, make_record()).verdicts if v.effect == "block"}
        assert said == codes
    attempt = make_attempt("approve", EARLY, effective_at="2026-11-26T09:31")
    blocks = [v.code for v in _decide(attempt, make_record()).verdicts if v.effect == "block"]
    assert blocks == ["PG206"]


def test_a_confirmation_satisfies_every_confirm():
    """PG205 is then shown as a warning that says so, and PG301 has no objection."""
    attempt = make_attempt(
        "approve", EARLY, effective_at="2026-11-26T07:00", authors=("b.shah",), digests=PAGE
    )
    record = make_record("2026-11-26T07:00")
    asked, given = _decide(attempt, record), _decide(attempt, record, confirmation="c1")
    assert asked.decision is Effect.CONFIRM
    assert {v.code for v in asked.verdicts if v.effect is Effect.CONFIRM} == {"PG205", "PG301"}
    assert given.decision is Effect.ALLOW
    shown = {v.code: v for v in given.verdicts}
    assert shown["PG205"].effect is Effect.WARN
    assert "typed confirmation was given" in shown["PG205"].reason
    assert "PG301" not in shown


def test_a_confirmation_lifts_no_block():
    """What is blocked stays blocked whatever was typed."""
    decision = _decide(make_attempt("publish", EARLY), make_record(), confirmation="c1")
    assert decision.decision is Effect.BLOCK


@pytest.mark.parametrize(
    ("at", "practice"),
    [
        ("2018-02-21T10:00", "Protocol 2, Practice 4"),
        ("2018-02-22T10:00", "T3.6"),
        ("2025-11-03T10:00", "T3.6"),
        ("2025-11-04T00:00", "Standard 3"),
    ],
)
def test_the_practice_is_that_of_the_day_concerned(at, practice):
    """The edition is chosen by the day on which it would be public, by London's calendar."""
    slot = instant(at).replace(year=instant(at).year + 1)
    decision = _decide(make_attempt("publish", at), make_record(slot))
    early = next(v for v in decision.verdicts if v.code == "PG201")
    assert early.practice == practice


@pytest.mark.parametrize(
    "at",
    [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)],
    ids=["first", "last"],
)
@pytest.mark.parametrize("action", [a for a in Action if a is not Action.WITHDRAW])
def test_the_ends_of_the_calendar_are_no_yes(action, at):
    """An effective time at the first or last instant there is, in year 1 or 9999, is no yes."""
    attempt = make_attempt(action, EARLY, effective_at=at)
    assert _decide(attempt, make_record()).exit_code in (1, 4)


def test_verdicts_stand_worst_first():
    """Blocks, then confirms, then warnings, each by code."""
    attempt = make_attempt("publish", EARLY, identity="asserted:x", roles=())
    shown = [
        (v.effect, v.code) for v in _decide(attempt, make_record(), roles=frozenset()).verdicts
    ]
    assert shown == [
        (Effect.BLOCK, "PG201"),
        (Effect.BLOCK, "PG303"),
        (Effect.BLOCK, "PG402"),
        (Effect.CONFIRM, "PG301"),
        (Effect.WARN, "PG204"),
        (Effect.WARN, "PG302"),
        (Effect.WARN, "PG305"),
    ]
