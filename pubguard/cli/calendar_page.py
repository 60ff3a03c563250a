"""One release as a page: what counts now, what waits, and how it came about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pubguard.calendar.history import Happened
from pubguard.calendar.reading import Item
from pubguard.cli.calendar_text import columns, is_open, marks
from pubguard.cli.terminal import plain
from pubguard.clock import london, say
from pubguard.ledger import word
from pubguard.model import Record, Release, State


def item_text(item: Item, record: Record) -> str:
    """One release in full: state, slot in words, what is proposed, and its history."""
    lines = [plain(item.title), *columns(_facts(item, record))]
    if item.outputs:
        lines += ["", "Outputs", *columns(_outputs(item))]
    lines += ["", "History (London time)"]
    rows = [
        (f"{london(h.at):%d %b %Y %H:%M}", _KINDS.get(h.kind, h.kind), _told(h))
        for h in item.history
    ]
    return "\n".join([*lines, *columns(rows)])


def _facts(item: Item, record: Record) -> Iterator[tuple[str, str]]:
    release = record.release
    yield "release", item.id
    yield "state", f"{item.state}{marks(record)}"
    yield "date", _when(release)
    if item.proposed and record.proposed:
        yield "proposed", _proposed(item, record)
        yield "", f"agree it, or keep the date: pubguard calendar agree {item.id} [--keep]"
    elif not record.agreed:
        yield "", f"a second person agrees it: pubguard calendar agree {item.id} --actor ID"
    yield from (("", f"not yet everywhere: {name}") for name in item.not_yet_everywhere)
    yield "source", item.source
    if record.said is not None and record.said != word(release) and not record.proposed:
        at = record.said.release_at
        yield "", f"which says otherwise: {record.said.state}, {say(at) if at else 'no date'}"
    for name, text in (("series", release.series), ("page", release.url)):
        if text:
            yield name, text
    if record.same:
        yield "same as", ", ".join(record.same)
    if record.approval:
        yield "approved", f"by {record.approval.actor} on {say(record.approval.at)}"
    if record.armed:
        yield "armed", f"by {record.armed.by} on {say(record.armed.at)}; it goes out by itself"
    if record.published:
        yield "published", say(record.published)


def _outputs(item: Item) -> Iterator[tuple[str, ...]]:
    for output in item.outputs:
        yield output.id, output.kind, str(output.lifetime), output.url or ""


def _when(release: Release) -> str:
    at, words = release.release_at, release.provisional
    if at is None:
        return words or "no date"
    if not is_open(release):
        return say(at)
    return f"{words} (provisionally {say(at)})" if words else f"provisionally {say(at)}"


def _proposed(item: Item, record: Record) -> str:
    change, shown = record.proposed, item.proposed
    assert change is not None  # noqa: S101 - the caller has looked
    assert shown is not None  # noqa: S101
    at = say(change.release_at) if change.release_at else "no date"
    what = "to be cancelled" if change.state is State.CANCELLED else at
    state = "" if change.state in (record.release.state, State.CANCELLED) else f", {change.state}"
    because = f": {shown.reason}" if shown.reason else ""
    by = f" (wanted by {change.by})"
    return f"{what}{state}; not in force before it is agreed{because}{by}"


_KINDS = {
    "release.announced": "announced",
    "release.moved": "change wanted",
    "release.cancelled": "cancelled",
    "release.reinstated": "reinstatement wanted",
    "release.agreed": "agreed",
    "release.kept": "date kept",
    "release.published": "published",
    "release.same": "same release",
    "release.disappeared": "in its source",
}


def _told(happened: Happened) -> str:
    said = [_said(name, value) for name, value in happened.changed.items() if value is not None]
    roles = f" ({', '.join(happened.roles)})" if happened.roles else ""
    by = f", by {happened.actor}{roles}" if happened.actor else ""
    because = f", because: {happened.reason}" if happened.reason else ""
    return f"{'; '.join(filter(None, said))}{by}{because}".removeprefix(", ")


_BARE = frozenset({"release_at", "proposed", "same_as"})


def _said(name: str, value: Any) -> str:
    if name in _BARE:
        return _value(value)
    if name == "in_source":
        return "again" if value else "not any more"
    if name == "not_same_as":
        return f"not {value} after all"
    words = _value(value)
    return f"{name} {words}" if words else ""


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(_value(inner) for inner in value.values() if inner)
    if hasattr(value, "astimezone"):
        return say(value)
    return (f"{len(value)}" if value else "") if isinstance(value, tuple) else str(value)
