"""What one row of a source changes: pure, from the row, what is known, and the time.

The slot of a release that is in force never changes by itself: another date or
state is a proposal until it is agreed. A cancellation closes the gate and counts
at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import structs

from pubguard.events import (
    Data,
    Event,
    ReleaseAnnounced,
    ReleaseCancelled,
    ReleaseDisappeared,
    ReleaseMoved,
)
from pubguard.model import Proposed, Record, Release, State

NOTICE = timedelta(hours=24)
"""A new date nearer than this must be agreed (PG105)."""

SEALED = "(sealed)"
"""Stands in the log for a contact: the name itself is kept beside it."""

VIA = "calendar import"
_FIRM = frozenset({State.CONFIRMED, State.PUBLISHED})


def known_as(release: Release) -> Release:
    """The release as the log holds it: without its reason and its contact's name."""
    return structs.replace(release, reason=None, contact=SEALED if release.contact else None)


def in_time(release: Release, now: datetime) -> bool:
    """False where a new date is so near that a second person must agree to it.

    A slot that has passed can be early for nobody; what has no firm date opens nothing.
    """
    if release.state not in _FIRM or release.release_at is None:
        return True
    return not now < release.release_at < now + NOTICE


def plan(row: Release, record: Record | None, source: str, now: datetime) -> tuple[Event, ...]:
    """The events that bring what is known in line with the row; none if it says nothing new."""
    news = _new(row, source, now) if record is None else _again(row, record, source, now)
    return tuple(_event(data, row, now) for data in news)


def gone(record: Record, source: str, now: datetime) -> Event:
    """The event for a release that its source no longer names."""
    data = ReleaseDisappeared(source=source)
    return Event(at=now, data=data, release=record.release.id, via=VIA)


def _event(data: Data, row: Release, now: datetime) -> Event:
    sealed = {}
    if isinstance(data, (ReleaseAnnounced, ReleaseCancelled)) and row.reason:
        sealed["reason"] = row.reason
    if isinstance(data, ReleaseAnnounced) and row.contact:
        sealed["contact"] = row.contact
    return Event(at=now, data=data, release=row.id, via=VIA, sealed=sealed)


def _new(row: Release, source: str, now: datetime) -> Iterator[Data]:
    yield ReleaseAnnounced(release=known_as(row), source=source, agreed=in_time(row, now))


def _again(row: Release, record: Record, source: str, now: datetime) -> Iterator[Data]:
    if record.gone:
        yield ReleaseDisappeared(source=source, back=True)
    have = record.release
    if row.state is State.CANCELLED:
        yield from _cancelled(row, record, source)
    elif record.agreed and have.state is not State.PROVISIONAL:
        yield from _in_force(row, record, source)
    elif known_as(row) != have:
        same = (row.state, row.release_at) == (have.state, have.release_at)
        agreed = record.agreed if same else in_time(row, now)
        yield ReleaseAnnounced(release=known_as(row), source=source, agreed=agreed)


def _cancelled(row: Release, record: Record, source: str) -> Iterator[Data]:
    have = record.release
    if have.state is not State.CANCELLED:
        yield ReleaseCancelled(source=source)
    elif _ours(record.proposed, source):
        yield _back_to(have, source)
    have = structs.replace(have, state=State.CANCELLED)
    if (wanted := _with_details_of(row, have)) != have:
        yield ReleaseAnnounced(release=wanted, source=source, agreed=record.agreed)


def _in_force(row: Release, record: Record, source: str) -> Iterator[Data]:
    have = record.release
    moves = row.release_at != have.release_at or (
        row.state is not have.state and not {row.state, have.state} <= _FIRM
    )
    wanted = _with_details_of(row, have)
    if not moves:
        wanted = structs.replace(wanted, state=row.state)
    if wanted != have:
        yield ReleaseAnnounced(release=wanted, source=source, agreed=True)
    elif not moves and _ours(record.proposed, source):
        yield _back_to(have, source)
    if moves and (wanted != have or not _stands(record.proposed, row)):
        yield ReleaseMoved(
            release_at=row.release_at, state=row.state, source=source, reason=row.reason
        )


def _with_details_of(row: Release, have: Release) -> Release:
    """The row in the slot that is in force."""
    return structs.replace(
        known_as(row),
        state=have.state,
        release_at=have.release_at,
        provisional=have.provisional,
    )


def _back_to(have: Release, source: str) -> ReleaseMoved:
    return ReleaseMoved(release_at=have.release_at, state=have.state, source=source)


def _stands(proposed: Proposed | None, row: Release) -> bool:
    asked = (row.release_at, row.state, row.reason)
    return proposed is not None and (proposed.release_at, proposed.state, proposed.reason) == asked


def _ours(proposed: Proposed | None, source: str) -> bool:
    """A person's proposal does not end because a source repeats the old date."""
    return proposed is not None and proposed.by == source
