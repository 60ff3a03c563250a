"""Saying that two calendars announce one release under two ids.

Nothing is merged: each keeps its date, its approval and its history. What the two
say is held together, so that a disagreement closes the gate.
"""

from __future__ import annotations

from pubguard.calendar.reading import Shelf
from pubguard.clock import Clock
from pubguard.errors import LogConflict, LogError, Refused, UsageError
from pubguard.events import Event, ReleaseSame
from pubguard.journal import Journal
from pubguard.ledger import release_stream
from pubguard.model import Actor, Record, Role
from pubguard.people import People

ATTEMPTS = 5
"""How often to look again when something else moved in between."""
MOST = 8
"""Ids that one release may go by."""


class Twinner:
    """Links two ids, and takes a link back."""

    def __init__(self, journal: Journal, people: People, clock: Clock) -> None:
        self._journal = journal
        self._people = people
        self._clock = clock

    def link(
        self, one: str, other: str, actor: Actor, *, undo: bool = False, via: str = "cli"
    ) -> Record:
        """Record that the two are one release, or with `undo` that they are not; the first.

        Raises:
            UsageError: they are one id.
            Refused: no calendar names one of them, the actor is not listed, or it is so already.
            LogError: it could not be recorded.
        """
        if one == other:
            message = f"{one} is the same as itself."
            raise UsageError(message, "Give the two ids under which it is announced.")
        roles = self._people.vouch(actor, "say that two releases are the same")
        if undo and Role.LEAD_OFFICIAL not in roles:
            message = "Taking it back can open a gate, so a lead official does it."
            raise Refused(message, "Ask one (--role lead-official where [people] is empty).")
        shelf = Shelf(self._journal)
        for _ in range(ATTEMPTS):
            snapshot = self._journal.read(release_stream(one), release_stream(other))
            known, second = shelf.record(one), shelf.record(other)
            _refuse(known, second, undo=undo)
            events = [
                Event(
                    at=self._clock.now(),
                    data=ReleaseSame(other=theirs, undone=undo),
                    release=ours,
                    actor=actor.id,
                    identity=actor.identity,
                    via=via,
                )
                for ours, theirs in ((one, other), (other, one))
            ]
            try:
                self._journal.write(events, snapshot)
            except LogConflict:
                continue
            return shelf.record(one)
        raise LogError("The releases kept changing meanwhile.", "Try again.")


def _refuse(known: Record, second: Record, *, undo: bool) -> None:
    other = second.release.id
    linked = other in known.same
    if linked is not undo:
        so = "are the same already" if linked else "were never said to be the same"
        message = f"{known.release.id} and {other} {so}."
        raise Refused(message, f"See: pubguard calendar show {known.release.id}")
    full = next((each for each in (known, second) if len(each.same) >= MOST), None)
    if full and not undo:
        message = f"{full.release.id} goes by {MOST} other ids already."
        raise Refused(message, "Take one of them back first (calendar same --undo).")
