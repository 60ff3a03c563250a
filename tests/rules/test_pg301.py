"""PG301: a typed confirmation."""

from __future__ import annotations

import pytest
from pubguard_plugins.rules.assurance import Typed

from pubguard.model import CLEAR, Action, Effect
from pubguard.testing.builders import (
    DIGEST,
    SLOT,
    make_attempt,
    make_facts,
    make_record,
    with_approval,
    with_arming,
)

PAGE, OTHER = {"page": DIGEST}, {"page": "sha256:" + "2b" * 32}
EARLY = "2026-11-26T09:29:59.999999"
PLAIN = make_facts(with_approval(make_record(), PAGE))
ARMED = make_facts(with_arming(make_record(), PAGE))
STALE = make_facts(make_record("2026-12-03T09:30", armed=with_arming(make_record(), PAGE).armed))
ALLOWS = {
    "confirmed": (make_attempt("publish"), make_facts(make_record(), confirmation="c1")),
    "armed, from the slot on": (make_attempt("publish", digests=PAGE), ARMED),
    "armed, hours later": (make_attempt("publish", "2026-11-26T18:00", digests=PAGE), ARMED),
    "armed, by cron without a role": (
        make_attempt("publish", actor="cron", roles=(), digests=PAGE),
        ARMED,
    ),
    "armed, one output of it": (make_attempt("publish", output="page", digests=PAGE), ARMED),
    "revise": (make_attempt("revise"), PLAIN),
    "upload": (make_attempt("upload"), PLAIN),
    "share": (make_attempt("share"), PLAIN),
    "promote": (make_attempt("promote"), PLAIN),
    "withdraw": (make_attempt("withdraw"), PLAIN),
}
DENIES = {
    "approve": (make_attempt("approve"), PLAIN),
    "schedule": (make_attempt("schedule", effective_at=SLOT), PLAIN),
    "publish": (make_attempt("publish", digests=PAGE), PLAIN),
    "armed, but early": (make_attempt("publish", EARLY, digests=PAGE), ARMED),
    "armed, with other content": (make_attempt("publish", digests=OTHER), ARMED),
    "armed, with a digest left out": (make_attempt("publish"), ARMED),
    "armed for another slot": (make_attempt("publish", "2026-12-03T09:30", digests=PAGE), STALE),
    "approving what is armed": (make_attempt("approve", digests=PAGE), ARMED),
    "unknown": (make_attempt("publish"), make_facts()),
}


@pytest.mark.parametrize(("attempt", "facts"), ALLOWS.values(), ids=ALLOWS)
def test_allows(attempt, facts):
    """A confirmation that was given, or an armed release that goes out at its slot."""
    assert Typed().judge(attempt, facts) is CLEAR


@pytest.mark.parametrize(("attempt", "facts"), DENIES.values(), ids=DENIES)
def test_denies(attempt, facts):
    """Approving, scheduling and publishing ask for a typed answer."""
    assert Typed().judge(attempt, facts).effect is Effect.CONFIRM


def test_which_actions_ask_is_a_setting():
    """`confirm` names them."""
    rule = Typed(confirm=(Action.REVISE,))
    assert rule.judge(make_attempt("revise"), PLAIN).effect is Effect.CONFIRM
    assert rule.judge(make_attempt("approve"), PLAIN) is CLEAR
