"""PG203, PG204, PG205: the slot lies on an open weekday, at the standard or an agreed time."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct
from pubguard_plugins.facts.holidays import Day
from pubguard_plugins.rules.slot import TIMED

from pubguard.clock import say, say_date
from pubguard.config import AlternativeTime
from pubguard.model import CLEAR, Action, Attempt, Facts, Finding, block, confirm, warn
from pubguard.slots import at_weekend, usual, wall


class Weekend(Struct, frozen=True):
    """PG203: the announced day is a Saturday or a Sunday."""

    code: ClassVar[str] = "PG203"
    version: ClassVar[int] = 1
    title: ClassVar[str] = "Weekend"
    why: ClassVar[str] = (
        "Statistics come out on weekdays. A slot on a weekend is nearly always a wrong date."
    )
    fix: ClassVar[str] = "Have the date changed to a weekday in its calendar, and agreed."
    duty: ClassVar[str | None] = "time"
    actions: ClassVar[frozenset[Action]] = TIMED
    before: ClassVar[str] = "block"
    since: ClassVar[str] = "warn"

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """Object to a slot whose London day is a Saturday or a Sunday."""
        slot = facts.slot
        if slot is None or not at_weekend(slot):
            return CLEAR
        say_so = block if attempt.at < slot else warn
        return say_so(
            f"The announced date is at the weekend: {say(slot)}.",
            "Have the date changed to a weekday in its calendar, and agreed.",
        )


class ClosedDay(Struct, frozen=True):
    """PG204: the announced day is a bank holiday or one on which the office is closed."""

    code: ClassVar[str] = "PG204"
    version: ClassVar[int] = 1
    title: ClassVar[str] = "Bank holiday or closed day"
    why: ClassVar[str] = (
        "On a closed day nobody may be there to see the release out or to help if it fails. "
        "What the holiday data does not cover is unknown, not a working day."
    )
    fix: ClassVar[str] = (
        "Move the release, or see that people are on duty. Closed days of the office itself "
        "are set in extra_closed_days."
    )
    duty: ClassVar[str | None] = "time"
    actions: ClassVar[frozenset[Action]] = TIMED
    before: ClassVar[str] = "warn"
    since: ClassVar[str] = "warn"

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """Warn about a closed day, and about one of which nothing is known."""
        del attempt
        slot = facts.slot
        if slot is None:
            return CLEAR
        day = facts.get(Day)
        if day is None or day.date != wall(slot).date():
            return warn(
                f"Whether {say_date(slot)} is a bank holiday could not be looked up.",
                "Run pubguard doctor; check the day by hand until it is repaired.",
            )
        if day.closed is not None:
            return warn(
                f"The announced day, {say(slot)}, is a closed day: {day.closed}.",
                "See that people are on duty, or have the date changed and agreed.",
            )
        if day.covered:
            return CLEAR
        return warn(
            f"The bank holidays of {wall(slot).year} are not in the data ({day.source}).",
            "Read the list again (pubguard calendar holidays --refresh), or check the day by hand.",
        )


class UnusualTime(Struct, frozen=True):
    """PG205: the announced time is not 09:30, and no other was agreed for the series."""

    code: ClassVar[str] = "PG205"
    version: ClassVar[int] = 1
    title: ClassVar[str] = "Not 09:30"
    why: ClassVar[str] = (
        "Releases come out at 09:30 London time unless the regulator agreed another time for "
        "the series. A slot at another hour may be a slip of the pen, or of the time zone."
    )
    fix: ClassVar[str] = (
        "Correct the slot, or enter the agreement under [[alternative_time]] with its reference."
    )
    duty: ClassVar[str | None] = "time"
    actions: ClassVar[frozenset[Action]] = TIMED
    before: ClassVar[str] = "confirm"
    since: ClassVar[str] = "warn"

    alternative_time: tuple[AlternativeTime, ...] = ()

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """Object to a slot that is neither at 09:30 London time nor at an agreed one."""
        slot, release = facts.slot, facts.release
        if slot is None or release is None or usual(slot, release.series, self.alternative_time):
            return CLEAR
        say_so = confirm if attempt.at < slot else warn
        return say_so(
            f"The announced time is not 09:30 but {say(slot)}, and no other time is on record as "
            "agreed for it.",
            "If it was agreed, enter it under [[alternative_time]] with its reference; if not, "
            "correct the slot.",
        )
