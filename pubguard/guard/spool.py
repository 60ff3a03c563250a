"""Withdrawals that could not be recorded: kept in a file until the log can be written again.

Containment is never refused (law 14), so this is the one thing that is stored late.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from stat import S_ISREG
from time import monotonic, sleep
from typing import BinaryIO

import msgspec
from msgspec import structs

from pubguard.decoding import reader
from pubguard.errors import LogCorrupt, LogError
from pubguard.events import CheckDecided, Event
from pubguard.journal import Journal
from pubguard.model import Action, Instant
from pubguard.ownership import exposed

SPOOL = "withdrawals.spool"
"""The file, beside the configuration."""
UNREADABLE = ".unreadable"
"""At the end of its name: what of it cannot be read."""
WAIT = 0.5
"""Seconds of a check that may go into appending what is kept."""


class Kept(msgspec.Struct, frozen=True):
    """One line of the spool: a `check.decided` of a withdrawal."""

    at: Instant
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


_read = reader(Kept)


def to_stderr(text: str) -> None:
    """Says it where a person or a service log sees it; where nobody listens, nothing fails."""
    with suppress(OSError, AttributeError, ValueError):
        sys.stderr.write(text + "\n")
        sys.stderr.flush()


class Spool:
    """A file of JSON lines beside the log, readable by its owner only.

    What cannot be read in it is moved to a second file, with `.unreadable` at its
    end, for a person to look at.
    """

    def __init__(self, path: str, warn: Callable[[str], None] = to_stderr) -> None:
        self._path = path
        self._warn = warn

    def keep(self, event: Event, error: LogError) -> None:
        """Remember a withdrawal that the log did not take, and say so."""
        assert isinstance(event.data, CheckDecided)  # noqa: S101 - spools nothing else
        kept = Kept(event.at, event.data, event.release, event.actor, event.identity, event.via)
        try:
            _add(self._path, [msgspec.json.encode(kept)])
            where = f"It is kept in {os.path.basename(self._path)} and will be appended."
        except (OSError, UnicodeEncodeError) as problem:
            where = f"It could not be kept beside the log either ({problem}): write it down."
        self._warn(f"warning: the withdrawal was allowed but not recorded: {error.message} {where}")

    def drain(self, journal: Journal) -> None:
        """Append what is kept, if anything; a log that still cannot be written leaves it there.

        Never raises for what is wrong with the file, for a check must not fail of it.
        The file is locked meanwhile, and what a process that was killed has appended
        already is known by looking: each withdrawal is appended once.
        """
        if not os.path.lexists(self._path):
            return
        try:
            with _opened(self._path, os.O_RDWR) as file:
                flock(file, LOCK_EX | LOCK_NB)
                self._empty(file, journal)
        except BlockingIOError:
            return  # another process is at it
        except LogError:
            return
        except OSError as problem:
            self._warn(f"warning: withdrawals that were kept cannot be appended: {problem}")

    def _empty(self, file: BinaryIO, journal: Journal) -> None:
        lines = [line for line in file.read().splitlines() if line.strip()]
        found = [(_event(line), line) for line in lines]
        events = [event for event, _ in found if event is not None]
        if events:
            snapshot = journal.read()
            new = [event for event in events if not _appended(journal, event)]
            if new:
                journal.write(new, snapshot, timeout=WAIT)
        if damaged := [line for event, line in found if event is None]:
            aside = self._path + UNREADABLE
            _add(aside, damaged)
            self._warn(
                f"warning: {len(damaged)} kept withdrawals cannot be read. They were moved to "
                f"{os.path.basename(aside)}: see what they were, and record them by hand."
            )
        file.truncate(0)


def _event(line: bytes) -> Event | None:
    try:
        kept = _read(line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return kept.event() if kept.data.action is Action.WITHDRAW else None


def _appended(journal: Journal, event: Event) -> bool:
    for entry in journal.log.read_release(event.release or ""):
        with suppress(LogCorrupt):
            if entry.at == event.at and entry.event() == event:
                return True
    return False


def _add(path: str, lines: Sequence[bytes]) -> None:
    """Append lines, durable on return; one that a full disk cut off spoils no other."""
    with _opened(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND) as file:
        _share(file)
        file.write(b"".join(b"\n%b\n" % line for line in lines))
        file.flush()
        os.fsync(file.fileno())


def _share(file: BinaryIO) -> None:
    """Wait for who empties the file, but not for ever: a withdrawal is waiting.

    Raises:
        BlockingIOError: it is still being emptied after WAIT seconds.
    """
    end = monotonic() + WAIT
    while True:
        try:
            flock(file, LOCK_SH | LOCK_NB)
        except BlockingIOError:
            if monotonic() > end:
                raise
            sleep(0.01)
        else:
            return


@contextmanager
def _opened(path: str, flags: int) -> Iterator[BinaryIO]:
    """The file, if it is ours alone: what others can write must not get into the log.

    Raises:
        OSError: it is not, or it cannot be opened.
    """
    handle = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    with os.fdopen(handle, "ab" if flags & os.O_APPEND else "r+b") as file:
        found = os.fstat(handle)
        problem = exposed(path, found)
        if problem or not S_ISREG(found.st_mode):
            raise OSError(" ".join(problem or (f"{path} is not a file.",)))
        yield file
