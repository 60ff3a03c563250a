"""PG402: somebody approved it."""

from __future__ import annotations

import pytest
from pubguard_plugins.rules.content_rules import NotApproved

from pubguard.model import CLEAR, Approval, Effect
from pubguard.testing.builders import (
    instant,
    make_attempt,
    make_facts,
    make_record,
    with_approval,
    with_arming,
)

RESTING = ("schedule", "publish", "revise", "upload")
PLAIN = make_facts(make_record())
PENDING = make_facts(make_record(allowed=(Approval("a.jones", {}, instant("2026-11-20T10:00")),)))
ALLOWS = {
    "approve needs none": (make_attempt("approve"), PLAIN),
    **{
        f"{a}, approved": (make_attempt(a), make_facts(with_approval(make_record())))
        for a in RESTING
    },
    **{f"{a}, armed": (make_attempt(a), make_facts(with_arming(make_record()))) for a in RESTING},
    "unknown, which PG101 judges": (make_attempt("publish"), make_facts()),
}
DENIES = {
    **{f"{a}, not approved": (make_attempt(a), PLAIN) for a in RESTING},
    "allowed, but not recorded": (make_attempt("publish"), PENDING),
}


@pytest.mark.parametrize(("attempt", "facts"), ALLOWS.values(), ids=ALLOWS)
def test_allows(attempt, facts):
    """What rests on an approval that there is."""
    assert NotApproved().judge(attempt, facts) is CLEAR


@pytest.mark.parametrize(("attempt", "facts"), DENIES.values(), ids=DENIES)
def test_denies(attempt, facts):
    """What rests on an approval that there is not; an allowed check alone is none."""
    assert NotApproved().judge(attempt, facts).effect is Effect.BLOCK


def test_it_can_be_switched_off():
    """`require_approval = false` asks nothing."""
    rule = NotApproved(require_approval=False)
    assert all(rule.judge(attempt, facts) is CLEAR for attempt, facts in DENIES.values())
