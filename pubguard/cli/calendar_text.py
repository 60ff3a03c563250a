"""The calendar in words: aligned columns, London times, and what waits to be agreed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pubguard.calendar.history import Happened
from pubguard.calendar.reading import Item
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
    lines = _columns([(e.release or "", _event_words(e)) for e in report.events[:MOST]])
    more = len(report.events) - MOST
    return "\n".join([first, *lines, *([f"  and {more} more"] if more > 0 else [])])


def list_text(records: Sequence[Record]) -> str:
    """All releases, one line each."""
    if not records:
        return "The calendar is empty. Fill it with: pubguard calendar import SOURCE"
    rows = []
    for record in records:
        release = record.release
        rows.append(
            (_when(release), str(release.state), release.id, release.title + _marks(record))
        )
    return "\n".join(line.removeprefix("  ") for line in _columns(rows))


def item_text(item: Item, record: Record) -> str:
    """One release in full."""
    release = record.release
    rows = [
        ("release", item.id),
        ("state", f"{item.state}{_marks(record)}"),
        ("date", _when_long(release)),
        ("source", item.source),
    ]
    if record.proposed:
        rows.insert(3, ("proposed", _proposed(record)))
    rows += [("page", release.url)] if release.url else []
    for output in item.outputs:
        parts = [output.id, output.kind, output.lifetime, output.url or ""]
        rows.append(("output", " ".join(filter(None, parts))))
    lines = [plain(item.title), *_columns(rows), "", "History (London time)"]
    history = [(f"{london(h.at):%d %b %Y %H:%M}", h.kind, _happened(h)) for h in item.history]
    return "\n".join([*lines, *_columns(history)])


def _columns(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    shown = [[plain(cell) for cell in row] for row in rows]
    widths = [min(max(map(len, column)), 90) for column in zip(*shown, strict=True)]
    for row in shown:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        yield f"  {'  '.join(cells)}".rstrip()


def _when(release: Release) -> str:
    if release.release_at is None or (release.provisional and _open(release)):
        return release.provisional or "no date"
    return f"{london(release.release_at):%a %d %b %Y %H:%M}"


def _when_long(release: Release) -> str:
    at, words = release.release_at, release.provisional
    if at is None:
        return words or "no date"
    if not _open(release):
        return say(at)
    return f"{words} (provisionally {say(at)})" if words else f"provisionally {say(at)}"


def _open(release: Release) -> bool:
    return release.state is State.PROVISIONAL


def _marks(record: Record) -> str:
    marks = []
    if record.proposed:
        marks.append("a change waits to be agreed")
    if not record.agreed:
        marks.append("not agreed")
    if record.gone:
        marks.append("no longer in its source")
    return f" ({'; '.join(marks)})" if marks else ""


def _proposed(record: Record) -> str:
    change = record.proposed
    if change is None:
        return ""
    at = say(change.release_at) if change.release_at else "no date"
    state = f", {change.state}" if change.state and change.state is not record.release.state else ""
    because = f": {change.reason}" if change.reason else ""
    return f"{at}{state}; not in force before it is agreed{because}"


def _event_words(event: Event) -> str:
    data = event.data
    if isinstance(data, ReleaseAnnounced):
        nod = "" if data.agreed else "; less than 24 hours ahead, blocked until agreed"
        return f"{data.release.state}, {_when(data.release)}{nod}"
    if isinstance(data, ReleaseMoved):
        at = say(data.release_at) if data.release_at else "no date"
        return f"change proposed: {data.state}, {at}; blocked until agreed"
    if isinstance(data, ReleaseCancelled):
        return "cancelled"
    if isinstance(data, ReleaseDisappeared):
        return "named again" if data.back else "no longer in the source; kept"
    return data.kind


def _happened(happened: Happened) -> str:
    said = [f"{name} {_value(value)}" for name, value in happened.changed.items() if value]
    by = f" by {happened.actor}" if happened.actor else ""
    because = f" because: {happened.reason}" if happened.reason else ""
    return f"{', '.join(said)}{by}{because}"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(_value(inner) for inner in value.values() if inner)
    if hasattr(value, "astimezone"):
        return say(value)
    return f"{len(value)}" if isinstance(value, tuple) else str(value)
