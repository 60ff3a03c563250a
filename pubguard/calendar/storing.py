"""What an import did, and how its changes get into the log batch by batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from pubguard.calendar.history import reasons
from pubguard.calendar.planning import changes_date, gone, plan, published
from pubguard.calendar.sifting import Sifted, clash
from pubguard.clock import Clock
from pubguard.errors import LogConflict, SourceError
from pubguard.events import Event
from pubguard.journal import Journal
from pubguard.ledger import read_record, release_stream
from pubguard.model import Record, Release
from pubguard.notices.telling import Told
from pubguard.protocols import Progress, Refusal, Replaced

BATCH = 500
"""Releases that are stored in one write."""
TRIES = 3
"""How often a batch is decided again when something else moved meanwhile."""


class ImportReport(Struct, frozen=True):
    """What an import did, or would do.

    `events` are the changes in order; `unchanged` counts the rows that said
    nothing new, `disappeared` names what the source has ceased to name since the
    last import. `told` is who was told of what waits to be agreed.
    """

    source: str
    format: str
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: int = 0
    disappeared: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()
    events: tuple[Event, ...] = ()
    told: Told | None = None

    @property
    def landed(self) -> int:
        """How many rows were taken; a source of which none was taken does not count as read."""
        return len(self.added) + len(self.changed) + self.unchanged

    @property
    def exit_code(self) -> int:
        """1 if any row was refused."""
        return 1 if self.refused else 0

    def document(self) -> dict[str, object]:
        """The document of ``calendar import --json``."""
        refused = [{"where": r.where, "reason": r.reason} for r in self.refused]
        return {
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "disappeared": self.disappeared,
            "refused": refused,
        }


class Work:
    """The rows of one import on their way into the log, batch by batch.

    With `trust`, a reason that the source has newly published agrees its own change.
    """

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        name: str,
        records: Mapping[str, Record],
        sifted: Sifted,
        *,
        trust: bool = False,
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._name = name
        self._trust = trust
        self._sifted = sifted
        self._rows: dict[str, Release | Replaced | None] = {row.id: row for row in sifted.rows}
        self._rows |= {found.id: found for found in sifted.replaced}
        self._rows |= {r.release.id: None for r in sifted.gone(records, name)}
        self._planned = {
            release: events
            for release, row in self._rows.items()
            if (events := self._events(row, records.get(release)))
        }
        self._new = {release for release in self._planned if release not in records}

    def report(self, format_name: str) -> ImportReport:
        """What is planned, or after `store` what was done."""
        moved = [release for release, events in self._planned.items() if events]
        lost = [release for release in moved if self._rows[release] is None]
        kept = [release for release in moved if self._rows[release] is not None]
        return ImportReport(
            source=self._name,
            format=format_name,
            added=tuple(release for release in kept if release in self._new),
            changed=tuple(release for release in kept if release not in self._new),
            unchanged=len(self._sifted.rows) + len(self._sifted.replaced) - len(kept),
            disappeared=tuple(lost),
            refused=self._sifted.refused,
            events=tuple(event for events in self._planned.values() for event in events),
        )

    def store(self, format_name: str, tell: Progress) -> ImportReport:
        """Write what is planned; every batch is decided again on what is then known."""
        touched = list(self._planned)
        for start in range(0, len(touched), BATCH):
            batch = touched[start : start + BATCH]
            if start:
                tell(start, len(touched), "changes stored")
            self._store_batch(batch)
        return self.report(format_name)

    def _store_batch(self, batch: Sequence[str]) -> None:
        for attempt in range(1, TRIES + 1):
            snapshot = self._journal.read(*map(release_stream, batch))
            bodies = {r: snapshot.rows.get(release_stream(r)) for r in batch}
            known = {r: read_record(row.body) if row else None for r, row in bodies.items()}
            for release, record in known.items():
                self._planned[release] = self._events(self._rows[release], record)
            events = [event for release in batch for event in self._planned[release]]
            try:
                if events:
                    self._journal.write(events, snapshot)
            except LogConflict:
                if attempt == TRIES:
                    raise
            else:
                return

    def _events(self, row: Release | Replaced | None, record: Record | None) -> tuple[Event, ...]:
        if record is not None and record.source != self._name:
            raise SourceError(clash(record, self._name), "Import it again.")
        now = self._clock.now()
        if isinstance(row, Replaced):
            return published(row, record, self._name, now) if record else ()
        if row is not None:
            fresh = self._fresh(row, record)
            return plan(row, record, self._name, now, fresh=fresh, trust=self._trust)
        return (gone(record, self._name, now),) if record else ()

    def _fresh(self, row: Release, record: Record | None) -> bool:
        """True for a change with a reason that the source has not given before."""
        if not (row.reason and changes_date(row, record)):
            return False
        known = reasons(self._journal.log, row.id)
        return known is not None and row.reason not in known
