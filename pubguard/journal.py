"""What use cases hold: reads states, writes events, and keeps the two in step.

An event and the states it moves are stored in one transaction, and only if no
stream that the events rest on has moved since it was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from pubguard.decision import EntryRef
from pubguard.events import ConfigChanged, Event
from pubguard.ledger import CONFIG, HOLIDAYS, Settings, fold, read_holidays, read_settings
from pubguard.protocols import Row, Snapshot

if TYPE_CHECKING:
    from pubguard.clock import Clock
    from pubguard.holidays import HolidayData
    from pubguard.log.eventlog import EventLog

WAIT = 10.0
"""Seconds that a write waits for its turn, except where a check sets less."""


class Journal:
    """The log and its meaning, together.

    Args:
        open_log: opens the event log; called when first needed.
        settings: the settings in force now.
        clock: stamps the event that records changed settings.
    """

    def __init__(
        self, open_log: Callable[[], EventLog], settings: Callable[[], Settings], clock: Clock
    ) -> None:
        self._open_log = open_log
        self._settings = settings
        self._clock = clock
        self._holidays: tuple[int, HolidayData] | None = None
        self._in_force = b""

    @cached_property
    def log(self) -> EventLog:
        """The event log.

        Raises:
            LogUnwritable, LogCorrupt: it cannot be opened.
        """
        return self._open_log()

    @cached_property
    def settings(self) -> Settings:
        """The settings in force now, as the log records them."""
        return self._settings()

    def read(self, *streams: str) -> Snapshot:
        """The streams' states and the log's size at one instant."""
        asked = (CONFIG, *streams)
        found = self.log.snapshot(asked)
        return Snapshot(found.size, found.rows, asked)

    def states(self, prefix: str) -> Iterator[tuple[str, Row]]:
        """All streams whose name starts with `prefix`, in order of name."""
        return self.log.states(prefix)

    def holidays(self) -> HolidayData | None:
        """The bank holidays that the log holds, if any; decoded again only when they changed.

        Raises:
            LogError: the log cannot be read.
        """
        row = self.log.snapshot((HOLIDAYS,)).rows.get(HOLIDAYS)
        if row is None:
            return None
        known = self._holidays
        if known is None or known[0] != row.index:
            self._holidays = known = row.index, read_holidays(row.body)
        return known[1]

    def write(
        self, events: Sequence[Event], resting_on: Snapshot, timeout: float = WAIT
    ) -> tuple[EntryRef, ...]:
        """Store the events, durable when this returns; where each lies, in order.

        Args:
            events: what happened, in order.
            resting_on: what was read; none of the streams asked for may have moved.
            timeout: seconds to wait; then nothing is stored.

        Raises:
            LogConflict: one of the streams has moved; read and decide again.
            LogUnwritable: not stored, and never will be.
        """
        news = [*self.settings_news(resting_on), *events]
        rows = moved(news, resting_on.rows)
        expect = dict.fromkeys(rows, -1) | resting_on.indexes()
        refs = self.log.append(news, rows, expect, timeout=timeout)
        return refs[len(news) - len(events) :]

    def settings_news(self, snapshot: Snapshot) -> list[Event]:
        """The event that says what the settings are now, if the log has other ones."""
        row = snapshot.rows.get(CONFIG)
        if row and row.body == self._in_force:
            return []
        old = read_settings(row.body) if row else Settings({}, {})
        new = self.settings
        if row and old == new:
            self._in_force = row.body
            return []
        keys = sorted(old.settings.keys() | new.settings.keys())
        changed = tuple(k for k in keys if old.settings.get(k) != new.settings.get(k))
        data = ConfigChanged(settings=new.settings, changed=changed, rules=new.rules)
        return [Event(at=self._clock.now(), data=data)]


def moved(events: Sequence[Event], rows: Mapping[str, Row]) -> dict[str, tuple[int, bytes]]:
    """The streams that the events change: which of them did so last, and the new state."""
    now = {stream: row.body for stream, row in rows.items()}
    by: dict[str, int] = {}
    for number, event in enumerate(events):
        for stream, body in fold(event, now.get).items():
            now[stream] = body
            by[stream] = number
    return {stream: (number, now[stream]) for stream, number in by.items()}
