"""PG101, PG102, PG103: the release is in a calendar, confirmed and not cancelled."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

from pubguard.clock import say
from pubguard.model import CLEAR, Action, Attempt, Facts, Finding, State, block

EVERY = frozenset(Action)
# Looked up once: on Python 3.11 a member's look-up costs ten times a comparison.
PROVISIONAL, CANCELLED = State.PROVISIONAL, State.CANCELLED


class Unknown(Struct, frozen=True):
    """PG101: no calendar names the release."""

    code: ClassVar[str] = "PG101"
    version: ClassVar[int] = 1
    title: ClassVar[str] = "Unknown release"
    why: ClassVar[str] = (
        "What nobody announced has no time at which it may come out. Either the id is mistyped, "
        "or users were never told to expect it."
    )
    fix: ClassVar[str] = (
        "Correct the id, import the calendar that names the release, or announce it."
    )
    duty: ClassVar[str | None] = "announce"
    actions: ClassVar[frozenset[Action]] = EVERY
    before: ClassVar[str] = "block"
    since: ClassVar[str] = "block"

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """Block what is in no calendar, naming the nearest ids that are."""
        if facts.record is not None:
            return CLEAR
        near = ", ".join(facts.nearest)
        meant = f"Did you mean {near}? If not, announce it" if near else "Announce it"
        return block(
            f"No calendar names {attempt.release}.",
            f"{meant}: pubguard calendar announce, or pubguard calendar import.",
        )


class Provisional(Struct, frozen=True):
    """PG102: the release's date is not confirmed."""

    code: ClassVar[str] = "PG102"
    version: ClassVar[int] = 1
    title: ClassVar[str] = "Provisional release"
    why: ClassVar[str] = (
        "A provisional date is an intention. It never opens the gate, even where a source gives "
        "it to the minute."
    )
    fix: ClassVar[str] = "Confirm the date in the calendar, then import it or announce it here."
    duty: ClassVar[str | None] = "announce"
    actions: ClassVar[frozenset[Action]] = EVERY
    before: ClassVar[str] = "block"
    since: ClassVar[str] = "block"

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """Block whatever is announced without a confirmed date."""
        record = facts.record
        if record is None or record.release.state is not PROVISIONAL:
            return CLEAR
        release = record.release
        words = release.provisional or (say(release.release_at) if release.release_at else "")
        announced = f" (announced for {words})" if words else ""
        return block(
            f"The date of {attempt.release} is provisional{announced}.",
            "Have the date confirmed in the calendar first, then ask again.",
        )


class Cancelled(Struct, frozen=True):
    """PG103: the calendar says that the release will not come."""

    code: ClassVar[str] = "PG103"
    version: ClassVar[int] = 2
    title: ClassVar[str] = "Cancelled release"
    why: ClassVar[str] = "Users were told that this release will not come."
    fix: ClassVar[str] = (
        "If it is to come after all, reinstate it in the calendar; a cancellation that nobody has "
        "agreed yet is turned down with calendar agree --keep."
    )
    duty: ClassVar[str | None] = "change"
    actions: ClassVar[frozenset[Action]] = EVERY
    before: ClassVar[str] = "block"
    since: ClassVar[str] = "block"

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """Block what was cancelled, and what is about to be."""
        record = facts.record
        if record is None:
            return CLEAR
        if record.proposed is not None and record.proposed.state is CANCELLED:
            return block(
                f"{attempt.release} is to be cancelled, says {record.proposed.by}; nobody has "
                "agreed to that yet.",
                "If it is to come as announced, a second person keeps it: pubguard calendar agree "
                f"{attempt.release} --keep.",
            )
        if record.release.state is not CANCELLED:
            return CLEAR
        return block(
            f"{attempt.release} was cancelled in its calendar.",
            "If it is to come after all, have it reinstated and the date agreed.",
        )
