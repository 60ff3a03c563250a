"""The list of bank holidays that checks rest on: shown, refreshed, and kept in the log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from pubguard.calendar.addresses import is_address, shown
from pubguard.calendar.places import fetch
from pubguard.clock import Clock, london_day
from pubguard.errors import ConfigError, LogConflict, LogError, SourceError
from pubguard.events import Event, HolidaysRead
from pubguard.holidays import DIVISIONS, Days, HolidayData, difference
from pubguard.journal import Journal
from pubguard.ledger import HOLIDAYS, read_holidays
from pubguard.protocols import HolidaySource, Snapshot

PUBLIC = "https://www.gov.uk/bank-holidays.json"
"""GOV.UK's public file, under the Open Government Licence."""
AHEAD = 10
"""Years ahead that a list may reach; GOV.UK's reaches two or three."""
DATED_AGAIN = timedelta(days=30)
"""After so long the same file is recorded again, so that it does not look stale."""
TRIES = 3
NEXT = 4
"""Closed days that are shown for each nation."""
SHOWN = 5
"""Days that a refusal names."""
VIA = "calendar holidays"
_ANYWAY = "If it is right, say so with --accept-removals; nothing was changed."


class ClosedDay(Struct, frozen=True):
    """A closed London day and what it is called."""

    date: date
    title: str


class Reach(Struct, frozen=True):
    """What a list holds for one nation; `own` marks the workspace's."""

    nation: str
    division: str
    own: bool
    first_year: int
    last_year: int
    next: tuple[ClosedDay, ...]


class Status(Struct, frozen=True):
    """The list in force. `recorded` is False while it is only the packaged copy's."""

    source: str
    digest: str
    dated: date
    recorded: bool
    stale: bool
    nations: tuple[Reach, ...]
    extra_closed_days: tuple[date, ...]


class Refreshed(Struct, frozen=True):
    """What a refresh did: whether the list was recorded, and the days that changed."""

    source: str
    digest: str
    dated: date
    recorded: bool
    added: dict[str, dict[str, str]]
    removed: dict[str, dict[str, str]]


class HolidayKeeper:
    """Keeps the list in the log.

    Args:
        journal: where events go.
        clock: tells the day.
        source: what reads lists; None where no enabled plugin does.
        nation: the workspace's own.
        extra: closed days of the office.
    """

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        source: HolidaySource | None,
        nation: str,
        extra: Iterable[date],
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._found = source
        self._nation = nation
        self._extra = tuple(sorted(extra))

    def in_force(self) -> HolidayData | None:
        """The list that checks rest on; None where no enabled plugin reads any.

        Raises:
            ConfigError, LogError: it cannot be read.
        """
        return self._found.in_force() if self._found else None

    def status(self) -> Status:
        """What is in force, for every nation.

        Raises:
            ConfigError: no enabled plugin reads bank holidays, or the list is broken.
        """
        data = self._source.in_force()
        return Status(
            source=data.source,
            digest=data.digest,
            dated=data.dated,
            recorded=self._journal.holidays() is not None,
            stale=data.stale(self._today),
            nations=tuple(self._reach(data, nation) for nation in DIVISIONS),
            extra_closed_days=self._extra,
        )

    def refresh(
        self, place: str | None = None, *, packaged: bool = False, accept_removals: bool = False
    ) -> Refreshed:
        """Read a list and record it if it is another one than the log holds.

        Args:
            place: a saved copy or an address; GOV.UK's public file unless given.
            packaged: take the copy that came with the installation instead.
            accept_removals: take a list that lacks coming days of the one in force.

        Raises:
            SourceError: it cannot be read, is no such list, or lacks coming days; nothing
                is changed.
        """
        new = self._source.packaged() if packaged else self._read(place or PUBLIC)
        return self._take(new, accept_removals=accept_removals)

    def keep_packaged(self) -> str | None:
        """Record the packaged list where the log holds none, or one that ends earlier.

        Returns what a person should know, if anything: it is a by-work of an import,
        and must not make that fail.
        """
        if self._found is None:
            return None
        try:
            new, kept = self._found.packaged(), self._journal.holidays()
            if kept is None or _last(new) > _last(kept):
                self._take(new)
        except (ConfigError, SourceError, LogError) as error:
            return f"The packaged bank holidays were not recorded. {error.message} {error.remedy}"
        return None

    @property
    def _source(self) -> HolidaySource:
        if self._found is None:
            raise ConfigError(
                "No enabled plugin reads bank holidays.",
                "Enable time_rules in pubguard.toml.",
            )
        return self._found

    @property
    def _today(self) -> date:
        return london_day(self._clock.now())

    def _reach(self, data: HolidayData, nation: str) -> Reach:
        own = nation == self._nation
        first, last = data.years(nation)
        coming = data.coming(nation, self._today, self._extra if own else ())
        soon = [ClosedDay(date.fromisoformat(day), title) for day, title in coming.items()]
        return Reach(nation, DIVISIONS[nation], own, first, last, tuple(soon[:NEXT]))

    def _read(self, place: str) -> HolidayData:
        fetched = fetch(place, lambda _: None)
        if len(fetched.documents) != 1:
            message = f"{shown(place)} holds several files; the bank holidays are one."
            raise SourceError(message, "Name the file itself; nothing was changed.")
        found = self._source.parse(fetched.documents[0])
        days = {division: dict(each) for division, each in found.items()}
        latest = max(day for each in days.values() for day in each)
        if int(latest[:4]) > self._today.year + AHEAD:
            message = f"{shown(place)} has {latest}, more than {AHEAD} years ahead."
            raise SourceError(message, "That cannot be right; nothing was changed.")
        dated = self._today
        if not is_address(place):  # a saved copy is as old as its file, which cannot lie ahead
            changed = Path(fetched.documents[0].place).stat().st_mtime
            dated = min(dated, london_day(datetime.fromtimestamp(changed, UTC)))
        return HolidayData(_name(place), fetched.digest, dated, days)

    def _take(self, new: HolidayData, *, accept_removals: bool = False) -> Refreshed:
        for attempt in range(1, TRIES + 1):
            snapshot = self._journal.read(HOLIDAYS)
            row = snapshot.rows.get(HOLIDAYS)
            kept = read_holidays(row.body) if row else None
            before = kept or self._source.packaged()
            changes = difference(before.days, new.days)
            recorded = kept is None or not _same(kept, new)
            if recorded and not accept_removals:
                _refuse_losses(before, new, changes.lost(self._today))
            try:
                if recorded:
                    self._record(new, snapshot)
                break
            except LogConflict:
                if attempt == TRIES:
                    raise
        return Refreshed(
            new.source, new.digest, new.dated, recorded, changes.added, changes.removed
        )

    def _record(self, new: HolidayData, snapshot: Snapshot) -> None:
        data = HolidaysRead(source=new.source, digest=new.digest, dated=new.dated, days=new.days)
        self._journal.write([Event(at=self._clock.now(), data=data, via=VIA)], snapshot)


def _same(kept: HolidayData, new: HolidayData) -> bool:
    return kept.digest == new.digest and new.dated - kept.dated < DATED_AGAIN


def _refuse_losses(before: HolidayData, new: HolidayData, lost: Days) -> None:
    """A file that suddenly lacks days must not silently make them working days."""
    for nation, division in DIVISIONS.items():
        reach, known = new.years(nation)[1], before.years(nation)[1]
        if reach < known:
            message = f"{new.source} ends with {reach} for {division}; {known} is known already."
            raise SourceError(message, f"It is probably an old copy. {_ANYWAY}")
    if lost:
        named = [f"{d} {day} ({title})" for d, days in lost.items() for day, title in days.items()]
        more = f" and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
        message = f"{new.source} lacks coming days: {', '.join(named[:SHOWN])}{more}."
        raise SourceError(message, f"They would silently become working days. {_ANYWAY}")


def _last(data: HolidayData) -> str:
    return max(day for days in data.days.values() for day in days)


def _name(place: str) -> str:
    """The place as the log may hold it: without a query, a password or a person's folder."""
    if not is_address(place):
        return Path(place).name
    parts = urlsplit(place)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
