"""One event of an iCalendar file as a release."""

from __future__ import annotations

import re
from datetime import date, datetime, tzinfo
from typing import Any

from pubguard_plugins.calendars.ics_lines import Event
from pubguard_plugins.calendars.ics_properties import REPEATS, Said, identity, properties
from pubguard_plugins.calendars.ics_zones import zone
from pubguard_plugins.calendars.rows import STATES, RowRefused, say_day

from pubguard.clock import from_wall, parse
from pubguard.errors import TimeError
from pubguard.ids import check_id
from pubguard.model import Release, State

MEANING = {
    **STATES,
    "tentative": State.PROVISIONAL,
    "postponed": State.PROVISIONAL,
    "canceled": State.CANCELLED,
}
"""What a STATUS means: RFC 5545's, and those of the ONS feed, which are not RFC 5545's.

ONS writes Postponed for every confirmed release whose date was ever changed, to
an earlier one too, so it opens nothing by itself.
"""

_TIME = re.compile(r"\d{8}(T\d{6}Z?)?", re.ASCII)
_DATE = 8
"""Characters of a date without a time."""


def release(event: Event, floating: tzinfo | None) -> Release:
    """The release that the event announces; `floating` is what a time without a zone means.

    Raises:
        RowRefused, PubguardError: why it is none.
    """
    if event.fault:
        raise RowRefused(event.fault)
    said = properties(event)
    repeats = [each for each in REPEATS if each in said]
    if repeats:
        raise RowRefused(f"it repeats ({repeats[0]}); each release is an event of its own")
    if not said.get("UID", "").strip():
        raise RowRefused("it has no UID, which is the release's id")
    state = _state(said, event.around.method)
    release_at, words = _when(said, state, event, floating)
    if words and state is not State.CANCELLED:
        state = State.PROVISIONAL
    return Release(
        id=check_id(identity(said["UID"].strip())),
        title=said.get("SUMMARY", ""),
        state=state,
        release_at=release_at,
        provisional=said.get("X-PUBGUARD-PROVISIONAL") or words,
        series=said.get("X-PUBGUARD-SERIES") or said.get("CATEGORIES") or None,
        url=said.get("URL", "").strip() or None,
    )


def _state(said: Said, method: str) -> State:
    words = said.get("STATUS", "CANCELLED" if method == "CANCEL" else "").strip()
    meant = MEANING.get(words.casefold())
    if words and meant is None:
        raise RowRefused(f"STATUS {words[:60]!r} is none of {', '.join(MEANING)}")
    own = said.get("X-PUBGUARD-STATE")
    if own is None:
        return meant or State.CONFIRMED
    state = STATES.get(own.strip().casefold())
    if state is None:
        raise RowRefused(f"X-PUBGUARD-STATE {own[:60]!r} is none of {', '.join(STATES)}")
    if meant not in (None, state) and (meant, state) != (State.CONFIRMED, State.PUBLISHED):
        raise RowRefused(f"STATUS says {words!r} and X-PUBGUARD-STATE says {own[:60]!r}")
    return state


def _when(
    said: Said, state: State, event: Event, floating: tzinfo | None
) -> tuple[datetime | None, str | None]:
    try:
        found = _start(said, event, floating)
    except (RowRefused, TimeError):
        # A cancellation closes the gate whatever time it gives.
        if state is State.CANCELLED:
            return None, None
        raise
    return (found, None) if isinstance(found, datetime) else (None, say_day(found))


def _start(said: Said, event: Event, floating: tzinfo | None) -> datetime | date:
    text = said.get("DTSTART", "").strip()
    named = said.get("DTSTART;TZID")
    if not text:
        raise RowRefused("it has no DTSTART")
    if not _TIME.fullmatch(text) or (
        said.get("DTSTART;VALUE", "").upper() == "DATE" and len(text) > _DATE
    ):
        raise RowRefused(f"DTSTART {text[:60]!r} is no date and no time")
    from icalendar import vDate, vDatetime

    read: Any = vDate.from_ical if len(text) == _DATE else vDatetime.from_ical
    try:
        found: datetime | date = read(text)
        if not isinstance(found, datetime):
            return found
        if found.tzinfo is not None:
            return _not_twice(found, text, named, event)
        return from_wall(found, _zone(text, named, event, floating))
    except RowRefused:
        raise
    except ValueError as error:
        raise RowRefused(f"DTSTART {text!r} is no date that a calendar has") from error
    except OverflowError as error:
        raise RowRefused(f"DTSTART {text!r} lies outside the years that can be handled") from error


def _zone(text: str, named: str | None, event: Event, floating: tzinfo | None) -> tzinfo:
    if named is not None:
        return zone(named, event.around)
    if floating is None:
        raise RowRefused(
            f"DTSTART {text} floats: it has no time zone and no Z, so it could be London or UTC. "
            'Say what such times mean with zone = "Europe/London" in the source\'s settings.'
        )
    return floating


def _not_twice(moment: datetime, text: str, named: str | None, event: Event) -> datetime:
    """A time in UTC, which must be one in the named zone too if it names one."""
    moment = parse(moment.isoformat())
    if named is not None:
        wall = moment.replace(tzinfo=None)
        if from_wall(wall, zone(named, event.around)) != moment:
            raise RowRefused(
                f"DTSTART {text} is in UTC by its Z, and in {named[:60]!r} by its TZID"
            )
    return moment
