"""Storing what a person says of one release, on what is known at that very moment."""

from __future__ import annotations

from collections.abc import Callable

from pubguard.calendar.reading import Shelf
from pubguard.errors import LogConflict, LogError
from pubguard.events import Event
from pubguard.journal import Journal
from pubguard.ledger import read_record, release_stream
from pubguard.model import Record

ATTEMPTS = 5
"""How often to look again when something else moved in between."""


def revise(journal: Journal, release: str, plan: Callable[[Record], Event]) -> Record:
    """Store the event that `plan` makes of what is known; the release after it.

    Args:
        journal: where it goes.
        release: its id.
        plan: makes the event, or raises why there is none.

    Raises:
        Refused: no calendar names the release, naming the nearest ids.
        LogError: it could not be recorded.
    """
    shelf, stream = Shelf(journal), release_stream(release)
    for _ in range(ATTEMPTS):
        snapshot = journal.read(stream)
        row = snapshot.rows.get(stream)
        event = plan(read_record(row.body) if row else shelf.record(release))
        try:
            journal.write([event], snapshot)
        except LogConflict:
            continue
        return shelf.record(release)
    raise LogError("The release kept changing meanwhile.", "Look at it, then try again.")
