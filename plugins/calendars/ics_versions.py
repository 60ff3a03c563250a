"""Which of several versions of one event counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from pubguard_plugins.calendars.ics_lines import Event
from pubguard_plugins.calendars.ics_properties import REPEATS, split, uid
from pubguard_plugins.calendars.rows import RowRefused

from pubguard.clock import parse
from pubguard.errors import TimeError

_NUMBER = re.compile(r"\d{1,9}", re.ASCII)


def settle(events: Iterable[Event]) -> list[Event]:
    """The events that count: of each UID the latest version.

    The highest SEQUENCE is the latest, then LAST-MODIFIED, then DTSTAMP. Versions
    that are equally late and differ, or that repeat, are all refused.
    """
    all_of_them = list(events)
    versions: dict[str, list[Event]] = {}
    for event in all_of_them:
        if (whole := uid(event)) is not None:
            versions.setdefault(whole, []).append(event)
    for same in versions.values():
        if len(same) > 1:
            _choose(same)
    return [event for event in all_of_them if not event.superseded]


def _choose(same: Sequence[Event]) -> None:
    if any(_heads(event) & set(REPEATS) for event in same):
        for event in same:
            event.fault = "its UID stands in several events that repeat; each release is one event"
        return
    ages = []
    for event in same:
        values = {head: value for line in event.lines for head, _, value in [_loosely(line)]}
        number = values.get("SEQUENCE", "0").strip()
        if not _NUMBER.fullmatch(number):
            for each in same:
                each.fault = f"its SEQUENCE {number[:60]!r} is no number; its UID stands here again"
            return
        stamps = (_stamp(values.get(head, "")) for head in ("LAST-MODIFIED", "DTSTAMP"))
        ages.append((int(number), *stamps))
    last = max(ages)
    latest = [event for event, age in zip(same, ages, strict=True) if age == last]
    for event in same:
        event.superseded = event is not latest[0]
    if any(sorted(event.lines) != sorted(latest[0].lines) for event in latest):
        for event in latest:
            event.superseded = False
            event.fault = (
                f"its UID stands in {len(latest)} events that differ, "
                "and neither SEQUENCE, LAST-MODIFIED nor DTSTAMP says which is later"
            )


def _heads(event: Event) -> set[str]:
    return {_loosely(line)[0] for line in event.lines}


def _stamp(text: str) -> datetime:
    try:
        return parse(text.strip())
    except TimeError:
        return datetime.min.replace(tzinfo=UTC)


def _loosely(line: str) -> tuple[str, Mapping[str, str], str]:
    try:
        return split(line)
    except RowRefused:
        return "", {}, ""
