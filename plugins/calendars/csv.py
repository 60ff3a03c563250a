"""CSV: the lists that offices keep in a spreadsheet, one release to a line.

Nothing is guessed: not the order of day and month, not a zone where London's
clock differs from UTC, not a year of two digits. Each refusal names line and column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct

from pubguard.hookspecs import Register, hookimpl
from pubguard.protocols import Document, Listed, Progress, Read, Written

COLUMNS = (
    *("id", "title", "release_at", "state", "series", "url"),
    *("provisional", "contact", "status", "reason"),
)
REQUIRED = ("id", "title", "release_at")
Order = Literal["dmy", "mdy"]


class Csv(Struct, frozen=True):
    """The format ``csv``.

    `columns` maps ours to the headers of the file where they differ, ``{id = "Ref"}``.
    `zone` is the IANA name of the zone that times without an offset are in. `dates`
    says whether 03/04/2026 begins with the day or the month. `delimiter` is told
    from the header line unless set.
    """

    columns: Mapping[str, str] = {}
    zone: str | None = None
    dates: Order | None = None
    delimiter: str | None = None

    def __post_init__(self) -> None:
        """Refuse settings that cannot mean anything."""
        strangers = [name for name in self.columns if name not in COLUMNS]
        if strangers:
            raise ValueError(f"columns: {strangers[0][:60]!r} is none of {', '.join(COLUMNS)}")
        if self.delimiter is not None and not _can_delimit(self.delimiter):
            raise ValueError(f"delimiter: {self.delimiter[:60]!r} is no mark that parts cells")
        if self.zone is not None:
            from pubguard_plugins.calendars.zones import setting

            setting(self.zone)

    def recognises(self, document: Document) -> bool:
        """True if the first line has the headers of id and title among others."""
        from pubguard_plugins.calendars.csv_table import has_headers

        return has_headers(document, self)

    def read(self, documents: Sequence[Document]) -> Read:
        """The releases in the documents, in their order.

        Raises:
            SourceError: no CSV, a column is missing or stands twice, or there is no line.
        """
        return self.read_and_tell(documents, lambda *_: None)

    def read_and_tell(self, documents: Sequence[Document], tell: Progress) -> Read:
        """As `read`; `tell` hears how many lines have been read."""
        from pubguard_plugins.calendars.csv_rows import Reader
        from pubguard_plugins.calendars.csv_table import lines
        from pubguard_plugins.calendars.rows import collect, refuse_empty, telling

        rows = [line for document in documents for line in lines(document, self)]
        refuse_empty(documents, len(rows))
        reader = Reader(self)
        return collect(
            ((row.place, row) for row in telling(rows, tell)), reader.release, reader.name
        )

    def next_page(self, document: Document) -> str | None:  # noqa: ARG002
        """None: a CSV file is one page."""
        return None

    def write(self, listed: Sequence[Listed], now: datetime) -> Written:  # noqa: ARG002
        """All releases under our own headers, harmless to spreadsheets."""
        from pubguard_plugins.calendars.csv_written import written

        return Written(written(listed))


def _can_delimit(mark: str) -> bool:
    return len(mark) == 1 and mark not in "\"'\r\n " and not mark.isalnum()


@hookimpl
def register_calendars(register: Register) -> None:
    """Offer ``csv``."""
    register("csv", Csv)
