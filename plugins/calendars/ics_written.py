"""Releases as an iCalendar file to subscribe to, by the icalendar library.

Imported only where something is written, so the library may stand at the top.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from icalendar import Calendar, Event, vText

from pubguard.model import State
from pubguard.protocols import Listed, Written

DOMAIN = "pubguard"
"""Stands behind the @ of every UID."""
STATUS = {
    State.PROVISIONAL: "TENTATIVE",
    State.CONFIRMED: "CONFIRMED",
    State.PUBLISHED: "CONFIRMED",
    State.CANCELLED: "CANCELLED",
}

# RFC 5545 has no place for control characters, and some readers end a line at any of these.
_LINE_ENDS = dict.fromkeys((0x0B, 0x0C, 0x0D, 0x1C, 0x1D, 0x1E, 0x85, 0x2028, 0x2029), "\n")
_CONTROLS = dict.fromkeys((*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0xA0)), "\ufffd")
_PLAIN = _CONTROLS | _LINE_ENDS


class _Text(vText):
    """Text escaped as RFC 5545, 3.3.11 has it; the library takes a backslash and N for a line."""

    __slots__ = ()

    def to_ical(self) -> bytes:
        """The escaped bytes."""
        text = self.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
        return text.replace("\n", "\\n").encode()


def written(listed: Sequence[Listed], name: str, now: datetime) -> Written:
    """The calendar as text with CRLF; releases without a date and a time are left out."""
    calendar = Calendar()
    calendar.add("PRODID", "-//pubguard//release calendar//EN")
    calendar.add("VERSION", "2.0")
    if name:
        calendar["NAME"] = calendar["X-WR-CALNAME"] = _text(name)
    for each in listed:
        slot = each.release.release_at
        if slot is not None:
            calendar.add_component(_event(each, slot, now))
    left_out = tuple(each.release.id for each in listed if each.release.release_at is None)
    return Written(calendar.to_ical().decode(), left_out)


def _event(each: Listed, slot: datetime, now: datetime) -> Event:
    release = each.release
    event = Event()
    event.add("UID", f"{release.id}@{DOMAIN}")
    # Without a METHOD it says when this was last revised, so the same calendar is the same file.
    event.add("DTSTAMP", (each.changed_at or now).astimezone(UTC))
    event.add("DTSTART", slot.astimezone(UTC))
    event["SUMMARY"] = _text(release.title)
    event.add("STATUS", STATUS[release.state])
    event.add("SEQUENCE", each.changes)
    event.add("TRANSP", "TRANSPARENT")
    if each.changed_at:
        event.add("LAST-MODIFIED", each.changed_at.astimezone(UTC))
    if release.url:
        event.add("URL", _plain(release.url))
    event.add("X-PUBGUARD-STATE", release.state.value)
    own = {"SERIES": release.series, "PROVISIONAL": release.provisional}
    for key, text in own.items():
        if text:
            event[f"X-PUBGUARD-{key}"] = _text(text)
    return event


def _text(text: str) -> _Text:
    return _Text(_plain(text))


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").translate(_PLAIN)
