"""PG201, PG202, PG206: early, late, or at another time than the announced one."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from msgspec import Struct

from pubguard.clock import microseconds, say, say_span
from pubguard.model import CLEAR, Action, Attempt, Facts, Finding, State, block, confirm, warn

TIMED = frozenset(
    {
        Action.APPROVE,
        Action.SCHEDULE,
        Action.PUBLISH,
        Action.REVISE,
        Action.UPLOAD,
        Action.PROMOTE,
    }
)
"""Actions that make something public at a time."""


class Early(Struct, frozen=True):
    """PG201: it would be public before its announced time."""

    code: ClassVar[str] = "PG201"
    version: ClassVar[int] = 1
    title: ClassVar[str] = "Early"
    why: ClassVar[str] = (
        "Statistics reach everybody at the same moment: the announced one. Whatever is public "
        "before it, even for a minute, is a breach that has to be reported."
    )
    fix: ClassVar[str] = (
        "Approve or schedule it for the announced time instead of at once; the guard then lets "
        "it out on the second."
    )
    duty: ClassVar[str | None] = "time"
    actions: ClassVar[frozenset[Action]] = TIMED
    before: ClassVar[str] = "block"
    since: ClassVar[str] = "-"

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """Block what would be public before the slot."""
        slot, at = facts.slot, attempt.at
        if slot is None or at >= slot:
            return CLEAR
        public = attempt.public_at
        if public >= slot:
            return CLEAR
        when = "at once" if public == at else f"on {say(public)}"
        announced = say(slot)
        return block(
            f"{attempt.release} would be public {when}, "
            f"{say_span(microseconds(slot - public))} early: it is announced for {announced}.",
            _INSTEAD.get(attempt.action, _WAIT).format(slot=announced),
        )


_WAIT = "Wait until {slot}."
_INSTEAD = {
    Action.APPROVE: "Approve it for {slot} instead: it then goes out by itself, on the second.",
    Action.SCHEDULE: "Schedule it for {slot} instead: it then goes out by itself, on the second.",
    Action.PUBLISH: "Schedule it for {slot} instead: it then goes out by itself, on the second.",
    Action.PROMOTE: "Schedule it for {slot} or later: what points to a release waits for it.",
}


class Late(Struct, frozen=True):
    """PG202: it would be public after its announced time."""

    code: ClassVar[str] = "PG202"
    version: ClassVar[int] = 1
    title: ClassVar[str] = "Late"
    why: ClassVar[str] = (
        "A release that is late by minutes is a breach too, and after hours the plan that it was "
        "armed under may no longer hold. The guard says so and never stands in the way."
    )
    fix: ClassVar[str] = (
        "Publish now, tell users why it is late, and tell the lead official, who reports it."
    )
    duty: ClassVar[str | None] = "time"
    actions: ClassVar[frozenset[Action]] = TIMED - {Action.REVISE, Action.UPLOAD}
    before: ClassVar[str] = "-"
    since: ClassVar[str] = (
        "armed: warn until late_limit, then confirm; not armed: confirm (after late_after)"
    )

    late_after: timedelta = timedelta(minutes=1)
    late_limit: timedelta = timedelta(hours=2)

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """Object to what goes out more than `late_after` past the slot."""
        slot, at = facts.slot, attempt.at
        if slot is None or at < slot:
            return CLEAR
        effective_at = attempt.effective_at
        # An effective time in the past makes it public now, not then.
        public = at if effective_at is None or effective_at < at else effective_at
        lateness = public - slot
        if lateness <= self.late_after or _companion(attempt, facts):
            return CLEAR
        armed = facts.armed is not None
        say_so = warn if armed and lateness <= self.late_limit else confirm
        return say_so(
            f"{attempt.release} would be public {say_span(microseconds(lateness))} late: it was "
            f"announced for {say(slot)}.",
            "Let it out without further delay, tell users why it is late, and tell the lead "
            "official.",
        )


def _companion(attempt: Attempt, facts: Facts) -> bool:
    """True for what points to a release that is out: it may follow at any time."""
    release = facts.release
    return (
        attempt.action is Action.PROMOTE
        and release is not None
        and release.state is State.PUBLISHED
    )


class OtherTime(Struct, frozen=True):
    """PG206: it is set for another time than the announced one."""

    code: ClassVar[str] = "PG206"
    version: ClassVar[int] = 1
    title: ClassVar[str] = "Not the announced time"
    why: ClassVar[str] = (
        "The publishing system and the calendar disagree. Whichever of the two is wrong, the "
        "release would not come out when users were told."
    )
    fix: ClassVar[str] = (
        "Set the effective time to the announced one; if the announced one is wrong, have the "
        "date changed and agreed first."
    )
    duty: ClassVar[str | None] = "time"
    actions: ClassVar[frozenset[Action]] = TIMED
    before: ClassVar[str] = "block"
    since: ClassVar[str] = "- (it is then PG202)"

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """Block, before the slot, an effective time that is not the slot."""
        slot, effective_at = facts.slot, attempt.effective_at
        if slot is None or effective_at is None or effective_at == slot or attempt.at >= slot:
            return CLEAR
        return block(
            f"The effective time, {say(effective_at)}, is not the announced one, {say(slot)}.",
            f"Set it to {say(slot)}, or have the announced date changed and agreed first.",
        )
