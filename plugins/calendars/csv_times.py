"""Dates and times as people write them into a list, read only where they mean one thing."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from msgspec import Struct
from pubguard_plugins.calendars.csv import Order
from pubguard_plugins.calendars.rows import RowRefused, say_day

from pubguard.clock import DAYS, LONDON, MONTHS, from_wall, parse
from pubguard.errors import TimeError

_ISO = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.]\d+)?)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_TAIL = (
    r"(?:(?:,\s*|\s+)(?:at\s+)?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?(?::(?P<second>\d\d))?"
    r"\s*(?P<half>[ap]\.?m\.?)?(?:\s*(?P<zone>Z|UTC|GMT|BST|[+-]\d\d:?\d\d))?)?"
)
_YEAR = r"(?P<year>\d{4}|\d\d)"
_NAMED = r"(?:(?P<weekday>[A-Za-z]{3,9}),?\s+)?"
_SHAPES = tuple(
    re.compile(shape + _TAIL, re.ASCII | re.IGNORECASE)
    for shape in (
        r"(?P<year>\d{4})[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)",
        rf"(?P<first>\d\d?)[-/.](?P<second_>\d\d?)[-/.]{_YEAR}",
        rf"{_NAMED}(?P<day>\d\d?)(?:st|nd|rd|th)?[\s-](?P<word>[A-Za-z]{{3,9}})\.?,?[\s-]{_YEAR}",
        rf"{_NAMED}(?P<word>[A-Za-z]{{3,9}})\.? (?P<day>\d\d?)(?:st|nd|rd|th)?,? {_YEAR}",
    )
)
_MONTH = re.compile(r"(?P<word>[A-Za-z]{3,9}) \d{4}", re.ASCII)
_OWN = {"GMT": timedelta(0), "BST": timedelta(hours=1)}


class Habit(Struct, frozen=True):
    """How a source writes its times: the zone of those without an offset, and the dates' order."""

    zone: tzinfo | None = None
    order: Order | None = None


def month_and_year(text: str) -> bool:
    """True for words like ``January 2027``."""
    found = _MONTH.fullmatch(text)
    return found is not None and _month(found["word"]) is not None


def read_time(text: str, how: Habit) -> datetime | date:
    """The instant in UTC that the text means, or the date where it gives no time.

    Raises:
        RowRefused: it cannot be read, or could mean more than one thing.
        TimeError: a local time that the clocks skip or show twice.
    """
    iso = _ISO.fullmatch(text)
    try:
        if iso is None:
            return _otherwise(text, how)
        if iso[4]:
            return parse(text)
        if iso[1] is None:
            return date.fromisoformat(text)
        return _instant(datetime.fromisoformat(text), text, how)
    except RowRefused:
        raise
    except ValueError as error:
        raise RowRefused(f"{text[:60]!r} is no date that a calendar has: {error}") from error
    except OverflowError as error:
        raise RowRefused(f"{text[:60]!r} lies outside the years that can be handled") from error


def _otherwise(text: str, how: Habit) -> datetime | date:
    found = next((match for shape in _SHAPES if (match := shape.fullmatch(text))), None)
    if found is None:
        raise RowRefused(
            f"{text[:60]!r} is no date and time that can be read; write it like 2026-11-26T09:30Z"
        )
    said = found.groupdict()
    day = _day(text, said, how)
    if said["hour"] is None:
        return day
    wall = datetime.combine(day, _time(text, said))
    if said["zone"] is None:
        return _instant(wall, text, how)
    return _with_zone(wall, said["zone"].upper(), text)


def _day(text: str, said: dict[str, str | None], how: Habit) -> date:
    year = said["year"] or ""
    if len(year) != len("2026"):
        raise RowRefused(f"{text!r} gives its year in two digits; write all four")
    if said.get("first"):
        return _in_order(text, int(said["first"] or 0), int(said["second_"] or 0), int(year), how)
    month = _month(said["word"] or "") if said.get("word") else int(said["month"] or 0)
    if month is None:
        raise RowRefused(f"{text!r} names no month: {said['word']!r}")
    day = date(int(year), month, int(said["day"] or 0))
    named = said.get("weekday")
    if named and not _abbreviates(named, DAYS[day.weekday()]):
        raise RowRefused(f"{text!r} says {named}, and {say_day(day)} is a {DAYS[day.weekday()]}")
    return day


def _in_order(text: str, first: int, second: int, year: int, how: Habit) -> date:
    order = how.order
    if order is None and first != second and max(first, second) <= len(MONTHS):
        one, other = date(year, second, first), date(year, first, second)
        raise RowRefused(
            f"{text!r} could be {say_day(one)} or {say_day(other)}; write it like "
            f'{one.isoformat()}, or say dates = "dmy" or "mdy" in the source\'s settings'
        )
    if order is None:
        order = "mdy" if second > len(MONTHS) else "dmy"
    day, month = (first, second) if order == "dmy" else (second, first)
    if month > len(MONTHS):
        raise RowRefused(f"{text!r} has no month {month}; dates here are read as {order}")
    return date(year, month, day)


def _time(text: str, said: dict[str, str | None]) -> time:
    hour, half = int(said["hour"] or 0), (said["half"] or "")[:1].lower()
    if not half and said["minute"] is None:
        raise RowRefused(f"{text!r} gives an hour alone; write it like 09:30 or 9:30am")
    if half:
        if not 1 <= hour <= 12:
            raise RowRefused(f"{text!r} has an hour of {hour}{half}m; those run from 1 to 12")
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, int(said["minute"] or 0), int(said["second"] or 0))


def _with_zone(wall: datetime, zone: str, text: str) -> datetime:
    if zone in ("Z", "UTC"):
        return parse(f"{wall.isoformat()}Z")
    if zone not in _OWN:
        return parse(f"{wall.isoformat()}{zone}")
    moment = wall.replace(tzinfo=timezone(_OWN[zone]))
    shown = moment.astimezone(LONDON)
    if shown.utcoffset() != _OWN[zone]:
        raise RowRefused(
            f"{text!r} says {zone}, and London's clocks show {shown.tzname()} then; "
            "write the offset, +00:00 or +01:00"
        )
    return moment.astimezone(UTC)


def _instant(wall: datetime, text: str, how: Habit) -> datetime:
    if how.zone is not None:
        return from_wall(wall, how.zone)
    try:
        if from_wall(wall) == wall.replace(tzinfo=UTC):
            return wall.replace(tzinfo=UTC)
    except TimeError:
        pass  # London's clocks change over it; UTC's do not
    raise RowRefused(
        f"{text!r} has no time zone, and London's clocks differ from UTC then; write its offset "
        '(+01:00 or Z), or say zone = "Europe/London" in the source\'s settings'
    )


def _month(word: str) -> int | None:
    return next((n for n, month in enumerate(MONTHS, 1) if _abbreviates(word, month)), None)


def _abbreviates(word: str, name: str) -> bool:
    short = word.casefold()
    return short in (name.casefold(), name[:3].casefold()) or (
        len(short) == 4 and name.casefold().startswith(short)
    )
