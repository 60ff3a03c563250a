"""One GOV.UK statistics announcement, from either API, as a release."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec
from pubguard_plugins.calendars.rows import RowRefused, last_segment

from pubguard.clock import from_wall, london, parse
from pubguard.model import Release, State

SCHEMA = "statistics_announcement"
STATISTICS = "/government/statistics/"
FOLDER = f"{STATISTICS}announcements/"
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_EXACT = re.compile(
    r"(?P<day>\d{1,2}) (?P<month>[A-Z][a-z]+) (?P<year>\d{4}) "
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))? ?(?P<half>am|pm)",
    re.IGNORECASE,
)


class Named(msgspec.Struct):
    """The path that identifies a document or a search result."""

    base_path: str | None = None
    link: str | None = None


class Redirect(msgspec.Struct):
    """Where a replaced document points."""

    destination: str | None = None


class Kind(msgspec.Struct):
    """What a Content API document is; looked at before anything else in it."""

    schema_name: str | None = None
    base_path: str | None = None
    redirects: list[Redirect] = []


class Details(msgspec.Struct):
    """What an announcement says of its date."""

    display_date: str
    state: State
    format_sub_type: str | None = None
    release_timestamp: str | None = None
    latest_change_note: str | None = None
    cancellation_reason: str | None = None


class Announcement(msgspec.Struct):
    """A statistics announcement in the Content API."""

    base_path: str
    title: str
    details: Details


class Result(msgspec.Struct):
    """A search result, as far as `fields` asked for it."""

    link: str
    title: str | None = None
    statistics_announcement_state: State | None = None
    display_date: str | None = None
    release_timestamp: str | None = None


def publication(body: msgspec.Raw, website: str) -> tuple[str, str] | None:
    """The id and the publication's address of an announcement that redirects to it.

    Raises:
        PubguardError, msgspec.ValidationError: it is no document at all.
    """
    kind = msgspec.json.decode(body, type=Kind)
    path = kind.base_path or ""
    targets = [r.destination for r in kind.redirects if r.destination]
    if kind.schema_name != "redirect" or not path.startswith(FOLDER) or len(targets) != 1:
        return None
    # One announcement may also redirect to another, or to a page about many.
    target = targets[0]
    if not target.startswith(STATISTICS) or target.startswith(FOLDER):
        return None
    return last_segment(path), website + target


def announced(body: msgspec.Raw, website: str) -> Release:
    """The release that a Content API document announces.

    Raises:
        RowRefused, PubguardError, msgspec.ValidationError: why it is none.
    """
    kind = msgspec.json.decode(body, type=Kind)
    if kind.schema_name != SCHEMA:
        raise RowRefused(_wrong_kind(kind))
    document = msgspec.json.decode(body, type=Announcement)
    details = document.details
    cancelled = details.state is State.CANCELLED
    release_at, provisional = _when(details.state, details.display_date, details.release_timestamp)
    return Release(
        id=last_segment(document.base_path),
        title=document.title,
        state=details.state,
        release_at=release_at,
        provisional=provisional,
        url=website + document.base_path,
        reason=(details.cancellation_reason if cancelled else None) or details.latest_change_note,
        status=details.format_sub_type,
    )


def found(body: msgspec.Raw, website: str) -> Release:
    """The release that a search result announces.

    Raises:
        RowRefused, PubguardError, msgspec.ValidationError: why it is none.
    """
    result = msgspec.json.decode(body, type=Result)
    if not result.link.startswith(FOLDER):
        raise RowRefused(f"{result.link!r} is no statistics announcement: not under {FOLDER}")
    state = result.statistics_announcement_state
    if state is None or result.title is None:
        lacking = "statistics_announcement_state" if state is None else "title"
        raise RowRefused(f"{lacking} is missing; add it to the search's fields=")
    release_at, provisional = _when(state, result.display_date, result.release_timestamp)
    return Release(
        id=last_segment(result.link),
        title=result.title,
        state=state,
        release_at=release_at,
        provisional=provisional,
        url=website + result.link,
    )


def display_time(text: str) -> datetime | None:
    """``20 January 2016 9:30am`` (London) as an instant; None for provisional words.

    Raises:
        RowRefused: written as an exact time that no calendar or clock shows.
        TimeError: a time that London's clocks skip or show twice.
    """
    exact = _EXACT.fullmatch(text.strip())
    if exact is None:
        return None
    month = exact["month"].capitalize()
    hour = int(exact["hour"])
    try:
        if not 1 <= hour <= 12:
            raise ValueError("hours run from 1 to 12")
        wall = datetime(  # noqa: DTZ001
            int(exact["year"]),
            MONTHS.index(month) + 1,
            int(exact["day"]),
            hour % 12 + (12 if exact["half"].lower() == "pm" else 0),
            int(exact["minute"] or 0),
        )
    except ValueError as error:
        raise RowRefused(f"display_date {text!r} is no time: {error}") from error
    return from_wall(wall)


def _when(state: State, words: str | None, stamp: str | None) -> tuple[datetime | None, str | None]:
    shown = display_time(words) if words else None
    if state is not State.CONFIRMED:
        return shown, words if shown is None or state is State.PROVISIONAL else None
    if words and shown is None:
        raise RowRefused(f"it is confirmed, but its date is {words!r}, which is no exact time")
    trusted = _parse_stamp(stamp) if stamp else None
    if shown and trusted and shown != trusted:
        raise RowRefused(
            f"it has two times: {words!r} is shown, release_timestamp {stamp!r} is "
            f"{london(trusted):%H:%M on %d/%m/%Y} in London"
        )
    return shown or trusted, None


def _parse_stamp(stamp: str) -> datetime:
    if not re.search(r"(Z|[+-]\d\d:?\d\d)$", stamp, re.IGNORECASE):
        raise RowRefused(f"release_timestamp {stamp!r} has no offset")
    return parse(stamp)


def _wrong_kind(kind: Kind) -> str:
    if kind.schema_name is None:
        return "it has no schema_name, so it is no Content API document"
    path = repr(kind.base_path) if kind.base_path else "it"
    said = f"{path} is a {kind.schema_name[:60]!r}, not a {SCHEMA!r}"
    targets = [r.destination for r in kind.redirects if r.destination]
    return f"{said}; it points to {targets[0][:200]!r}" if targets else said
