"""One sitting: attempts are decided one after another and stored together.

Each sees what those before it have moved, so a hundred that come at once for one release do
not refuse each other. What one rests on is stored before it or not at all: if it is not,
whatever rests on it is not stored either.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pubguard.events import Event
from pubguard.journal import moved
from pubguard.ledger import CONFIG
from pubguard.log.settle import Pending, Write
from pubguard.protocols import Row, Snapshot

if TYPE_CHECKING:
    from pubguard.journal import Journal

UNSTORED = -2
"""The index of a state whose entry is not stored yet."""


class Sitting:
    """One reading of the log, and the writes that follow from it."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._size = 0
        self._rows: dict[str, Row | None] = {}
        self._moved: dict[str, Pending] = {}
        self._writes: list[Write] = []

    def read(self, *streams: str) -> Snapshot:
        """As the journal's: the streams' states and the log's size, with what was written here.

        Raises:
            LogError: the log cannot be read.
        """
        return self._snapshot((CONFIG, *streams))

    def further(self, snapshot: Snapshot, streams: Sequence[str]) -> Snapshot:
        """The snapshot with more streams."""
        return self._snapshot((*snapshot.asked, *streams)) if streams else snapshot

    def write(self, events: Sequence[Event], resting_on: Snapshot, timeout: float) -> Write:
        """What `store` will try to store, with the refs of these events last.

        Args:
            events: what happened, in order.
            resting_on: what was read; none of the streams asked for may have moved.
            timeout: seconds in which it is stored or never will be.
        """
        news = [*self._journal.settings_news(resting_on), *events]
        rows = moved(news, resting_on.rows)
        indexes = dict.fromkeys(rows, -1) | resting_on.indexes()
        expect = {name: self._moved.get(name, index) for name, index in indexes.items()}
        write = Write(news, rows, expect, timeout)
        self._writes.append(write)
        for name, (offset, body) in rows.items():
            self._rows[name] = Row(UNSTORED, body)
            self._moved[name] = Pending(write, offset)
        return write

    def store(self) -> None:
        """Store the writes as far as what they rest on still holds; each says how it went."""
        self._journal.log.append_all(self._writes)

    def _snapshot(self, asked: tuple[str, ...]) -> Snapshot:
        known = self._rows
        if unknown := [name for name in asked if name not in known]:
            found = self._journal.log.snapshot(unknown)
            self._size = self._size or found.size
            for name in unknown:
                known[name] = found.rows.get(name)
        rows = {name: row for name in asked if (row := known[name]) is not None}
        return Snapshot(self._size, rows, asked)
