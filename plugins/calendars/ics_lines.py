"""Cuts an iCalendar document into its events, line by line, holding little of it at once.

A million-line file would take gigabytes as icalendar's components, so only the
lines that a release is made of are kept, and the library reads those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import tzinfo
from io import BytesIO

from msgspec import Struct
from pubguard_plugins.calendars.rows import where

from pubguard.errors import SourceError
from pubguard.protocols import Document

KEPT = frozenset(
    {
        *("UID", "SUMMARY", "DTSTART", "STATUS", "URL", "CATEGORIES"),
        *("SEQUENCE", "LAST-MODIFIED", "DTSTAMP"),
        *("RRULE", "RDATE", "EXRULE", "RECURRENCE-ID"),
        *("X-PUBGUARD-STATE", "X-PUBGUARD-SERIES", "X-PUBGUARD-PROVISIONAL"),
    }
)
"""The properties of an event that are looked at."""

_NAME = re.compile(rb"[A-Za-z0-9-]+")


class Around(Struct):
    """What a VCALENDAR says of all its events: its method, and its own zones by name.

    `zones` holds their definitions, `made` those that were needed.
    """

    method: str = ""
    zones: dict[str, set[str]] = {}
    made: dict[str, tzinfo] = {}


class Event(Struct):
    """One VEVENT: its place, its lines, and what speaks against it before it is read."""

    place: str
    lines: tuple[str, ...]
    around: Around
    fault: str | None = None
    superseded: bool = False


def events(document: Document) -> Iterator[Event]:
    """The events of all calendars in the document, in their order.

    Raises:
        SourceError: cut off, not UTF-8, or components that are not closed as they were opened.
    """
    return _Scan(document).events()


class _Scan:
    """One pass over one document, with the components that are open."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.open: list[tuple[str, int]] = []
        self.around = Around()
        self.kept: list[str] = []
        self.first = 0
        self.seen = 0

    def events(self) -> Iterator[Event]:
        for number, line in _unfolded(self.document.body):
            word = line[:6].upper()
            if word == b"BEGIN:":
                self._begin(_component(line[6:]), number)
            elif word[:4] == b"END:":
                name = _component(line[4:])
                self._end(name, number)
                if name == "VEVENT" and len(self.open) == 1:
                    place = f"{where(self.document, self.seen)}, line {self.first}"
                    self.seen += 1
                    yield Event(place, tuple(self.kept), self.around)
                elif name == "VTIMEZONE" and len(self.open) == 1:
                    self._zone()
            else:
                self._property(line, number)
        if self.open:
            name, number = self.open[-1]
            raise self._broken(f"is cut off: BEGIN:{name} on line {number} has no end")

    def _begin(self, name: str, number: int) -> None:
        outer = [each for each, _ in self.open]
        if (name == "VCALENDAR") is not (not outer):
            raise self._broken(f"has a BEGIN:{name} on line {number} where none can stand")
        if name in ("VEVENT", "VTIMEZONE") and len(outer) > 1:
            raise self._broken(f"begins a {name} on line {number} before {outer[-1]} has ended")
        if name == "VCALENDAR":
            self.around = Around()
        elif len(outer) == 1:
            self.kept, self.first = [], number
        elif outer[1] == "VTIMEZONE":
            self.kept.append(f"BEGIN:{name}")
        self.open.append((name, number))

    def _end(self, name: str, number: int) -> None:
        if not self.open or self.open[-1][0] != name:
            inside = f"{self.open[-1][0]} is open" if self.open else "nothing is open"
            raise self._broken(f"has an END:{name} on line {number} where {inside}")
        if len(self.open) > 2 and self.open[1][0] == "VTIMEZONE":
            self.kept.append(f"END:{name}")
        self.open.pop()

    def _property(self, line: bytes, number: int) -> None:
        if not self.open:
            raise self._broken(f"is no iCalendar: line {number} stands outside of it")
        inside = self.open[-1][0]
        found = _NAME.match(line)
        name = found[0].upper().decode() if found else ""
        if len(self.open) == 1:
            self._of_calendar(name, line)
        elif self.open[1][0] == "VTIMEZONE" or (inside == "VEVENT" and name in KEPT):
            self.kept.append(self._text(line, number))

    def _of_calendar(self, name: str, line: bytes) -> None:
        value = line.rpartition(b":")[2].strip().upper()
        if name == "METHOD":
            self.around.method = value.decode("ascii", "replace")
        if name == "VERSION" and value == b"1.0":
            raise self._broken("is a vCalendar 1.0; only iCalendar, which is 2.0, can be read")
        if name == "CALSCALE" and value != b"GREGORIAN":
            raise self._broken("counts its dates by another calendar than the Gregorian")

    def _zone(self) -> None:
        names = [line.partition(":")[2] for line in self.kept if line[:4].upper() == "TZID"]
        text = "\r\n".join(("BEGIN:VTIMEZONE", *self.kept, "END:VTIMEZONE", ""))
        if names:
            self.around.zones.setdefault(names[0].strip(), set()).add(text)

    def _text(self, line: bytes, number: int) -> str:
        try:
            return line.decode()
        except UnicodeDecodeError as error:
            raise self._broken(f"is not UTF-8 in line {number}") from error

    def _broken(self, what: str) -> SourceError:
        remedy = "Fetch or export it again as iCalendar (.ics); nothing was changed."
        return SourceError(f"{self.document.place} {what}.", remedy)


def _unfolded(body: bytes) -> Iterator[tuple[int, bytes]]:
    """The content lines, each whole, with the number of its first line; blank ones left out."""
    first, parts = 0, list[bytes]()
    for number, line in enumerate(BytesIO(body), start=1):
        if line[:1] in (b" ", b"\t") and parts:
            parts.append(line[1:].rstrip(b"\r\n"))
            continue
        line = line.rstrip(b"\r\n")
        if not line:
            continue
        if parts:
            yield first, parts[0] if len(parts) == 1 else b"".join(parts)
        first, parts = number, [line]
    if parts:
        yield first, b"".join(parts)


def _component(name: bytes) -> str:
    return name.strip().upper().decode("ascii", "replace")[:60]
