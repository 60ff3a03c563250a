"""Turns a decision into the events that record it."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import Any

import msgspec

from pubguard import clock
from pubguard import events as ev
from pubguard.decision import Challenge, Decision
from pubguard.guard import once
from pubguard.guard.gather import Gathered
from pubguard.model import WHOLE, Action, Attempt, Effect, Facts
from pubguard.overriding import CONTENT

LIFETIME = timedelta(minutes=15)
"""How long a challenge can be answered and its confirmation be used."""


def decided(
    attempt: Attempt, facts: Facts, decision: Decision, now: datetime, binding: str | None = None
) -> ev.Event:
    """The event that says what was asked and what was answered.

    It happened at the attempt's own time, which replay decides by again; only a
    rehearsal, whose time is made up, happened `now`.
    """
    allowed = decision.decision is Effect.ALLOW
    known: dict[str, Any] = {
        "action": attempt.action,
        "decision": decision.decision,
        "position": facts.position,
        "effective_at": attempt.effective_at,
        "digests": dict(attempt.digests),
        "output": attempt.output,
        "authors": attempt.authors,
        "roles": tuple(sorted(facts.roles)),
        "listed": facts.listed,
        "door": attempt.door,
        "request_id": attempt.request_id,
        "once": attempt.once,
        "confirmation": facts.confirmation if allowed else None,
        "binding": binding if allowed and facts.confirmation else None,
        "armed": decision.armed,
        "world": {kind.__name__: msgspec.to_builtins(fact) for kind, fact in facts.world.items()},
        "verdicts": tuple(
            ev.Spoken(v.rule, v.code, v.effect, v.overridden_by) for v in decision.verdicts
        ),
        "recipients": len(attempt.recipients),
    }
    data: ev.CheckDecided
    if attempt.rehearsal:
        data, at = ev.CheckRehearsed(**known, asked_at=attempt.at), now
    else:
        data, at = ev.CheckDecided(**known), attempt.at
    kept = once.sealed(attempt.once, decision)
    return event(
        attempt, data, at, recipients="\n".join(attempt.recipients), item=attempt.item, **kept
    )


def event(attempt: Attempt, data: ev.Data, at: datetime, **sealed: str) -> ev.Event:
    """An event about the attempt's release by the attempt's actor."""
    return ev.Event(
        at=at,
        data=data,
        release=attempt.release,
        actor=attempt.actor.id,
        identity=attempt.actor.identity,
        via=attempt.via,
        sealed={name: value for name, value in sealed.items() if value},
    )


def arms(attempt: Attempt, facts: Facts) -> bool:
    """True if the action, once allowed, makes the release go out by itself.

    An allowed `schedule` does, and an `approve` that carries the slot.
    """
    if facts.slot is None or attempt.effective_at != facts.slot:
        return False
    return attempt.action in (Action.APPROVE, Action.SCHEDULE)


def armed(attempt: Attempt, facts: Facts, decision: Decision) -> ev.ReleaseArmed:
    """The arming that follows from an allowed attempt, and what it was made in spite of."""
    assert facts.slot is not None  # noqa: S101 - arms() has looked
    lifted = {v.code for v in decision.verdicts if v.overridden_by}
    return ev.ReleaseArmed(
        digests=dict(attempt.digests),
        slot=facts.slot,
        approves=attempt.action is Action.APPROVE,
        authors=attempt.authors,
        override=facts.override.id if facts.override and lifted else None,
        lifted=tuple(sorted(lifted - {CONTENT})),
    )


def used(attempt: Attempt, facts: Facts, decision: Decision) -> ev.OverrideUsed | None:
    """The use of an override, if the attempt went ahead only because of it."""
    override = facts.override
    if override is None or all(v.overridden_by != override.id for v in decision.verdicts):
        return None
    return ev.OverrideUsed(override=override.id, outputs=(attempt.output or WHOLE,))


def challenge(
    attempt: Attempt, gathered: Gathered, decision: Decision
) -> tuple[Challenge, ev.ChallengeIssued | None]:
    """The question to ask, and the event if it is a new one."""
    facts, standing = gathered.facts, gathered.open_challenge
    slot = facts.record.release.release_at if facts.record else None
    type_this = clock.say_date(slot) if slot else attempt.release
    prompt = _prompt(attempt, facts, decision, type_this)
    if standing is not None:
        return Challenge(standing.id, prompt, standing.type_this, standing.expires_at), None
    asked = Challenge(os.urandom(16).hex(), prompt, type_this, attempt.at + LIFETIME)
    issued = ev.ChallengeIssued(
        challenge=asked.id,
        binding=gathered.binding,
        type_this=type_this,
        expires_at=asked.expires_at,
        action=attempt.action,
        door=attempt.door,
        slot=slot,
    )
    return asked, issued


def _prompt(attempt: Attempt, facts: Facts, decision: Decision, type_this: str) -> str:
    title = facts.release.title if facts.release else "a release that no calendar names"
    slot = facts.record.release.release_at if facts.record else None
    when = clock.say(attempt.effective_at) if attempt.effective_at else "at once"
    announced = f"Announced for {clock.say(slot)}." if slot else "It has no announced date."
    gap = f" That is {decision.gap}." if decision.gap else ""
    asking = next((v for v in decision.verdicts if v.effect is Effect.CONFIRM), None)
    practice = f" Practice at risk: {asking.practice}." if asking and asking.practice else ""
    return (
        f"{attempt.action.capitalize()} {title} ({attempt.release}), to be public {when}. "
        f"{announced}{gap}{practice} Type {type_this} to go ahead."
    )
