"""The calendar for others: what may be public before its release, and nothing else.

Addresses of outputs, contacts, reasons, history and actors never stand in an
export. A change that is not agreed does not show: the last agreed slot does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from msgspec import Struct, structs

from pubguard.calendar.history import KINDS
from pubguard.calendar.reading import Shelf
from pubguard.clock import Clock
from pubguard.errors import UsageError
from pubguard.journal import Journal
from pubguard.model import Instant, Record, Release, State
from pubguard.protocols import Calendar, Listed, Writer, Written

Make = Callable[[str], Calendar]
"""Builds a format from its name."""

JSON = "json"
"""The format that needs no plugin."""


class Entry(Struct, frozen=True):
    """One release as ``calendar export --format json`` gives it."""

    id: str
    title: str
    state: State
    release_at: Instant | None
    provisional: str | None
    series: str | None
    status: str | None
    url: str | None


class Exporter:
    """Writes the calendar in the formats that can be written.

    Args:
        journal: what is known.
        clock: when it is written.
        formats: the names of all formats on offer.
        make: builds one of them.
    """

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        formats: Sequence[str],
        make: Callable[[str], Calendar],
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._formats = formats
        self._make = make

    def entries(self) -> list[Entry]:
        """All releases by date, those without one last."""
        names = Entry.__struct_fields__
        found = (structs.asdict(_shown(record)) for record in Shelf(self._journal).records())
        return [Entry(**{name: fields[name] for name in names}) for fields in found]

    def write(self, format_name: str) -> Written:
        """The calendar as text in one of the formats.

        Raises:
            UsageError: there is no such format, or it can only be read.
        """
        writer: Any = self._make(format_name) if format_name in self._formats else None
        if not isinstance(writer, Writer):
            can = sorted(n for n in self._formats if isinstance(self._make(n), Writer))
            message = f"The calendar cannot be written as {format_name[:60]!r}."
            raise UsageError(message, f"Formats: {', '.join([*can, JSON])}.")
        return writer.write(list(self._listed()), self._clock.now())

    def _listed(self) -> Iterator[Listed]:
        for record in Shelf(self._journal).records():
            happened = [
                entry.at
                for entry in self._journal.log.read_release(record.release.id)
                if entry.kind in KINDS
            ]
            yield Listed(_shown(record), max(len(happened) - 1, 0), max(happened, default=None))


def _shown(record: Record) -> Release:
    """What may be public of it; an entry that nobody has agreed to yet is provisional."""
    known = structs.replace(record.release, outputs=(), contact=None, reason=None)
    if record.agreed or known.state is not State.CONFIRMED:
        return known
    return structs.replace(known, state=State.PROVISIONAL)
