"""PG301, PG304, PG305: the person means it, may do so, and is who they say they are."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct
from pubguard_plugins.rules.announced import EVERY
from pubguard_plugins.rules.armed import fires

from pubguard.clock import say
from pubguard.model import CLEAR, Action, Attempt, Facts, Finding, block, confirm, warn


class Typed(Struct, frozen=True):
    """PG301: nobody has typed a confirmation."""

    code: ClassVar[str] = "PG301"
    version: ClassVar[int] = 1
    title: ClassVar[str] = "Typed confirmation"
    why: ClassVar[str] = (
        "Releases went out early because one click was enough. Typing the announced date makes "
        "a person read it."
    )
    fix: ClassVar[str] = "Type what the guard asks for, once, within fifteen minutes."
    duty: ClassVar[str | None] = "time"
    actions: ClassVar[frozenset[Action]] = EVERY
    before: ClassVar[str] = "confirm"
    since: ClassVar[str] = "confirm, but not for the publish of an armed release"

    confirm: tuple[Action, ...] = (Action.APPROVE, Action.SCHEDULE, Action.PUBLISH)

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """Ask for a confirmation of the actions that are set to need one."""
        if facts.confirmation is not None or attempt.action not in self.confirm:
            return CLEAR
        slot = facts.slot
        if slot is not None and attempt.at >= slot and fires(attempt, facts):
            return CLEAR
        when = f" (announced for {say(slot)})" if slot else ""
        return confirm(
            f"To {attempt.action} {attempt.release}{when} needs a typed confirmation.",
            "Once nothing else stands in the way, read the question and type what it asks for.",
        )


class Overridden(Struct, frozen=True):
    """PG304: two persons have lifted a refusal."""

    code: ClassVar[str] = "PG304"
    version: ClassVar[int] = 1
    title: ClassVar[str] = "Override in force"
    why: ClassVar[str] = (
        "Whoever acts under an override should know that it is one. It lifts the codes that it "
        "names, once for each output, and is listed for review."
    )
    fix: ClassVar[str] = "See what was lifted, by whom and why: pubguard override list."
    duty: ClassVar[str | None] = None
    actions: ClassVar[frozenset[Action]] = EVERY
    before: ClassVar[str] = "warn"
    since: ClassVar[str] = "warn"

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """Warn that an override covers this action."""
        del attempt
        override = facts.override
        if override is None:
            return CLEAR
        return warn(
            f"An override is in force until {say(override.expires_at)}: {override.requested_by} "
            f"and {override.seconded_by} have lifted {', '.join(override.codes)}.",
            "It is listed for review: pubguard override list.",
        )


class Asserted(Struct, frozen=True):
    """PG305: nothing but the caller's word says who is acting."""

    code: ClassVar[str] = "PG305"
    version: ClassVar[int] = 1
    title: ClassVar[str] = "Identity only asserted"
    why: ClassVar[str] = (
        "An id given on a command line proves nothing: two names typed on one account can be "
        "one person."
    )
    fix: ClassVar[str] = (
        "Ask through a token or a session that stands for one person. require_authenticated "
        "makes this a block for approvals."
    )
    duty: ClassVar[str | None] = None
    actions: ClassVar[frozenset[Action]] = EVERY
    before: ClassVar[str] = "warn; block for approve with require_authenticated"
    since: ClassVar[str] = "warn; block for approve with require_authenticated"

    require_authenticated: bool = False

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """Warn about an asserted id; refuse it for an approval where that is set."""
        del facts
        if not attempt.actor.asserted:
            return CLEAR
        refused = self.require_authenticated and attempt.action is Action.APPROVE
        say_so = block if refused else warn
        remedy = (
            "Approve in the publishing system, through a token or session of one's own."
            if refused
            else "For proof of who acted, ask from a system in which people sign in."
        )
        return say_so(
            f"Nobody has checked that this is really {attempt.actor.id}: the id was only typed in.",
            remedy,
        )
