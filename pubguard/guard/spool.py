"""Withdrawals that could not be recorded: kept in a file until the log can be written again.

Containment is never refused (law 14), so this is the one thing that is stored late.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import datetime
from fcntl import LOCK_EX, flock

import msgspec
from msgspec import structs

from pubguard.errors import LogError
from pubguard.events import CheckDecided, Event
from pubguard.journal import Journal


class Kept(msgspec.Struct, frozen=True):
    """One line of the spool: a `check.decided` of a withdrawal."""

    at: datetime
    data: CheckDecided
    release: str | None
    actor: str | None
    identity: str | None
    via: str | None

    def event(self) -> Event:
        """The event as it goes into the log, marked as late."""
        return Event(
            at=self.at,
            data=structs.replace(self.data, spooled=True),
            release=self.release,
            actor=self.actor,
            identity=self.identity,
            via=self.via,
        )


def to_stderr(text: str) -> None:
    """Says it where a person or a service log sees it."""
    sys.stderr.write(text + "\n")


class Spool:
    """A file of JSON lines beside the log, readable by its owner only."""

    def __init__(self, path: str, warn: Callable[[str], None] = to_stderr) -> None:
        self._path = path
        self._warn = warn

    def keep(self, event: Event, error: LogError) -> None:
        """Remember a withdrawal that the log did not take, and say so."""
        assert isinstance(event.data, CheckDecided)  # noqa: S101 - spools nothing else
        kept = Kept(event.at, event.data, event.release, event.actor, event.identity, event.via)
        try:
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(handle, "ab") as file:
                file.write(msgspec.json.encode(kept) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            where = f"It is kept in {os.path.basename(self._path)} and will be appended."
        except OSError as problem:
            where = f"It could not be kept beside the log either ({problem}): write it down."
        self._warn(f"warning: the withdrawal was allowed but not recorded: {error.message} {where}")

    def drain(self, journal: Journal) -> None:
        """Append what is kept, if anything; a log that still cannot be written leaves it there.

        The file is locked meanwhile, so that two processes do not append it twice.
        """
        if not os.path.exists(self._path):
            return
        with open(self._path, "r+b") as file:
            flock(file, LOCK_EX)
            lines = file.read().splitlines()
            events = [msgspec.json.decode(line, type=Kept).event() for line in lines]
            try:
                if events:
                    journal.write(events, journal.read())
            except LogError:
                return
            file.truncate(0)
