"""Time: the guard's clock, London slots, and times in words.

The only module that reads the clock or imports pendulum (lazily: 35 ms). Every
`datetime` that leaves it is aware and in UTC unless its docstring says London.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from pubguard.errors import TimeError

LONDON = ZoneInfo("Europe/London")
SLOT = time(9, 30)
"""The standard time of release (Code of Practice 2.0, T3.6), London time."""

# English whatever the locale, and several times faster than strftime.
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)

_MICROSECOND = timedelta(microseconds=1)
_DIGITS = "0123456789"
_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600, "day": 86400, "days": 86400}


class Clock(Protocol):
    """Whatever tells the time."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        ...


class SystemClock:
    """The machine's wall clock."""

    def now(self) -> datetime:
        """The present instant, in UTC with microseconds."""
        return datetime.now(UTC)


def london(instant: datetime) -> datetime:
    """The same instant as a London wall-clock time."""
    return instant.astimezone(LONDON)


def london_day(instant: datetime) -> date:
    """The London calendar day of the instant."""
    return instant.astimezone(LONDON).date()


def stamp(instant: datetime) -> str:
    """ISO 8601 in UTC, always six decimals: ``2026-11-26T09:30:00.000000Z``."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def parse(text: str) -> datetime:
    """A time that a person or a program wrote, in UTC.

    ISO 8601 (RFC 3339 included); without an offset it is London's wall clock.

    Raises:
        TimeError: unreadable, a date without a time, a local time that does not
            exist (spring) or one that occurs twice (autumn).
    """
    text = text.strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        moment = _parse_loosely(text, error)
    if len(text) <= 10:
        raise TimeError(
            f"{text!r} is a date without a time.",
            f"Give the time as well, for example {text[:10]}T09:30.",
        )
    if not set(text[7:11]) & set("Tt "):  # anything at all would pass for the separator
        raise _unreadable(text)
    try:
        found = from_wall(moment) if moment.tzinfo is None else moment.astimezone(UTC)
        london(found)  # the first minute of year 1 has no London wall clock
        return found
    except OverflowError as error:
        raise TimeError(
            f"{text!r} lies outside the years that can be handled.",
            "Give a year between 1900 and 9000.",
        ) from error


def from_wall(wall: datetime, zone: tzinfo = LONDON) -> datetime:
    """A naive wall-clock time, London's unless another zone is given, as an instant in UTC.

    Raises:
        TimeError: the clock skips that time, or shows it twice.
        OverflowError: it lies outside the years that can be handled.
    """
    early, late = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    skipped = early.astimezone(zone).replace(tzinfo=None) != wall
    if early == late and not skipped:
        return early
    there = "London" if zone is LONDON else str(zone)
    if skipped:
        hours = "before 01:00 or from 02:00 on" if zone is LONDON else "before or after that hour"
        raise TimeError(
            f"{wall.isoformat(' ')} does not exist in {there}: the clocks go forward over it.",
            f"Give a time {hours}, or add the offset.",
        )
    offsets = " or ".join(wall.replace(tzinfo=zone, fold=fold).isoformat() for fold in (0, 1))
    raise TimeError(
        f"{wall.isoformat(' ')} occurs twice in {there}: the clocks go back.",
        f"Add the offset: {offsets}.",
    )


def slot_on(day: date) -> datetime:
    """09:30 London on that day, in UTC."""
    return from_wall(datetime.combine(day, SLOT))


# One decision says the same slot several times, and a calendar has few different ones.
@lru_cache(maxsize=1024)
def say(instant: datetime) -> str:
    """The instant for people: ``Thursday 26 November 2026, 09:30`` (London)."""
    local = london(instant)
    seconds = f":{local.second:02}" if local.second or local.microsecond else ""
    return (
        f"{DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} {local.year}, "
        f"{local.hour:02}:{local.minute:02}{seconds}"
    )


def say_date(instant: datetime) -> str:
    """The London date for people: ``26 November 2026``."""
    return say_day(london(instant))


def say_day(day: date) -> str:
    """A date for people: ``26 November 2026``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def say_span(us: int) -> str:
    """A length of time in words: ``1 day 18 h 25 min``. Microseconds in, sign ignored."""
    seconds, rest = divmod(abs(us), 1_000_000)
    if not seconds:
        return "less than 1 s" if rest else "0 s"
    days, seconds = divmod(seconds, 86400)
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    words = [f"{days} day{'s' * (days > 1)}"] if days else []
    words += [f"{hours} h"] if hours else []
    words += [f"{minutes} min"] if minutes else []
    words += [f"{seconds} s"] if seconds and not days else []
    return " ".join(words) or "less than 1 min"


def say_gap(us: int) -> str | None:
    """How far from the slot: ``1 day 18 h early``, ``4 min late``; None when exact."""
    return f"{say_span(us)} {'early' if us < 0 else 'late'}" if us else None


def microseconds(span: timedelta) -> int:
    """The span as a whole number of microseconds."""
    return span // _MICROSECOND


def duration(text: str) -> timedelta:
    """A length of time as settings write it: ``1 min``, ``2 h``, ``14 days``.

    Raises:
        TimeError: not a number and one of us, ms, s, min, h, day, days.
    """
    unit = text.strip().lstrip(_DIGITS)
    number = text.strip().removesuffix(unit)
    if not 0 < len(number) < 10 or unit.strip() not in _UNITS:
        raise TimeError(f"{text!r} is not a length of time.", "Write it like 1 min or 14 days.")
    return timedelta(seconds=int(number) * _UNITS[unit.strip()])


def _parse_loosely(text: str, why: ValueError) -> datetime:
    import pendulum

    problem = _unreadable(text)
    try:
        moment = pendulum.parse(text, tz=None, strict=True)
    except ValueError:
        raise problem from why
    if not isinstance(moment, datetime):
        raise problem from why
    return datetime.fromisoformat(moment.isoformat())


def _unreadable(text: str) -> TimeError:
    return TimeError(
        f"{text[:60]!r} is not a time that can be read.",
        "Write it like 2026-11-26T09:30 (London) or 2026-11-26T09:30:00Z.",
    )
