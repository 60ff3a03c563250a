"""Keeps in step with the enforcement points: hears what they hold, tells them what counts.

A point says every few minutes how it is. That is recorded when something changed, and else
often enough for the log alone to tell who is silent: every ten minutes near a slot, every
hour otherwise.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

import msgspec
from msgspec import Struct, structs

from pubguard.clock import Clock, microseconds
from pubguard.errors import LogConflict, LogError
from pubguard.events import Event, PointSynced
from pubguard.journal import Journal
from pubguard.ledger import POINTS, RELEASES, read_points, read_record
from pubguard.model import APART, Holding, Instant, Point, Record, State

ATTEMPTS = 5
OFTEN, SELDOM = timedelta(minutes=10), timedelta(hours=1)
NEAR = timedelta(hours=2)
"""Before a slot, and after it, when points are recorded often."""
AHEAD, BEHIND = timedelta(days=14), timedelta(days=1)
"""Slots that points are told of whether they hold them or not."""
PACES = (
    (timedelta(minutes=2), timedelta(seconds=5)),
    (timedelta(hours=1), timedelta(minutes=1)),
)
"""How near a slot is, and how soon a point is to come again."""
PACE = timedelta(minutes=5)
FURTHEST = 2**50
"""Microseconds, 35 years: no clock is called further away, and an entry can hold it."""


class Told(Struct, frozen=True, kw_only=True):
    """What a point said of itself; `offset_us` is its clock minus ours."""

    holds: tuple[Holding, ...]
    items: int
    unlinked: int
    permits: int
    offset_us: int | None
    version: str
    zone: str


class Slot(Struct, frozen=True, kw_only=True):
    """What counts of one release now. `held` says that nothing of it may go out.

    `release_at` is the last agreed slot; it stays while a change waits to be agreed.
    """

    release: str
    release_at: Instant | None
    state: State
    held: bool


class Kept(Struct, frozen=True):
    """What a point is told: the slots, and when it is to come again."""

    slots: tuple[Slot, ...]
    next_sync: Instant


class Calendar(Struct, frozen=True):
    """All slots as they were when the log had that size, and their digest."""

    size: int
    slots: tuple[Slot, ...]
    digest: str


class PointKeeper:
    """Hears the points of one workspace.

    Args:
        journal: where it is written down.
        clock: when.
    """

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._calendar = Calendar(-1, (), "")

    def hear(self, name: str, told: Told) -> Kept:
        """Take in what a point says; what counts for it.

        Raises:
            LogError: it could not be recorded.
        """
        now = self._clock.now()
        held = {holding.release for holding in told.holds}
        calendar = self._read()
        slots = tuple(slot for slot in calendar.slots if _matters(slot, held, now))
        data = PointSynced(
            point=name,
            holds=told.holds,
            offset_us=told.offset_us,
            told=calendar.digest,
            items=told.items,
            unlinked=told.unlinked,
            permits=told.permits,
            version=told.version,
            zone=told.zone,
        )
        near = min((_distance(slot, now) for slot in slots), default=AHEAD)
        self._record(name, data, now, near)
        return Kept(slots, now + pace(near))

    def digest(self) -> str:
        """The digest of the slots as they are now, which a point that was told of them has.

        Raises:
            LogError: the log cannot be read.
        """
        return self._read().digest

    def points(self) -> tuple[Point, ...]:
        """Every point that was heard of, as the log has it."""
        row = self._journal.read(POINTS).rows.get(POINTS)
        return tuple(read_points(row.body).points.values()) if row else ()

    def _record(self, name: str, data: PointSynced, now: datetime, near: timedelta) -> None:
        for _ in range(ATTEMPTS):
            snapshot = self._journal.read(POINTS)
            row = snapshot.rows.get(POINTS)
            known = read_points(row.body).points.get(name) if row else None
            if known and not _news(known, data, now, near):
                return
            try:
                self._journal.write([Event(at=now, data=data, via=name)], snapshot)
            except LogConflict:
                continue
            return
        raise LogError("Too many enforcement points at once.", "Come again.")

    def _read(self) -> Calendar:
        """The calendar; decoded again only when the log has grown."""
        size = self._journal.log.size()
        known = self._calendar
        if known.size != size:
            rows = [row for _, row in self._journal.states(RELEASES)]
            slots = tuple(_slot(read_record(row.body)) for row in rows)
            digest = sha256(msgspec.json.encode(slots)).hexdigest()[:32]
            self._calendar = known = Calendar(size, slots, digest)
        return known


def pace(near: timedelta) -> timedelta:
    """How soon a point is to come again, that long before or after a slot."""
    return next((often for within, often in PACES if near <= within), PACE)


def _slot(record: Record) -> Slot:
    release = record.release
    firm = release.state in (State.CONFIRMED, State.PUBLISHED)
    return Slot(
        release=release.id,
        release_at=release.release_at if release.state is not State.PROVISIONAL else None,
        state=release.state,
        held=not firm or record.proposed is not None or not record.agreed,
    )


def _matters(slot: Slot, held: set[str], now: datetime) -> bool:
    if slot.release in held:
        return True
    return slot.release_at is not None and now - BEHIND <= slot.release_at <= now + AHEAD


def _distance(slot: Slot, now: datetime) -> timedelta:
    return abs(slot.release_at - now) if slot.release_at else AHEAD


def _news(known: Point, data: PointSynced, now: datetime, near: timedelta) -> bool:
    """True if it differs from what is known in more than the time, or that is old."""
    same = structs.replace(
        known,
        holds=data.holds,
        told=data.told,
        unlinked=data.unlinked,
        version=data.version,
        zone=data.zone,
        lost=None,
    )
    if same != known or _off(known.offset_us) != _off(data.offset_us):
        return True
    return now - known.at >= (OFTEN if near <= NEAR else SELDOM)


def _off(offset: int | None) -> bool | None:
    return None if offset is None else abs(offset) > APART


def offset(theirs: datetime | None, ours: datetime) -> int | None:
    """Their clock minus ours in microseconds; None where they gave none."""
    if theirs is None:
        return None
    return max(-FURTHEST, min(microseconds(theirs - ours), FURTHEST))
