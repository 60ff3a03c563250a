"""`pubguard log show` and `log export`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import click
import msgspec

from pubguard.cli import terminal
from pubguard.cli.frame import Session, command
from pubguard.clock import london, stamp
from pubguard.ids import check_id
from pubguard.log.encoding import Entry
from pubguard.log.eventlog import EventLog

_DETAILS = 4
_WIDEST = 60
# Where the log stood and which door asked: for replay, not for readers.
_UNSAID = frozenset({"position", "door"})
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)


@command(
    example="""\
pubguard log show
pubguard log show --release cpi-october-2026 --json"""
)
@click.option("--release", metavar="R", help="Only the entries about this release.")
def show(session: Session, release: str | None) -> None:
    """Show the entries, oldest first, with London times.

    Sealed values are shown where they are still held. With --json each entry is
    one line of JSON (JSON lines, not one document).
    """
    log = session.workspace.log
    entries = log.read_release(check_id(release)) if release else log.read()
    session.emit_lines(_shown(log, entries, json=session.json), lambda item: str(item))


@command(
    example="""\
pubguard log export > log.jsonl"""
)
def export(session: Session) -> None:
    """Print every entry, byte for byte as it was hashed, one to a line.

    Always JSON lines, with and without --json. The hash of an entry is SHA-256
    over a zero byte and its line without the line break (RFC 6962).
    """
    raw = None if sys.stdout.isatty() else getattr(sys.stdout, "buffer", None)
    for _, _, body, _ in session.workspace.log.store.read():
        if raw:
            raw.write(body + b"\n")
        else:
            terminal.write(sys.stdout, body.decode())


def _shown(log: EventLog, entries: Iterator[Entry], *, json: bool) -> Iterator[Any]:
    for entry in entries:
        values = log.values(entry)
        sealed = {name: values.get(name) for name in sorted(entry.sealed)}
        yield _document(entry, sealed) if json else _line(entry, sealed)


def _document(entry: Entry, sealed: dict[str, str | None]) -> dict[str, Any]:
    return {
        "index": entry.index,
        "at": stamp(entry.at),
        "kind": entry.kind,
        "release": entry.release,
        "actor": entry.actor,
        "identity": entry.identity,
        "via": entry.via,
        "data": entry.data,
        "sealed": sealed,
    }


def _line(entry: Entry, sealed: dict[str, str | None]) -> str:
    details = [f"{name} {value}" for name, value in _plain(entry)]
    details += [
        f"{name}: {'(erased)' if value is None else value}" for name, value in sealed.items()
    ]
    columns = (
        f"{entry.index:>6}",
        f"{london(entry.at):%d %b %Y %H:%M:%S}",
        f"{entry.kind:<18}",
        f"{entry.release or '-':<28}",
        f"{entry.actor or '-':<12}",
        ", ".join(details),
    )
    return terminal.plain("  ".join(columns).rstrip())


def _plain(entry: Entry) -> Iterator[tuple[str, str]]:
    """The first few fields of the data that fit on a line."""
    data: dict[str, Any] = msgspec.json.decode(entry.data)
    said = ((name, value) for name, value in data.items() if name not in _UNSAID)
    fit = [(name, _word(value)) for name, value in said if isinstance(value, str | int)]
    yield from [each for each in fit if len(each[1]) <= _WIDEST][:_DETAILS]


def _word(value: str | int) -> str:
    """A value for people: London times, and yes or no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        return f"{london(datetime.fromisoformat(value)):%d %b %Y %H:%M:%S}"
    return str(value)
