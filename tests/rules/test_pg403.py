"""PG403: every announced output is among the parts."""

from __future__ import annotations

import pytest
from pubguard_plugins.rules.parts import Missing

from pubguard.model import CLEAR, WHOLE, Effect, Lifetime, Output
from pubguard.testing.builders import (
    DIGEST,
    SLOT,
    make_attempt,
    make_facts,
    make_record,
    with_approval,
)

PARTS = (Output("page"), Output("data", lifetime=Lifetime.EVERGREEN))
RECORD = make_record(release={"outputs": PARTS})
BOTH = {"page": DIGEST, "data": DIGEST}
ONE = {"page": DIGEST}
PLAIN, PARTED = make_facts(make_record()), make_facts(RECORD)
BEFORE = "2026-11-20T10:00"
ALLOWS = {
    "all parts": (make_attempt("approve", BEFORE, digests=BOTH), PARTED),
    "a digest of the whole": (make_attempt("approve", BEFORE, digests={WHOLE: DIGEST}), PARTED),
    "no digest, which PG401 judges": (make_attempt("approve", BEFORE), PARTED),
    "no outputs announced": (make_attempt("approve", BEFORE, digests=ONE), PLAIN),
    "unknown, which PG101 judges": (make_attempt("approve", BEFORE, digests=ONE), make_facts()),
    "one part of what was approved": (
        make_attempt("publish", digests=ONE, output="page"),
        make_facts(with_approval(RECORD, BOTH)),
    ),
    "one part of what nobody approved": (
        make_attempt("publish", digests=ONE, output="page"),
        PARTED,
    ),
}
DENIES = {
    "approve before": (make_attempt("approve", BEFORE, digests=ONE), PARTED, Effect.BLOCK),
    "schedule before": (make_attempt("schedule", BEFORE, digests=ONE), PARTED, Effect.BLOCK),
    "approve one output": (
        make_attempt("approve", BEFORE, digests=ONE, output="page"),
        PARTED,
        Effect.BLOCK,
    ),
    "an output that is none": (
        make_attempt("approve", BEFORE, digests={**BOTH, "pgae": DIGEST}),
        PARTED,
        Effect.BLOCK,
    ),
    "publish before": (make_attempt("publish", BEFORE, digests=ONE), PARTED, Effect.WARN),
    "approve from the slot": (make_attempt("approve", SLOT, digests=ONE), PARTED, Effect.WARN),
    "publish from the slot": (
        make_attempt("publish", digests=ONE, output="page"),
        make_facts(with_approval(RECORD, ONE)),
        Effect.WARN,
    ),
}


@pytest.mark.parametrize(("attempt", "facts"), ALLOWS.values(), ids=ALLOWS)
def test_allows(attempt, facts):
    """What names every part, or nothing that could leave one out."""
    assert Missing().judge(attempt, facts) is CLEAR


@pytest.mark.parametrize(("attempt", "facts", "effect"), DENIES.values(), ids=DENIES)
def test_denies(attempt, facts, effect):
    """A signature blocks before the slot; on the day the ready parts go."""
    assert Missing().judge(attempt, facts).effect is effect


def test_the_missing_and_the_mistyped_are_named():
    """With the output that was probably meant."""
    found = Missing().judge(make_attempt("approve", BEFORE, digests={"pgae": DIGEST}), PARTED)
    assert "data, page" in found.reason
    assert "did you mean page?" in found.reason
