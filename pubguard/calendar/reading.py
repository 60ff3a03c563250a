"""The calendar as people and programs read it: each release with its history from the log."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from pubguard.calendar.history import PROPOSALS, Happened, history
from pubguard.errors import Refused
from pubguard.ids import check_id, nearest
from pubguard.journal import Journal
from pubguard.ledger import POINTS, RELEASES, read_points, read_record, release_stream, word
from pubguard.model import Instant, Output, Point, Record, State


class Change(Struct, frozen=True):
    """A date that is proposed, and not in force before it is agreed; null for none at all."""

    release_at: Instant | None
    reason: str | None


class Item(Struct, frozen=True, omit_defaults=True):
    """One release as ``calendar list`` and ``calendar show`` give it.

    `not_yet_everywhere` names the enforcement points that hold another slot, or were not
    heard of since the release last changed; it is left out where there is none.
    """

    id: str
    title: str
    state: State
    release_at: Instant | None
    provisional: str | None
    proposed: Change | None
    outputs: tuple[Output, ...]
    history: tuple[Happened, ...]
    source: str
    not_yet_everywhere: tuple[str, ...] = ()


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
        past = tuple(history(self._journal.log, release.id))
        # A person's reason is kept beside the log, so only the history has it.
        told = [each.reason for each in past if each.kind in PROPOSALS]
        return Item(
            id=release.id,
            title=release.title,
            state=release.state,
            release_at=release.release_at,
            provisional=release.provisional,
            proposed=Change(word(proposed).release_at, told[-1]) if proposed else None,
            outputs=release.outputs,
            history=past,
            source=record.source,
            not_yet_everywhere=self._not_yet(record, past),
        )

    def _not_yet(self, record: Record, past: tuple[Happened, ...]) -> tuple[str, ...]:
        row = self._journal.read(POINTS).rows.get(POINTS)
        if row is None or record.published:
            return ()
        changed = max((each.at for each in past), default=record.announced_at)
        return not_yet(record, changed, tuple(read_points(row.body).points.values()))


def not_yet(record: Record, changed_at: datetime, points: tuple[Point, ...]) -> tuple[str, ...]:
    """The points that have not acknowledged the release's slot, by name.

    Acknowledged is what a point was told after the change, and what it holds for that slot.
    """
    slot = record.release.release_at
    over = record.release.state in (State.CANCELLED, State.PUBLISHED)
    return tuple(
        point.name
        for point in points
        if point.at < changed_at
        or any(h.release == record.release.id and (over or h.slot != slot) for h in point.holds)
    )


def _by_date(record: Record) -> tuple[bool, float, str]:
    slot: datetime | None = record.release.release_at
    return slot is None, slot.timestamp() if slot else 0.0, record.release.id
