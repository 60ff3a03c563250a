"""PG305: nothing but the caller's word says who acts."""

from __future__ import annotations

import pytest
from pubguard_plugins.rules.assurance import Asserted

from pubguard.model import CLEAR, Action, Effect
from pubguard.testing.builders import make_attempt, make_facts

ALLOWS = {"token": "token:cms", "session": "session:web"}
DENIES = {"an OS user": "asserted:www-data", "nobody knows": "asserted:unknown"}


@pytest.mark.parametrize("identity", ALLOWS.values(), ids=ALLOWS)
@pytest.mark.parametrize("strict", [False, True])
def test_allows(strict, identity):
    """Who comes through a token or a session is known."""
    rule = Asserted(require_authenticated=strict)
    assert rule.judge(make_attempt("approve", identity=identity), make_facts()) is CLEAR


@pytest.mark.parametrize("identity", DENIES.values(), ids=DENIES)
@pytest.mark.parametrize("action", Action)
def test_denies(action, identity):
    """An asserted id warns; where proof is required, an approval is refused."""
    attempt = make_attempt(action, identity=identity)
    strict = Asserted(require_authenticated=True).judge(attempt, make_facts())
    assert Asserted().judge(attempt, make_facts()).effect is Effect.WARN
    assert strict.effect is (Effect.BLOCK if action is Action.APPROVE else Effect.WARN)
