"""The properties of an event: names, parameters and values, as the icalendar library reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pubguard_plugins.calendars.ics_lines import Event
from pubguard_plugins.calendars.rows import RowRefused

_HEAD = re.compile(r'[^":]*(?:"[^"]*"[^":]*)*:')
"""Up to the colon before the value; others may stand in quotes."""

REPEATS = ("RRULE", "RDATE", "EXRULE", "RECURRENCE-ID")
"""What makes an event more than one; none of it is ever counted out."""


class Said(dict[str, str]):
    """The values of an event's properties; parameters stand as ``DTSTART;TZID``."""


def properties(event: Event) -> Said:
    """All that the event says.

    Raises:
        RowRefused: a line cannot be read, or a property stands twice.
    """
    said = Said()
    categories = 0
    for line in event.lines:
        head, parameters, value = split(line)
        if head == "CATEGORIES":
            categories += 1
            value = _only_category(line)
        elif head in said:
            raise RowRefused(f"{head} stands twice in it")
        said[head] = value
        if head == "DTSTART":
            said |= {f"DTSTART;{key}": str(text) for key, text in parameters.items()}
    if categories > 1:
        del said["CATEGORIES"]
    return said


def uid(event: Event) -> str | None:
    """The event's UID as it stands there, None where it has none that can be read."""
    for line in event.lines:
        if line[:3].upper() == "UID":
            try:
                return split(line)[2].strip() or None
            except RowRefused:
                return None
    return None


def identity(text: str) -> str:
    """The part of a UID that is the release's id: after the last slash, before the @."""
    return text.rpartition("/")[2].partition("@")[0]


def name(event: Event) -> str | None:
    """The id by which the event names its release, whether or not it can be one."""
    whole = uid(event)
    return identity(whole) if whole else None


def split(line: str) -> tuple[str, Mapping[str, str], str]:
    """Name, parameters and value of a content line; the library reads all but plain ones.

    Raises:
        RowRefused: it cannot be read.
    """
    head, colon, value = line.partition(":")
    if colon and ";" not in head and "\\" not in value:
        return head.strip().upper(), {}, value
    from icalendar.parser import Contentline

    read: Any = Contentline
    try:
        head, parameters, value = read(line).parts()
    except (ValueError, AssertionError) as error:
        raise RowRefused(f"a line of it cannot be read: {line[:60]!r}") from error
    return head.upper(), {key.upper(): text for key, text in parameters.items()}, value


def _only_category(line: str) -> str:
    """The one category that the line gives, else nothing. Its parameters say nothing for us."""
    from icalendar import Event as Component

    head = _HEAD.match(line)
    value = line[head.end() :] if head else ""
    read: Any = Component.from_ical
    found = read(f"BEGIN:VEVENT\r\nCATEGORIES:{value}\r\nEND:VEVENT\r\n").categories
    return str(found[0]) if len(found) == 1 else ""
