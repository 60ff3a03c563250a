"""What happened to a release in the calendar, read back from the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct, structs

from pubguard.events import (
    Data,
    ReleaseAgreed,
    ReleaseAnnounced,
    ReleaseCancelled,
    ReleaseDisappeared,
    ReleaseKept,
    ReleaseMoved,
    ReleasePublished,
    ReleaseReinstated,
    ReleaseSame,
)
from pubguard.log.encoding import Entry
from pubguard.log.eventlog import EventLog
from pubguard.model import Instant, Release, Role, State

PROPOSALS = frozenset({ReleaseMoved.kind, ReleaseReinstated.kind, ReleaseCancelled.kind})
"""The kinds that can propose a change."""
KINDS = PROPOSALS | {
    ReleaseAgreed.kind,
    ReleaseAnnounced.kind,
    ReleaseDisappeared.kind,
    ReleaseKept.kind,
    ReleasePublished.kind,
    ReleaseSame.kind,
}
"""The kinds of event that a release's calendar history is made of."""


class Happened(Struct, frozen=True):
    """One calendar event: `changed` holds the fields that it set, with their new values.

    `reason` is null where none was given or it was erased; `roles` are those in
    which the actor acted.
    """

    index: int
    at: Instant
    kind: str
    actor: str | None
    changed: dict[str, Any]
    reason: str | None = None
    roles: tuple[Role, ...] = ()


def history(log: EventLog, release: str) -> Iterator[Happened]:
    """The release's calendar events, in order.

    Raises:
        LogError: the log cannot be read.
    """
    entries = [entry for entry in log.read_release(release) if entry.kind in KINDS]
    for entry, data, changed in _changes(entries):
        reason = log.values(entry).get("reason")
        roles = getattr(data, "roles", ())
        yield Happened(entry.index, entry.at, entry.kind, entry.actor, changed, reason, roles)


def reasons(log: EventLog, release: str) -> frozenset[str] | None:
    """Every reason that was given for the release; None where one was erased since.

    Raises:
        LogError: the log cannot be read.
    """
    found: set[str] = set()
    for entry in log.read_release(release):
        if entry.kind not in KINDS or "reason" not in entry.sealed:
            continue
        if (text := log.values(entry).get("reason")) is None:
            return None
        found.add(text)
    return frozenset(found)


def _changes(entries: Iterable[Entry]) -> Iterator[tuple[Entry, Data, dict[str, Any]]]:
    """Each entry with the fields of the release that it sets, against the one before."""
    have: dict[str, Any] = {}
    for entry in entries:
        data = entry.event().data
        if isinstance(data, ReleaseAnnounced):
            new = _told(data.release)
            changed = {name: v for name, v in new.items() if v != have.get(name)}
            have = new
        else:
            changed = _changed(data)
            have |= {name: v for name, v in changed.items() if name in have}
        yield entry, data, changed


def _changed(data: Data) -> dict[str, Any]:
    match data:
        case ReleaseMoved() | ReleaseReinstated():
            return {"proposed": {"release_at": data.release_at, "state": data.state}}
        case ReleaseCancelled(agreed=True):
            return {"state": State.CANCELLED}
        case ReleaseCancelled():
            return {"proposed": {"state": State.CANCELLED}}
        case ReleaseAgreed() | ReleaseKept():
            fields = {"release_at": data.release_at, "state": data.state}
            return {name: value for name, value in fields.items() if value is not None}
        case ReleasePublished():
            return {"state": State.PUBLISHED, "url": data.url}
        case ReleaseSame():
            return {"not_same_as" if data.undone else "same_as": data.other}
        case ReleaseDisappeared():
            return {"in_source": data.back}
    return {}


def _told(release: Release) -> dict[str, Any]:
    fields = structs.asdict(release)
    return {name: value for name, value in fields.items() if name not in ("id", "reason")}
