"""Reads one source into the calendar: good rows land, bad ones are named, nothing is dropped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from msgspec import structs

from pubguard.calendar import sources
from pubguard.calendar.fetched import Fetched
from pubguard.calendar.news import tell_leads
from pubguard.calendar.places import fetch
from pubguard.calendar.planning import VIA
from pubguard.calendar.sifting import sift
from pubguard.calendar.sources import Configured, Make, Reader, Wanted
from pubguard.calendar.storing import ImportReport, Work
from pubguard.clock import Clock
from pubguard.errors import LogConflict, SourceError
from pubguard.events import CalendarImported, Event
from pubguard.journal import Journal
from pubguard.ledger import (
    RELEASES,
    Source,
    read_record,
    read_source,
    release_stream,
    source_stream,
)
from pubguard.model import Record, Release
from pubguard.notices.messenger import Messenger
from pubguard.notices.telling import Told
from pubguard.protocols import Progress, Read, Telling


class Importer:
    """Imports sources, named in the configuration or by their place.

    Args:
        journal: where events go.
        clock: tells which new dates are near.
        configured: the [sources] of the configuration, places absolute.
        formats: the names of all formats on offer.
        make: builds one of them.
        messenger: tells lead officials what waits for them.
    """

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        configured: Mapping[str, Configured],
        formats: Sequence[str],
        make: Make,
        messenger: Messenger,
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._configured = configured
        self._formats = formats
        self._make = make
        self._messenger = messenger

    def run(
        self,
        source: str,
        format_name: str | None = None,
        *,
        dry_run: bool = False,
        tell: Progress = lambda *_: None,
    ) -> ImportReport:
        """Read the source and store what it changes.

        Args:
            source: a [sources] name, a file, a folder or an address.
            format_name: one of the formats on offer; else it is recognised.
            dry_run: report, and store nothing.
            tell: is told how far long work has come.

        Raises:
            SourceError: it cannot be read as a whole; nothing is changed.
            UsageError: there is no such format.
            LogError: the log cannot be read or written.
        """
        wanted = sources.find(source, self._configured, format_name)
        reader = Reader(wanted, self._formats, self._make)
        before = self._before(wanted)
        fetched = fetch(wanted.place, reader.next_page, before[1].etag if before else None)
        if fetched.unchanged and before:
            return self._as_before(*before, dry_run=dry_run)
        read = self._read(reader, fetched, tell)
        records = dict(self._records())
        format_name = reader.name or ""
        name = sources.kept_as(wanted, format_name, read, records, self._is_known)
        sifted = sift(read, records, name, self._clock.now())
        work = Work(self._journal, self._clock, name, records, sifted, trust=wanted.trust_reason)
        report = work.report(format_name) if dry_run else work.store(format_name, tell)
        if not dry_run and (report.landed or not report.refused):
            self._note(report, fetched.digest, None if report.refused else fetched.etag)
            return structs.replace(report, told=self._tell(report))
        return report

    def _tell(self, report: ImportReport) -> Told | None:
        """What this import made wait is told to the lead officials, once."""
        moved = list(dict.fromkeys(event.release or "" for event in report.events))
        rows = self._journal.read(*map(release_stream, moved)).rows
        records = [read_record(rows[name].body) for name in map(release_stream, moved)]
        since = report.events[0].at if moved else None
        waiting = [
            each
            for each in records
            if (
                each.proposed.at >= since
                if each.proposed and since
                else not each.agreed and each.release.id in report.added
            )
        ]
        return tell_leads(self._messenger, waiting)

    def _read(self, reader: Reader, fetched: Fetched, tell: Progress) -> Read:
        calendar = reader.calendar(fetched.documents)
        call = calendar.read
        if isinstance(calendar, Telling):
            call = partial(calendar.read_and_tell, tell=tell)
        read = reader.guarded(call, fetched.documents)
        if isinstance(read, Read) and all(isinstance(r, Release) for r in read.releases):
            return read
        message = f"The format {reader.name} gave back no releases that can be understood."
        raise SourceError(message, "Nothing was changed. Report it to whoever made the plugin.")

    def _records(self) -> Iterator[tuple[str, Record]]:
        for stream, row in self._journal.states(RELEASES):
            yield stream.removeprefix(RELEASES), read_record(row.body)

    def _is_known(self, name: str) -> bool:
        stream = source_stream(name)
        return stream in self._journal.read(stream).rows

    def _before(self, wanted: Wanted) -> tuple[str, Source] | None:
        """What the last import of the very same place left, if one name fits."""
        names = sources.names_for(wanted, self._formats)
        rows = self._journal.read(*map(source_stream, names)).rows
        for name, format_name in names.items():
            row = rows.get(source_stream(name))
            state = read_source(row.body) if row else None
            if state and state.format == format_name:
                return name, state
        return None

    def _as_before(self, name: str, before: Source, *, dry_run: bool) -> ImportReport:
        known = sum(record.source == name for _, record in self._records())
        report = ImportReport(name, before.format, unchanged=known)
        if not dry_run:
            self._note(report, before.digest, before.etag)
        return report

    def _note(self, report: ImportReport, digest: str, etag: str | None) -> None:
        data = CalendarImported(
            source=report.source,
            format=report.format,
            digest=digest,
            etag=etag,
            added=len(report.added),
            changed=len(report.changed),
            unchanged=report.unchanged,
            disappeared=report.disappeared,
            refused=len(report.refused),
        )
        event = Event(at=self._clock.now(), data=data, via=VIA)
        for last in (False, False, True):
            snapshot = self._journal.read(source_stream(report.source))
            try:
                self._journal.write([event], snapshot)
            except LogConflict:
                if last:
                    raise
            else:
                return
