"""GOV.UK's bank-holidays.json, read strictly: a day that is missed must not pass for open."""

from datetime import date

import msgspec
from msgspec import Struct

from pubguard.decoding import reader
from pubguard.errors import SourceError
from pubguard.holidays import DIVISIONS
from pubguard.protocols import Document

LARGEST = 1_000_000
"""Bytes that the file may have; it has about 60,000 for seventeen years."""
LONGEST = 200
"""Characters that the name of a day may have."""

_WANTED = tuple(dict.fromkeys(DIVISIONS.values()))


class _Day(Struct):
    title: str
    date: str


class _Division(Struct):
    events: list[_Day]


_divisions = reader(dict[str, _Division])


def parse_days(document: Document) -> dict[str, dict[str, str]]:
    """The days of every division that a nation needs, in order.

    Raises:
        SourceError: too large, not that file, a division that is missing or empty, a date
            that does not exist or stands twice, a day without a name.
    """
    if len(document.body) > LARGEST:
        raise _refused(document, f"it has {len(document.body):,} bytes and may have {LARGEST:,}")
    try:
        found = _divisions(document.body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        kind = f" ({document.media_type[:60]})" if document.media_type else ""
        raise _refused(document, f"its content{kind} does not have that shape: {error}") from error
    if missing := [name for name in _WANTED if name not in found or not found[name].events]:
        raise _refused(document, f"it has no days for {' and '.join(missing)}")
    return {name: _days(document, name, found[name].events) for name in _WANTED}


def _days(document: Document, division: str, events: list[_Day]) -> dict[str, str]:
    days: dict[str, str] = {}
    for each in events:
        day, title = each.date, each.title.strip()
        if not _is_date(day):
            raise _refused(document, f"{division} has {day[:40]!a}, which is no date")
        if day in days:
            raise _refused(document, f"{division} has {day} twice")
        if not title or len(title) > LONGEST:
            raise _refused(document, f"{division} has {day} without a name that can be shown")
        days[day] = title
    return dict(sorted(days.items()))


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _refused(document: Document, why: str) -> SourceError:
    return SourceError(
        f"{document.place} is not GOV.UK's list of bank holidays: {why}.",
        "Nothing was changed. Check the place, or save the file again and name it with --from.",
    )
