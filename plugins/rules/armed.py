"""What an approved manifest covers, and when a publication needs nobody any more."""

from __future__ import annotations

from collections.abc import Mapping

from pubguard.model import WHOLE, Action, Attempt, Facts

# Looked up once: on Python 3.11 a member's look-up costs ten times a comparison.
PUBLISH = Action.PUBLISH


def fits(attempt: Attempt, approved: Mapping[str, str]) -> bool:
    """True if the attempt's digests are the approved ones.

    With `attempt.output` only that output counts, by its own digest or, where the
    release was approved as a whole, by the whole's. A digest that is left out where
    one was approved does not fit. The empty manifest fits no digest at all.
    """
    digests, output = attempt.digests, attempt.output
    if output is None:
        return digests == approved
    if not approved:
        return not digests
    key = output if output in approved or output in digests else WHOLE
    wanted = approved.get(key)
    return wanted is not None and digests.get(key) == wanted


def fires(attempt: Attempt, facts: Facts) -> bool:
    """True for the publication of an armed release with the armed manifest.

    It was approved, confirmed and armed before, so whatever fires it may.
    """
    if attempt.action is not PUBLISH:
        return False
    armed = facts.armed
    return armed is not None and fits(attempt, armed.digests)
