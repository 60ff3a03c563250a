"""What the calendar's lint can find, and what it looks at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property

from msgspec import Struct

from pubguard.config import Config
from pubguard.holidays import HolidayData
from pubguard.model import Record, Release, State

CODES = {
    "PG104": "A change of date or state is not agreed, or two calendars of one release disagree.",
    "PG203": "The slot is at the weekend.",
    "PG105": "A new entry is not agreed, or had less than 28 days' notice.",
    "PG601": "The slot is less than 24 hours away and nobody has approved the release.",
    "CAL107": "From 24 hours before: nobody but the authors can be reached to approve.",
    "CAL108": "From 24 hours before: no lead official can be reached.",
    "CAL104": "A summer time that looks like UTC written as London time, or the other way.",
    "PG205": "The slot is not at 09:30, and no other time was agreed for the series.",
    "PG204": "The slot is on a closed day, or in a year that the bank holidays do not cover.",
    "CAL109": "Its calendar still says another date than the one that was agreed.",
    "CAL101": "The slot is at another time of day than the others of its series.",
    "CAL102": "Many releases share a slot on one site.",
    "CAL103": "The release is provisional, and its month has come.",
    "PG106": "A calendar was not read for longer than calendar_stale_after.",
    "CAL106": "The list of bank holidays is old, or there is none.",
    "CAL105": "The announcement names no contact.",
}
"""Every code with what it means, the worst first. PG codes are the guard's own."""
_RANK = {code: rank for rank, code in enumerate(CODES)}
_FIRM = frozenset({State.CONFIRMED, State.PUBLISHED})


class LintFinding(Struct, frozen=True):
    """Something to put right: `where` names the place that says so.

    `release` is None for what is wrong with more than one.
    """

    code: str
    release: str | None
    where: str
    reason: str
    remedy: str

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return _RANK[self.code]


class Scene(Struct, frozen=True, kw_only=True, eq=False, dict=True):
    """What the lint looks at, read at one time: `now`.

    `read_at` says when each source was last read. `crowd` is how many releases
    may share a slot on one site.
    """

    now: datetime
    records: Sequence[Record]
    read_at: Mapping[str, datetime]
    holidays: HolidayData | None
    config: Config
    crowd: int

    @cached_property
    def ahead(self) -> list[tuple[Record, datetime]]:
        """Every release whose firm slot has not passed, with that slot."""
        found = [(record, firm_slot(record.release)) for record in self.records]
        return [(record, slot) for record, slot in found if slot and slot >= self.now]

    @cached_property
    def provisional(self) -> list[Record]:
        """Every release without a firm date."""
        return [r for r in self.records if r.release.state is State.PROVISIONAL]

    @cached_property
    def open(self) -> list[Record]:
        """All of both."""
        return [*(record for record, _ in self.ahead), *self.provisional]


def firm_slot(release: Release) -> datetime | None:
    """The slot of a release that will come out, or has; None for any other."""
    return release.release_at if release.state in _FIRM else None


def where(record: Record, field: str) -> str:
    """The field of the calendar that a finding is about."""
    return f"{record.source}, {field}"
