"""PG401: the content is what was approved."""

from __future__ import annotations

import pytest
from pubguard_plugins.rules.content_rules import Differs

from pubguard.model import CLEAR, WHOLE, Effect
from pubguard.testing.builders import (
    DIGEST,
    make_attempt,
    make_facts,
    make_record,
    with_approval,
    with_arming,
)

OTHER = "sha256:" + "2b" * 32
BOTH = {"page": DIGEST, "data": OTHER}


def _case(sent, approved, output=None, action="publish", arm=False):
    record = make_record()
    if approved is not None:
        record = (with_arming if arm else with_approval)(record, approved)
    return make_attempt(action, digests=sent, output=output), make_facts(record)


ALLOWS = {
    "the whole": _case({WHOLE: DIGEST}, {WHOLE: DIGEST}),
    "all parts": _case(BOTH, BOTH),
    "armed": _case(BOTH, BOTH, arm=True),
    "one part, asked for alone": _case({"page": DIGEST}, BOTH, "page"),
    "one part, while another changed": _case({"page": DIGEST, "data": DIGEST}, BOTH, "page"),
    "one part of a release approved as a whole": _case({WHOLE: DIGEST}, {WHOLE: DIGEST}, "page"),
    "nothing sent where nothing was approved": _case({}, {}),
    "nothing sent for a part where nothing was approved": _case({}, {}, "page"),
    "not approved at all, which PG402 judges": _case({"page": DIGEST}, None),
    "approving anything new": _case({"page": OTHER}, {"page": DIGEST}, action="approve"),
    "unknown": (make_attempt("publish", digests=BOTH), make_facts()),
}
DENIES = {
    "changed": _case({WHOLE: OTHER}, {WHOLE: DIGEST}),
    "changed after arming": _case({WHOLE: OTHER}, {WHOLE: DIGEST}, arm=True),
    "all left out": _case({}, BOTH),
    "one left out": _case({"page": DIGEST}, BOTH),
    "one more than approved": _case({**BOTH, "extra": DIGEST}, BOTH),
    "one of two changed": _case({**BOTH, "data": DIGEST}, BOTH),
    "sent where nothing was approved": _case({WHOLE: DIGEST}, {}),
    "a part, left out": _case({}, BOTH, "page"),
    "a part, changed": _case({"page": OTHER}, BOTH, "page"),
    "a part, with another part's digest sent": _case({"data": OTHER}, BOTH, "page"),
    "a part never approved": _case({"extra": DIGEST}, BOTH, "extra"),
    "a part never approved, and nothing sent": _case({}, BOTH, "extra"),
    "a part sent where nothing was approved": _case({"page": DIGEST}, {}, "page"),
    "a part of a release approved as a whole, nothing sent": _case({}, {WHOLE: DIGEST}, "page"),
    "a part with its own digest where the whole was approved": _case(
        {"page": DIGEST}, {WHOLE: DIGEST}, "page"
    ),
    **{
        f"{action} of other content": _case({WHOLE: OTHER}, {WHOLE: DIGEST}, action=action)
        for action in ("schedule", "revise", "upload")
    },
}


@pytest.mark.parametrize(("attempt", "facts"), ALLOWS.values(), ids=ALLOWS)
def test_allows(attempt, facts):
    """Every digest sent is the approved one and none is left out; of one output, only its own."""
    assert Differs().judge(attempt, facts) is CLEAR


@pytest.mark.parametrize(("attempt", "facts"), DENIES.values(), ids=DENIES)
def test_denies(attempt, facts):
    """Changed, added, left out or never approved: blocked, and named."""
    found = Differs().judge(attempt, facts)
    assert found.effect is Effect.BLOCK
    assert ": ." not in found.reason


def test_an_approval_without_a_digest_is_warned_about():
    """It binds no content."""
    assert Differs().judge(*_case({}, None, action="approve")).effect is Effect.WARN


def test_a_long_manifest_is_named_in_part():
    """A thousand changed outputs make a short reason."""
    many = {f"part-{number:04}": OTHER for number in range(1000)}
    found = Differs().judge(*_case(many, dict.fromkeys(many, DIGEST)))
    assert "part-0000 (changed)" in found.reason
    assert "995 more" in found.reason
    assert len(found.reason) < 300
