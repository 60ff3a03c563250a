"""Looks for enforcement points that cannot be relied on although a slot is near, and alarms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from pubguard.clock import Clock, say, say_span
from pubguard.errors import LogConflict
from pubguard.events import Event, PointLost
from pubguard.events.points import CLOCK, SILENT, SLOT, UNLINKED
from pubguard.journal import Journal
from pubguard.ledger import POINTS, RELEASES, read_points, read_record
from pubguard.model import Point, Role, State
from pubguard.notices.messenger import Messenger
from pubguard.points.keeping import PointKeeper, pace
from pubguard.protocols import Notice

QUIET = timedelta(minutes=20)
"""As PG604 has it."""
NEAR = timedelta(hours=1)
"""How long before a slot a point has to be there."""
PATIENCE = 1.5
"""Paces that a point has to take over a slot that it was told of."""

Slots = Mapping[str, datetime]


class PointWatch:
    """Finds what is wrong with the points when it matters.

    Args:
        journal: where they are known, and written down.
        clock: when.
        messenger: tells whoever can do something.
        keeper: knows which points were told of the slots as they are.
    """

    def __init__(
        self, journal: Journal, clock: Clock, messenger: Messenger, keeper: PointKeeper
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._messenger = messenger
        self._keeper = keeper

    def look(self) -> tuple[str, ...]:
        """Record and tell of the points with a fault that nobody was told of; their names.

        Raises:
            LogError: the log cannot be read or written.
        """
        now = self._clock.now()
        snapshot = self._journal.read(POINTS)
        row = snapshot.rows.get(POINTS)
        known = read_points(row.body).points.values() if row else ()
        near = self._near(now) if known else {}
        if not near:
            return ()
        told = self._keeper.digest()
        found = {point: tuple(_faults(point, near, told, now)) for point in known}
        news = {point: faults for point, faults in found.items() if {*faults} - {*point.wrong}}
        if not news:
            return ()
        events = [
            Event(at=now, data=PointLost(point=point.name, wrong=_merged(point, faults)))
            for point, faults in news.items()
        ]
        try:
            refs = self._journal.write(events, snapshot)
        except LogConflict:  # it was heard just now, or somebody else has told of it
            return ()
        if self._messenger.anybody:
            lines = [f"{p.name}: {_say(fault, p, near)}" for p in news for fault in news[p]]
            coming = [f"{release}, {say(slot)}" for release, slot in near.items()]
            text = "\n".join([*lines, "", "Near:", *coming, ""])
            notice = Notice("point-lost", "A publishing system is not in step", text, urgent=True)
            self._messenger.tell(notice, roles=(Role.IT, Role.LEAD_OFFICIAL), entry=refs[0].index)
        return tuple(point.name for point in news)

    def _near(self, now: datetime) -> Slots:
        """The slots of the next hour."""
        found = {}
        for _, row in self._journal.states(RELEASES):
            release = read_record(row.body).release
            slot = release.release_at
            if release.state is State.CONFIRMED and slot and now <= slot <= now + NEAR:
                found[release.id] = slot
        return found


def _faults(point: Point, near: Slots, told: str, now: datetime) -> Iterator[str]:
    """What is wrong with it; of one that is silent nothing else is known."""
    if now - point.at > QUIET:
        yield SILENT
        return
    if point.clock_wrong:
        yield CLOCK
    if point.unlinked:
        yield UNLINKED
    for holding in point.holds:
        slot = near.get(holding.release)
        if slot is None or slot == holding.slot:
            continue
        # One that was only just told may still be about to take the slot over.
        if point.told == told and now - point.at > pace(slot - now) * PATIENCE:
            yield SLOT + holding.release


def _merged(point: Point, faults: tuple[str, ...]) -> tuple[str, ...]:
    return (*(fault for fault in point.wrong if fault not in faults), *faults)


def _say(fault: str, point: Point, near: Slots) -> str:
    if fault == CLOCK:
        offset = point.offset_us or 0
        return f"its clock is {say_span(offset)} {'ahead' if offset > 0 else 'behind'}"
    if fault == UNLINKED:
        return f"{point.unlinked} of its items name no release"
    if fault == SILENT:
        return f"last heard of on {say(point.at)}"
    release = fault.removeprefix(SLOT)
    held = next(each.slot for each in point.holds if each.release == release)
    return f"it holds {release} for {say(held) if held else 'no time'}, not {say(near[release])}"
