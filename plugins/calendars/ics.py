"""iCalendar (RFC 5545): one event for each release, as calendar programs subscribe to it.

The id is the end of UID. A time without a zone is refused unless `zone` says what
it means; a date without a time stays a date, in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from pubguard_plugins.calendars.rows import collect, refuse_empty, telling

from pubguard.hookspecs import Register, hookimpl
from pubguard.protocols import Document, Listed, Progress, Read, Written

_BEGIN = b"BEGIN:VCALENDAR"


class Ics(Struct, frozen=True):
    """The format ``ics``.

    `zone` is the IANA name of the zone that times without one are in, `name` the
    calendar's name in an export: the organisation's, unless set.
    """

    zone: str | None = None
    name: str = ""

    def __post_init__(self) -> None:
        """Refuse a zone that is none."""
        if self.zone is not None:
            from pubguard_plugins.calendars.zones import setting

            setting(self.zone)

    def recognises(self, document: Document) -> bool:
        """True if the document begins a calendar."""
        return document.body.lstrip()[: len(_BEGIN)].upper() == _BEGIN

    def read(self, documents: Sequence[Document]) -> Read:
        """The releases in the documents; of each UID its latest version.

        Raises:
            SourceError: cut off, not iCalendar, or without any event.
        """
        return self.read_and_tell(documents, lambda *_: None)

    def read_and_tell(self, documents: Sequence[Document], tell: Progress) -> Read:
        """As `read`; `tell` hears how many events have been read."""
        from pubguard_plugins.calendars.ics_lines import events
        from pubguard_plugins.calendars.ics_properties import name
        from pubguard_plugins.calendars.ics_rows import release
        from pubguard_plugins.calendars.ics_versions import settle
        from pubguard_plugins.calendars.zones import setting

        floating = setting(self.zone)
        counting = settle(event for document in documents for event in events(document))
        refuse_empty(documents, len(counting))
        return collect(
            ((event.place, event) for event in telling(counting, tell)),
            lambda event: release(event, floating),
            name,
        )

    def next_page(self, document: Document) -> str | None:  # noqa: ARG002
        """None: an iCalendar file is one page."""
        return None

    def write(self, listed: Sequence[Listed], now: datetime) -> Written:
        """The releases that have a date and a time as a calendar to subscribe to."""
        from pubguard_plugins.calendars.ics_written import written

        return written(listed, self.name, now)


@hookimpl
def register_calendars(register: Register) -> None:
    """Offer ``ics``."""
    register("ics", Ics)
