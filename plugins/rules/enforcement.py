"""PG604: the publishing systems are there, hold the right slot, and have the right time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar

from msgspec import Struct

from pubguard.clock import say, say_span
from pubguard.model import CLEAR, Action, Attempt, Facts, Finding, Point, warn

SILENT = timedelta(minutes=20)
"""A point that holds back its word for so long is silent; near a slot it is heard every ten."""
NEAR = timedelta(hours=1)


class Enforcement(Struct, frozen=True):
    """PG604: an enforcement point is silent, or holds something else."""

    code: ClassVar[str] = "PG604"
    version: ClassVar[int] = 1
    title: ClassVar[str] = "Enforcement point"
    why: ClassVar[str] = (
        "A publishing system that is not heard of an hour before a release, or that holds another "
        "time than the announced one, publishes at the wrong moment or not at all."
    )
    fix: ClassVar[str] = (
        "See that the publishing system runs and reaches the guard, that its clock is right, and "
        "that each of its items names its release."
    )
    duty: ClassVar[str | None] = "time"
    actions: ClassVar[frozenset[Action]] = frozenset(
        {Action.APPROVE, Action.SCHEDULE, Action.PUBLISH}
    )
    before: ClassVar[str] = "warn, from an hour before the slot on"
    since: ClassVar[str] = "warn"

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """Warn about each point that is not as it should be."""
        slot = facts.slot
        if slot is None or attempt.at < slot - NEAR:
            return CLEAR
        found = [word for point in facts.points for word in _wrong(point, attempt, slot)]
        if not found:
            return CLEAR
        return warn(f"{'; '.join(found)}.", self.fix)


def _wrong(point: Point, attempt: Attempt, slot: datetime) -> Iterator[str]:
    if attempt.at - point.at > SILENT:
        yield f"{point.name} was last heard of on {say(point.at)}"
        return
    for holding in point.holds:
        if holding.release == attempt.release and holding.slot != slot:
            held = say(holding.slot) if holding.slot else "no time"
            yield f"{point.name} holds it for {held}, announced is {say(slot)}"
    if point.clock_wrong and point.offset_us is not None:
        way = "ahead" if point.offset_us > 0 else "behind"
        yield f"the clock of {point.name} is {say_span(point.offset_us)} {way}"
    if point.unlinked:
        yield f"{point.name} has {point.unlinked} items that name no release"
