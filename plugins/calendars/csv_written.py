"""Releases as a CSV file (RFC 4180) in which no cell can become a formula.

A spreadsheet takes a cell that begins with one of these marks for a formula to
run (OWASP, CSV injection); an apostrophe before it makes it text. Reading takes
that apostrophe off again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pubguard.clock import london
from pubguard.protocols import Listed

COLUMNS = ("id", "title", "release_at", "state", "series", "url", "provisional", "status")
"""Never a contact or a reason: those are not for everybody."""

_MARKS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What begins a formula; the last four are the full-width forms, which some take for them."""
# A cell that only ever had printable text stays as it is; other controls have no place in CSV.
_CONTROLS = dict.fromkeys((*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F), "\ufffd")


def written(listed: Sequence[Listed]) -> str:
    """The lines below their header, each ended by CRLF; times are London's with their offset."""
    import csv
    from io import StringIO

    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(list(map(_neutral, _cells(each))) for each in listed)
    return text.getvalue()


def harmless(text: str) -> str:
    """The text of a cell without the apostrophe that made it harmless."""
    return text[1:] if text[:1] == "'" and _begins_a_formula(text[1:]) else text


def _neutral(text: str) -> str:
    text = text.translate(_CONTROLS)
    return f"'{text}" if _begins_a_formula(text) else text


def _begins_a_formula(text: str) -> bool:
    """Apostrophes before the mark count, so that what was one stays one."""
    return text.lstrip("'").startswith(_MARKS)


def _cells(each: Listed) -> Iterator[str]:
    release = each.release
    yield release.id
    yield release.title
    yield london(release.release_at).isoformat() if release.release_at else ""
    yield release.state.value
    yield release.series or ""
    yield release.url or ""
    yield release.provisional or ""
    yield release.status or ""
