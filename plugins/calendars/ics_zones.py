"""Which zone a TZID means: IANA's, Windows', or one that the file defines itself.

"GMT Standard Time" is Windows' name for London, summer time included; "Greenwich
Standard Time" has no summer time. The file's own definition counts only for a
name that neither knows, so that no file can say what Europe/London means.
"""

from __future__ import annotations

import re
from datetime import tzinfo
from typing import Any

from pubguard_plugins.calendars.ics_lines import Around
from pubguard_plugins.calendars.rows import RowRefused
from pubguard_plugins.calendars.zones import iana

_LARGEST = 100_000
"""Characters that a zone's own definition may have."""
_RULE = re.compile(
    r"RRULE:FREQ=YEARLY(;(BYMONTH=\d\d?|BYDAY=[+-]?\d?[A-Z]{2}|BYMONTHDAY=[-\d,]+"
    r"|UNTIL=\w+|WKST=[A-Z]{2}|INTERVAL=\d+))*",
    re.ASCII | re.IGNORECASE,
)


def zone(name: str, around: Around) -> tzinfo:
    """The zone of that TZID.

    Raises:
        RowRefused: nobody knows it, or its definition in the file cannot be used.
    """
    known = iana(name.strip("/")) or _windows(name) or around.made.get(name)
    if known is not None:
        return known
    texts = around.zones.get(name)
    if not texts:
        raise RowRefused(f"its time zone {name[:60]!r} is unknown, and the file does not define it")
    if len(texts) > 1:
        raise RowRefused(f"the file defines its time zone {name[:60]!r} in two ways")
    around.made[name] = made = _own(name, next(iter(texts)))
    return made


def _windows(name: str) -> tzinfo | None:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    meant = WINDOWS_TO_OLSON.get(name)
    return iana(meant) if meant else None


def _own(name: str, text: str) -> tzinfo:
    from icalendar import Timezone

    read: Any = Timezone.from_ical

    rules = [line for line in text.splitlines() if line.upper().startswith("RRULE")]
    # A rule that strikes every second would be counted out from 1970 on.
    if len(text) > _LARGEST or not all(map(_RULE.fullmatch, rules)):
        raise RowRefused(f"the file's definition of its time zone {name[:60]!r} is too elaborate")
    try:
        made: tzinfo = read(text).to_tz(lookup_tzid=False)
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
        why = f"cannot be read ({type(error).__name__})"
        raise RowRefused(f"the file's definition of its time zone {name[:60]!r} {why}") from error
    return made
