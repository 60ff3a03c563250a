"""PG202: lateness is said, and never in the way of what was armed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pubguard_plugins.rules.slot import Late

from pubguard.model import CLEAR, Action, Effect, State
from pubguard.testing.builders import SLOT, make_attempt, make_facts, make_record, with_arming

PLAIN = make_facts(make_record())
ARMED = make_facts(with_arming(make_record()))
OUT = make_facts(make_record(state=State.PUBLISHED))
ALLOWS = {
    "before the slot": (make_attempt("publish", "2026-11-26T09:29:59.999999"), PLAIN),
    "ahead, for long after the slot, which PG206 judges": (
        make_attempt("schedule", "2026-11-24T10:00", effective_at="2026-12-24T09:30"),
        PLAIN,
    ),
    "at the slot": (make_attempt("publish", SLOT), PLAIN),
    "a minute after, to the microsecond": (make_attempt("publish", "2026-11-26T09:31"), PLAIN),
    "at the slot, for a time that is past": (
        make_attempt("publish", SLOT, effective_at="2026-11-20T09:30"),
        PLAIN,
    ),
    "a post about what is out": (make_attempt("promote", "2026-11-27T09:30"), OUT),
    "without a slot": (make_attempt("publish"), make_facts(make_record(None, State.PROVISIONAL))),
    "unknown": (make_attempt("publish"), make_facts()),
}
DENIES = {
    "not armed, a microsecond more than a minute": (
        make_attempt("publish", "2026-11-26T09:31:00.000001"),
        PLAIN,
        Effect.CONFIRM,
    ),
    "armed, a microsecond more than a minute": (
        make_attempt("publish", "2026-11-26T09:31:00.000001"),
        ARMED,
        Effect.WARN,
    ),
    "armed, two hours to the microsecond": (
        make_attempt("publish", "2026-11-26T11:30"),
        ARMED,
        Effect.WARN,
    ),
    "armed, a microsecond more than two hours": (
        make_attempt("publish", "2026-11-26T11:30:00.000001"),
        ARMED,
        Effect.CONFIRM,
    ),
    "approved for an hour after the slot": (
        make_attempt("approve", SLOT, effective_at="2026-11-26T10:30"),
        PLAIN,
        Effect.CONFIRM,
    ),
    "for the slot, five minutes after it": (
        make_attempt("publish", "2026-11-26T09:35", effective_at=SLOT),
        ARMED,
        Effect.WARN,
    ),
    "for a time that is past, five minutes after the slot": (
        make_attempt("publish", "2026-11-26T09:35", effective_at="2026-11-20T09:30"),
        PLAIN,
        Effect.CONFIRM,
    ),
    "a post about what is not out yet": (
        make_attempt("promote", "2026-11-26T09:35"),
        PLAIN,
        Effect.CONFIRM,
    ),
    "publishing once more what is out": (
        make_attempt("publish", "2026-11-27T09:30"),
        OUT,
        Effect.CONFIRM,
    ),
}


@pytest.mark.parametrize(("attempt", "facts"), ALLOWS.values(), ids=ALLOWS)
def test_allows(attempt, facts):
    """Within a minute of the slot nothing is late."""
    assert Late().judge(attempt, facts) is CLEAR


@pytest.mark.parametrize(("attempt", "facts", "effect"), DENIES.values(), ids=DENIES)
def test_denies(attempt, facts, effect):
    """What was armed only warns for two hours; everything else asks."""
    assert Late().judge(attempt, facts).effect is effect


def test_both_limits_can_be_set():
    """`late_after` and `late_limit` are settings."""
    rule = Late(late_after=timedelta(hours=1), late_limit=timedelta(hours=3))
    judge = [rule.judge(make_attempt(at=f"2026-11-26T{at}"), ARMED) for at in ("10:30", "12:30")]
    assert [found.effect for found in judge] == [Effect.ALLOW, Effect.WARN]
    assert rule.judge(make_attempt(at="2026-11-26T12:31"), ARMED).effect is Effect.CONFIRM


def test_corrections_are_never_late():
    """`revise` and `upload` may come at any time after the slot."""
    assert not Late.actions & {Action.REVISE, Action.UPLOAD}
