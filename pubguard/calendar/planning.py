"""What one row of a source changes: pure, from the row, what is known, and the time.

The slot of a release that is in force never changes by itself: another date or
state, a cancellation included, is a proposal until it is agreed. Only news count:
what a source said before, and people decided about since, it may repeat for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import structs

from pubguard.events import (
    Data,
    Event,
    Proposing,
    ReleaseAgreed,
    ReleaseAnnounced,
    ReleaseCancelled,
    ReleaseDisappeared,
    ReleaseMoved,
    ReleasePublished,
    ReleaseReinstated,
)
from pubguard.ledger import word
from pubguard.model import Record, Release, State, Word
from pubguard.protocols import Replaced

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


def plan(
    row: Release,
    record: Record | None,
    source: str,
    now: datetime,
    *,
    fresh: bool = False,
    trust: bool = False,
) -> tuple[Event, ...]:
    """The events that bring what is known in line with the row; none if it says nothing new.

    Args:
        row: what the source says.
        record: what is known of the release.
        source: the source's name.
        now: the present instant, UTC.
        fresh: the row gives a reason that the source has not given before.
        trust: a fresh reason agrees a change by itself, never one that brings a date
            forward or to within 24 hours.
    """
    if record is None:
        news = iter([_entry(row, source, now)])
    else:
        news = _again(row, record, source, now, fresh=fresh, trust=trust)
    return tuple(_event(data, row, now) for data in news)


def changes_date(row: Release, record: Record | None) -> bool:
    """True if the row wants another date or state than the one in force."""
    if record is None or record.release.state is State.PROVISIONAL or not record.agreed:
        return False
    have = record.release
    if row.state is State.CANCELLED:
        return have.state is not State.CANCELLED
    firm = {row.state, have.state} <= _FIRM
    return row.release_at != have.release_at or (row.state is not have.state and not firm)


def gone(record: Record, source: str, now: datetime) -> Event:
    """The event for a release that its source no longer names."""
    data = ReleaseDisappeared(source=source)
    return Event(at=now, data=data, release=record.release.id, via=VIA)


def published(found: Replaced, record: Record, source: str, now: datetime) -> tuple[Event, ...]:
    """The event for an announcement that has given way to its publication, if it is news."""
    if record.release.state is State.PUBLISHED:
        return ()
    data = ReleasePublished(source=source, url=found.url)
    return (Event(at=now, data=data, release=found.id, via=VIA),)


def _event(data: Data, row: Release, now: datetime) -> Event:
    texts: dict[str, str | None] = {}
    if isinstance(data, (ReleaseAnnounced, Proposing)):
        texts["reason"] = row.reason
    if isinstance(data, ReleaseAnnounced):
        texts["contact"] = row.contact
    sealed = {name: text for name, text in texts.items() if text}
    return Event(at=now, data=data, release=row.id, via=VIA, sealed=sealed)


def _entry(row: Release, source: str, now: datetime) -> Data:
    return ReleaseAnnounced(release=known_as(row), source=source, agreed=in_time(row, now))


def _again(
    row: Release, record: Record, source: str, now: datetime, *, fresh: bool, trust: bool
) -> Iterator[Data]:
    if record.gone:
        yield ReleaseDisappeared(source=source, back=True)
    have = record.release
    moves = changes_date(row, record)
    if not moves and (have.state is State.PROVISIONAL or not record.agreed):
        yield from _open(row, record, source, now)
        return
    wanted = _with_details_of(row, have)
    if not moves and row.state is not State.CANCELLED and have.state is not State.PUBLISHED:
        wanted = structs.replace(wanted, state=row.state)
    if wanted != have:
        yield ReleaseAnnounced(release=wanted, source=source, agreed=record.agreed)
    explained = fresh and _asked_before(row, record, source)
    if _repeats(row, record.said or word(have)) and not explained:
        return
    if moves:
        yield from _proposal(row, have, source, now, trusted=fresh and trust)
    elif word(wanted) == word(have):
        yield ReleaseMoved(release_at=have.release_at, state=have.state, source=source)


def _open(row: Release, record: Record, source: str, now: datetime) -> Iterator[Data]:
    """What nobody relies on yet simply follows its source, unless people have decided since."""
    have = record.release
    if row.state is State.CANCELLED and have.state is not State.CANCELLED:
        yield ReleaseCancelled(source=source)
        have = structs.replace(have, state=State.CANCELLED)
    same = word(row) == word(have)
    decided = row.state is State.CANCELLED or (not same and word(row) == record.said)
    wanted = _with_details_of(row, have) if decided else known_as(row)
    if wanted != have:
        agreed = record.agreed if same else in_time(row, now)
        yield ReleaseAnnounced(release=wanted, source=source, agreed=agreed)


def _proposal(
    row: Release, have: Release, source: str, now: datetime, *, trusted: bool
) -> Iterator[Data]:
    if row.state is State.CANCELLED:
        yield ReleaseCancelled(source=source, agreed=trusted)
        return
    kind = ReleaseReinstated if have.state is State.CANCELLED else ReleaseMoved
    yield kind(release_at=row.release_at, state=row.state, source=source)
    # Without a firm date it could come back nearer, step by step.
    sooner = row.release_at is None or (
        have.release_at is not None and row.release_at < have.release_at
    )
    if trusted and not sooner and in_time(row, now):
        yield ReleaseAgreed(release_at=row.release_at, state=row.state, source=source)


def _with_details_of(row: Release, have: Release) -> Release:
    """The row in the slot that is in force."""
    return structs.replace(
        known_as(row),
        state=have.state,
        release_at=have.release_at,
        provisional=have.provisional,
    )


def _repeats(row: Release, said: Word) -> bool:
    """True if the source said so before; that a date was kept is no news of the date."""
    new = word(row)
    return new == said or (new.release_at == said.release_at and {new.state, said.state} <= _FIRM)


def _asked_before(row: Release, record: Record, source: str) -> bool:
    """True if this very change waits already because the source wants it."""
    proposed = record.proposed
    if proposed is None or proposed.person or proposed.by != source:
        return False
    return (proposed.release_at, proposed.state) == (row.release_at, row.state)
