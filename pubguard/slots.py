"""What can be said of an announced instant by itself: its weekday, its time, its notice.

Rules and the calendar's lint both judge slots; they must not come to different answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol

from pubguard.clock import SLOT, london, microseconds, say_span

FOUR_WEEKS = timedelta(days=28)
"""The notice that the Code asks for where practicable (2.0, T3.1; 3.0, 3.1)."""


class Agreed(Protocol):
    """A release time other than 09:30 that was agreed for a series on the day `considered`."""

    @property
    def series(self) -> str:
        """The series' name, as its calendar gives it."""

    @property
    def time(self) -> time:
        """The London time."""

    @property
    def considered(self) -> date:
        """From when on it counts."""


@lru_cache(maxsize=4096)
def wall(slot: datetime) -> datetime:
    """London's wall clock at a slot; a calendar has few different ones."""
    return london(slot)


def at_weekend(slot: datetime) -> bool:
    """True if the slot's London day is a Saturday or a Sunday."""
    return wall(slot).weekday() >= 5


def usual(slot: datetime, series: str | None, agreed: Iterable[Agreed]) -> bool:
    """True for 09:30 London time, and for a time that was agreed for the series by then."""
    return wall(slot).time() == SLOT or wall(slot).time() in agreed_times(slot, series, agreed)


def agreed_times(slot: datetime, series: str | None, agreed: Iterable[Agreed]) -> set[time]:
    """The times other than 09:30 that were agreed for the series by the slot's London day."""
    if series is None:
        return set()
    day = wall(slot).date()
    return {each.time for each in agreed if each.series == series and each.considered <= day}


def in_good_time(announced_at: datetime, slot: datetime) -> bool:
    """True for four weeks' notice; the clocks going forward do not shorten them."""
    if slot - announced_at >= FOUR_WEEKS:
        return True
    return _face(slot) - _face(announced_at) >= FOUR_WEEKS


def say_notice(announced_at: datetime, slot: datetime) -> str:
    """The notice in words, to stand before the slot: ``only 13 days before``."""
    notice = slot - announced_at
    if notice < timedelta(0):
        return "only after"
    return f"only {say_span(microseconds(notice))} before"


def _face(instant: datetime) -> datetime:
    return london(instant).replace(tzinfo=None)
