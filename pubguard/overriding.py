"""What an override covers and what it lifts; pure.

A lifted verdict keeps its effect and names the override; it only ceases to count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import structs

from pubguard.decision import Verdict
from pubguard.model import WHOLE, Action, Attempt, Effect, Facts, Override

NEVER = frozenset({"PG001", "PG101"})
"""Codes that no two persons can lift: the guard is incomplete, or nobody announced it."""
DATE = "PG104"
"""The code of a change of date that is not agreed; an arming carries on only the one it knew."""
CONTENT = "PG401"
"""The code of content that differs; an arming holds its own content and never carries this on."""


def covers(override: Override, attempt: Attempt, announced: datetime | None) -> bool:
    """True if the override is in force for this very attempt and not used up for it.

    Args:
        override: as the log has it.
        attempt: what is asked.
        announced: the release's announced instant, UTC.
    """
    return (
        override.seconded_at is not None
        and attempt.at < override.expires_at
        and (override.release, override.action) == (attempt.release, attempt.action)
        and override.slot == announced
        and _same_content(override.digests, attempt)
        and WHOLE not in override.used
        and (attempt.output not in override.used if attempt.output else not override.used)
    )


def _same_content(ours: Mapping[str, str], attempt: Attempt) -> bool:
    theirs, output = attempt.digests, attempt.output
    if output is None or not ours:
        return ours == theirs
    key = output if output in ours or output in theirs else WHOLE
    wanted = ours.get(key)
    return wanted is not None and theirs.get(key) == wanted


def lift(attempt: Attempt, facts: Facts, verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts, those that an override lifts marked with its id.

    Lifted are the named codes where they block and, from the slot on, where their
    rule failed. What an arming was made in spite of does not stop it when it fires. A
    change of date that was proposed since nobody has looked at, so it is not lifted.
    """
    proposed = facts.record.proposed if facts.record else None
    override, by = facts.override, dict[str, str]()
    if override is not None:
        unseen = {DATE} if proposed and proposed.at > override.requested_at else set()
        by = dict.fromkeys({*override.codes} - unseen, override.id)
    armed = facts.armed if attempt.action is Action.PUBLISH else None
    if armed and armed.override is not None and _same_content(armed.digests, attempt):
        newer = {DATE} if proposed and proposed.at > armed.at else set()
        by = dict.fromkeys({*armed.lifted} - newer, armed.override) | by
    if not by:
        return list(verdicts)
    slot = facts.slot
    effects = {Effect.BLOCK}
    if slot is not None and attempt.at >= slot:
        effects.add(Effect.ERROR)
    return [
        structs.replace(each, overridden_by=by[each.code])
        if each.effect in effects and each.code in by and each.code not in NEVER
        else each
        for each in verdicts
    ]
