"""PG303: the role that an action wants."""

from __future__ import annotations

import pytest
from pubguard_plugins.rules.persons import Roles

from pubguard.model import CLEAR, Action, Effect, Role
from pubguard.testing.builders import DIGEST, make_attempt, make_facts, make_record, with_arming

PAGE, OTHER = {"page": DIGEST}, {"page": "sha256:" + "2b" * 32}
PUBLISHING = ("schedule", "publish", "revise", "upload", "share", "promote")
HAVE = {
    "approve": {Role.APPROVER},
    **{action: {Role.APPROVER, Role.PUBLISHER} for action in PUBLISHING},
    "withdraw": set(Role),
}


def _facts(*roles, **more):
    return make_facts(make_record(), roles=frozenset(roles), **more)


def _armed(**more):
    return make_facts(with_arming(make_record(), PAGE), roles=frozenset(), **more)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_each_action_and_role(action, role):
    """Approving is for approvers, publishing for both, taking down for anyone."""
    found = Roles().judge(make_attempt(action), _facts(role))
    assert (found is CLEAR) == (role in HAVE[action])
    assert found is CLEAR or found.effect is Effect.BLOCK


ALLOWS = {
    "one fitting role among others": (
        make_attempt("publish"),
        _facts(Role.AUDITOR, Role.PUBLISHER),
    ),
    "cron, an armed release": (make_attempt("publish", actor="cron", digests=PAGE), _armed()),
    "cron, not listed, an armed release": (
        make_attempt("publish", actor="cron", digests=PAGE),
        _armed(listed=False),
    ),
    "anyone takes down": (make_attempt("withdraw"), _facts(listed=False)),
}
DENIES = {
    "no role counts as none": (make_attempt("publish"), _facts()),
    "not listed, whatever the role": (make_attempt("publish"), _facts(*Role, listed=False)),
    "armed, with other content": (make_attempt("publish", digests=OTHER), _armed()),
    "revising what is armed": (make_attempt("revise", digests=PAGE), _armed()),
    "scheduling what is armed": (make_attempt("schedule", digests=PAGE), _armed()),
}


@pytest.mark.parametrize(("attempt", "facts"), ALLOWS.values(), ids=ALLOWS)
def test_allows(attempt, facts):
    """A fitting role, or the publication of an armed release by whatever fires it."""
    assert Roles().judge(attempt, facts) is CLEAR


@pytest.mark.parametrize(("attempt", "facts"), DENIES.values(), ids=DENIES)
def test_denies(attempt, facts):
    """Without a fitting role, or not listed at all."""
    assert Roles().judge(attempt, facts).effect is Effect.BLOCK
