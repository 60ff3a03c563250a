"""The calendar in words: aligned columns, London times, and what waits to be agreed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pubguard.calendar.storing import ImportReport
from pubguard.cli.terminal import plain
from pubguard.clock import london, say
from pubguard.events import (
    Event,
    ReleaseAnnounced,
    ReleaseCancelled,
    ReleaseDisappeared,
    ReleaseMoved,
)
from pubguard.model import Record, Release, State

MOST = 40
"""Changed releases that an import lists one by one."""


def import_text(report: ImportReport, *, dry_run: bool) -> str:
    """What an import did, for people."""
    counts = [
        f"{len(report.added)} added",
        f"{len(report.changed)} changed",
        f"{report.unchanged} unchanged",
        f"{len(report.disappeared)} disappeared",
        f"{len(report.refused)} refused",
    ]
    did = "dry run" if dry_run else "imported"
    first = f"{plain(report.source)} ({report.format}), {did}: {', '.join(counts)}."
    lines = columns([(e.release or "", _event_words(e)) for e in report.events[:MOST]])
    more = len(report.events) - MOST
    return "\n".join([first, *lines, *([f"  and {more} more"] if more > 0 else [])])


def list_text(records: Sequence[Record]) -> str:
    """All releases, one line each."""
    if not records:
        return "The calendar is empty. Fill it with: pubguard calendar import SOURCE"
    rows = []
    for record in records:
        release = record.release
        rows.append((when(release), str(release.state), release.id, release.title + marks(record)))
    return "\n".join(line.removeprefix("  ") for line in columns(rows))


def columns(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Rows of cells as indented lines, each column as wide as it must be."""
    shown = [[plain(cell) for cell in row] for row in rows]
    widths = [min(max(map(len, column)), 90) for column in zip(*shown, strict=True)]
    for row in shown:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        yield f"  {'  '.join(cells)}".rstrip()


def when(release: Release) -> str:
    """The announced time in short, or the words for it."""
    if release.release_at is None or (release.provisional and is_open(release)):
        return release.provisional or "no date"
    return f"{london(release.release_at):%a %d %b %Y %H:%M}"


def is_open(release: Release) -> bool:
    """True while no date is fixed."""
    return release.state is State.PROVISIONAL


def marks(record: Record) -> str:
    """What should be seen of a release at a glance, in brackets."""
    found = []
    if record.proposed:
        found.append("a change waits to be agreed")
    if not record.agreed:
        found.append("not agreed")
    if record.gone:
        found.append("no longer in its source")
    return f" ({'; '.join(found)})" if found else ""


def _event_words(event: Event) -> str:
    data = event.data
    if isinstance(data, ReleaseAnnounced):
        nod = "" if data.agreed else "; less than 24 hours ahead, blocked until agreed"
        return f"{data.release.state}, {when(data.release)}{nod}"
    if isinstance(data, ReleaseMoved):
        at = say(data.release_at) if data.release_at else "no date"
        return f"change proposed: {data.state}, {at}; blocked until agreed"
    if isinstance(data, ReleaseCancelled):
        return "cancelled"
    if isinstance(data, ReleaseDisappeared):
        return "named again" if data.back else "no longer in the source; kept"
    return data.kind
