"""The calendar as people and programs read it: each release with its history from the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct, structs

from pubguard.errors import Refused
from pubguard.events import (
    ReleaseAgreed,
    ReleaseAnnounced,
    ReleaseCancelled,
    ReleaseDisappeared,
    ReleaseMoved,
)
from pubguard.ids import check_id, nearest
from pubguard.journal import Journal
from pubguard.ledger import RELEASES, read_record, release_stream
from pubguard.log.encoding import Entry
from pubguard.model import Instant, Output, Record, Release, State

KINDS = frozenset(
    kind.kind
    for kind in (
        ReleaseAgreed,
        ReleaseAnnounced,
        ReleaseCancelled,
        ReleaseDisappeared,
        ReleaseMoved,
    )
)
"""The kinds of event that a release's calendar history is made of."""


class Change(Struct, frozen=True):
    """A date that is proposed, and not in force before it is agreed."""

    release_at: Instant | None
    reason: str | None


class Happened(Struct, frozen=True):
    """One calendar event: `changed` holds the fields that it set, with their new values.

    `reason` is null where none was given or it was erased.
    """

    index: int
    at: Instant
    kind: str
    actor: str | None
    changed: dict[str, Any]
    reason: str | None = None


class Item(Struct, frozen=True):
    """One release as ``calendar list`` and ``calendar show`` give it."""

    id: str
    title: str
    state: State
    release_at: Instant | None
    provisional: str | None
    proposed: Change | None
    outputs: tuple[Output, ...]
    history: tuple[Happened, ...]
    source: str


class Shelf:
    """Finds releases in the calendar."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def records(self) -> list[Record]:
        """All that is known of every release: by date, provisional ones without it last."""
        found = [read_record(row.body) for _, row in self._journal.states(RELEASES)]
        return sorted(found, key=_by_date)

    def record(self, release: str) -> Record:
        """What is known of one release.

        Raises:
            Refused: nothing; names the nearest ids.
        """
        stream = release_stream(check_id(release))
        row = self._journal.read(stream).rows.get(stream)
        if row:
            return read_record(row.body)
        known = [name.removeprefix(RELEASES) for name, _ in self._journal.states(RELEASES)]
        near = nearest(release, known)
        remedy = f"Did you mean {' or '.join(near)}?" if near else "See: pubguard calendar list"
        raise Refused(f"No release {release!r} is in the calendar.", remedy)

    def item(self, record: Record) -> Item:
        """The release with its history."""
        release, proposed = record.release, record.proposed
        return Item(
            id=release.id,
            title=release.title,
            state=release.state,
            release_at=release.release_at,
            provisional=release.provisional,
            proposed=Change(proposed.release_at, proposed.reason) if proposed else None,
            outputs=release.outputs,
            history=tuple(self._history(release.id)),
            source=record.source,
        )

    def _history(self, release: str) -> Iterator[Happened]:
        log = self._journal.log
        entries = [e for e in log.read_release(release) if e.kind in KINDS]
        for entry, changed in _changes(entries):
            data = entry.event().data
            reason = log.values(entry).get("reason") or getattr(data, "reason", None)
            yield Happened(entry.index, entry.at, entry.kind, entry.actor, changed, reason)


def _by_date(record: Record) -> tuple[bool, float, str]:
    slot: datetime | None = record.release.release_at
    return slot is None, slot.timestamp() if slot else 0.0, record.release.id


def _changes(entries: Iterable[Entry]) -> Iterator[tuple[Entry, dict[str, Any]]]:
    """Each entry with the fields of the release that it sets, against the one before."""
    have: dict[str, Any] = {}
    for entry in entries:
        data = entry.event().data
        if isinstance(data, ReleaseAnnounced):
            new = _told(data.release)
            yield entry, {name: v for name, v in new.items() if v != have.get(name)}
            have = new
        elif isinstance(data, ReleaseMoved):
            yield entry, {"proposed": {"release_at": data.release_at, "state": data.state}}
        elif isinstance(data, ReleaseCancelled):
            have = {**have, "state": State.CANCELLED}
            yield entry, {"state": State.CANCELLED}
        elif isinstance(data, ReleaseDisappeared):
            yield entry, {"in_source": data.back}
        else:
            yield entry, {}


def _told(release: Release) -> dict[str, Any]:
    fields = structs.asdict(release)
    return {name: value for name, value in fields.items() if name not in ("id", "reason")}
