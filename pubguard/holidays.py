"""Bank holidays as values: what a list says of a day, and how two lists differ.

Days are ISO dates as text, by division as GOV.UK names them, so that a list goes into
the log and comes out of it as it is.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cached_property

from msgspec import Struct

SOURCE = "govuk-bank-holidays"
"""The name of the copy that comes with the package of that name."""
DIVISIONS = {
    "england": "england-and-wales",
    "wales": "england-and-wales",
    "scotland": "scotland",
    "northern-ireland": "northern-ireland",
    "uk": "england-and-wales",
}
"""Whose list counts for a nation."""
LATER = {("scotland", "2026-06-15"): "Extra bank holiday"}
"""Days that GOV.UK added to its file after the packaged copy was made (25 February 2026)."""
OFFICE = "closed day of the office"
STALE_AFTER = timedelta(days=400)
"""GOV.UK adds a year to its file every year; an older copy may lack days that were added."""

Days = Mapping[str, Mapping[str, str]]
"""Division -> ISO date -> what the day is called."""


class HolidayData(Struct, frozen=True, dict=True):
    """One list of bank holidays; the state of the stream ``holidays``.

    `digest` is of the file that it came from, `dated` the London day on which that
    file was fetched or came to this machine.
    """

    source: str
    digest: str
    dated: date
    days: dict[str, dict[str, str]]

    def closed(self, nation: str, day: date, extra: Iterable[date] = ()) -> str | None:
        """Why that London day is closed, or None; `extra` are closed days of the office."""
        division, text = DIVISIONS[nation], day.isoformat()
        found = self.days[division].get(text) or LATER.get((division, text))
        return found or (OFFICE if day in extra else None)

    def covers(self, nation: str, year: int) -> bool:
        """False where the list says nothing about the year: then nothing is known of its days."""
        return year in self._years[DIVISIONS[nation]]

    @cached_property
    def _years(self) -> Mapping[str, frozenset[int]]:
        return {name: frozenset(int(day[:4]) for day in days) for name, days in self.days.items()}

    def years(self, nation: str) -> tuple[int, int]:
        """The first and the last year that the list covers."""
        days = self.days[DIVISIONS[nation]]
        return int(min(days)[:4]), int(max(days)[:4])

    def stale(self, today: date) -> bool:
        """True for a list dated more than 400 days before `today`."""
        return today - self.dated > STALE_AFTER

    def coming(self, nation: str, today: date, extra: Iterable[date] = ()) -> dict[str, str]:
        """The closed days from `today` on, in order, with what they are called."""
        division = DIVISIONS[nation]
        named = {day.isoformat(): OFFICE for day in extra}
        named |= {day: title for (where, day), title in LATER.items() if where == division}
        named |= self.days[division]
        start = today.isoformat()
        return {day: named[day] for day in sorted(named) if day >= start}


class Difference(Struct, frozen=True):
    """The days that one list has and the other lacks, by division; empty divisions left out."""

    added: dict[str, dict[str, str]]
    removed: dict[str, dict[str, str]]

    def lost(self, today: date) -> dict[str, dict[str, str]]:
        """The removed days that have not passed: they would become working days."""
        start = today.isoformat()
        coming = {
            division: {day: title for day, title in days.items() if day >= start}
            for division, days in self.removed.items()
        }
        return {division: days for division, days in coming.items() if days}


def difference(old: Days, new: Days) -> Difference:
    """What changes when `new` takes the place of `old`."""
    return Difference(added=_beyond(new, old), removed=_beyond(old, new))


def _beyond(these: Days, those: Days) -> dict[str, dict[str, str]]:
    found = {}
    for division, days in these.items():
        known = those.get(division, {})
        more = {day: title for day, title in sorted(days.items()) if day not in known}
        if more:
            found[division] = more
    return found
