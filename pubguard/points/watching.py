"""Looks for enforcement points that are silent although a slot is near, and raises the alarm."""

from __future__ import annotations

from datetime import timedelta

from pubguard.clock import Clock, say
from pubguard.errors import LogConflict
from pubguard.events import Event, PointLost
from pubguard.journal import Journal
from pubguard.ledger import POINTS, RELEASES, read_points, read_record
from pubguard.model import Role, State
from pubguard.notices.messenger import Messenger
from pubguard.protocols import Notice

SILENT = timedelta(minutes=20)
"""As PG604 has it."""
NEAR = timedelta(hours=1)
"""How long before a slot a point has to be there."""


class PointWatch:
    """Finds the points that are lost.

    Args:
        journal: where they are known, and written down.
        clock: when.
        messenger: tells whoever can do something.
    """

    def __init__(self, journal: Journal, clock: Clock, messenger: Messenger) -> None:
        self._journal = journal
        self._clock = clock
        self._messenger = messenger

    def look(self) -> tuple[str, ...]:
        """Record and tell of the points that are newly lost; their names.

        Raises:
            LogError: the log cannot be read or written.
        """
        now = self._clock.now()
        snapshot = self._journal.read(POINTS)
        row = snapshot.rows.get(POINTS)
        known = read_points(row.body).points.values() if row else ()
        silent = [p for p in known if p.lost is None and now - p.at > SILENT]
        near = self._near() if silent else ()
        if not near:
            return ()
        events = [Event(at=now, data=PointLost(point=point.name)) for point in silent]
        try:
            refs = self._journal.write(events, snapshot)
        except LogConflict:  # it was heard just now, or somebody else has told of it
            return ()
        if self._messenger.anybody:
            lines = [f"{point.name}: last heard of on {say(point.at)}" for point in silent]
            text = "Not heard of:\n" + "\n".join([*lines, "", "Near:", *near, ""])
            notice = Notice("point-lost", "A publishing system is silent", text, urgent=True)
            self._messenger.tell(notice, roles=(Role.IT, Role.LEAD_OFFICIAL), entry=refs[0].index)
        return tuple(point.name for point in silent)

    def _near(self) -> tuple[str, ...]:
        now = self._clock.now()
        found = []
        for _, row in self._journal.states(RELEASES):
            release = read_record(row.body).release
            slot = release.release_at
            if release.state is State.CONFIRMED and slot and now <= slot <= now + NEAR:
                found.append(f"{release.id}, {say(slot)}")
        return tuple(found)
