"""PG302: two persons."""

from __future__ import annotations

import pytest
from pubguard_plugins.rules.persons import TwoPersons

from pubguard.model import CLEAR, Effect
from pubguard.testing.builders import make_attempt, make_facts, make_record, with_approval

PLAIN = make_facts(make_record())
BY_JONES = make_facts(with_approval(make_record(), by="a.jones", authors=("b.shah",)))
NO_AUTHOR = make_facts(with_approval(make_record(), by="a.jones", authors=()))
OWN = make_facts(with_approval(make_record(), by="a.jones", authors=("a.jones",)))
REST = ("schedule", "publish", "revise", "upload")

ALLOWS = {
    "approved by another": (make_attempt("approve", authors=("b.shah",)), PLAIN),
    "approve, with an author recorded for older content": (
        make_attempt("approve", authors=("b.shah",)),
        OWN,
    ),
    **{
        f"{action} by the author": (make_attempt(action, actor="b.shah"), BY_JONES)
        for action in REST
    },
    **{f"{action} by the approver": (make_attempt(action), BY_JONES) for action in REST},
    **{
        f"{action}, author only sent": (make_attempt(action, authors=("b.shah",)), NO_AUTHOR)
        for action in REST
    },
    "publish without approval, which PG402 judges": (
        make_attempt("publish", authors=("a.jones",)),
        PLAIN,
    ),
}
DENIES = {
    "own work": (make_attempt("approve", authors=("b.shah", "a.jones")), PLAIN),
    "own work in capitals": (make_attempt("approve", authors=("A.JONES ",)), PLAIN),
    "own work in full-width letters": (
        make_attempt("approve", authors=("\uff41\uff0e\uff4a\uff4f\uff4e\uff45\uff53",)),
        PLAIN,
    ),
    **{f"{action}, recorded": (make_attempt(action, actor="x"), OWN) for action in REST},
    **{
        f"{action}, sent": (make_attempt(action, actor="x", authors=("a.jones",)), BY_JONES)
        for action in REST
    },
    "recorded, and another author sent": (make_attempt("publish", authors=("b.shah",)), OWN),
}
WARNS = {
    "approve": (make_attempt("approve"), PLAIN),
    "approve, with an author recorded for older content": (make_attempt("approve"), BY_JONES),
    "publish": (make_attempt("publish"), NO_AUTHOR),
    "publish without approval": (make_attempt("publish"), PLAIN),
    "unknown": (make_attempt("publish"), make_facts()),
}


@pytest.mark.parametrize(("attempt", "facts"), ALLOWS.values(), ids=ALLOWS)
def test_allows(attempt, facts):
    """The approver is neither author nor last editor; the publisher may be either."""
    assert TwoPersons().judge(attempt, facts) is CLEAR


@pytest.mark.parametrize(("attempt", "facts"), DENIES.values(), ids=DENIES)
def test_denies(attempt, facts):
    """One person in both parts is blocked, however the id is spelt."""
    assert TwoPersons().judge(attempt, facts).effect is Effect.BLOCK


@pytest.mark.parametrize(("attempt", "facts"), WARNS.values(), ids=WARNS)
def test_warns(attempt, facts):
    """Where no author is known nobody can tell, and it says so."""
    assert TwoPersons().judge(attempt, facts).effect is Effect.WARN


@pytest.mark.parametrize("table", [DENIES, WARNS], ids=["denies", "warns"])
def test_it_can_be_switched_off(table):
    """`two_person = false` asks nothing."""
    rule = TwoPersons(two_person=False)
    assert all(rule.judge(attempt, facts) is CLEAR for attempt, facts in table.values())
