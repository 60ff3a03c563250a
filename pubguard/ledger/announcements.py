"""How calendar events change what is known of a release."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec import Struct, structs

from pubguard import events as ev
from pubguard.ledger.states import Source, read_record, release_stream, source_stream
from pubguard.model import Proposed, Record, Release, State

Look = Callable[[str], bytes | None]
States = dict[str, Struct]


def find(event: ev.Event, look: Look) -> Record | None:
    """The record of the release that the event is about."""
    body = look(release_stream(event.release or ""))
    return read_record(body) if body else None


def revised(record: Record, **changes: Any) -> States:
    """The record with some fields changed, under its stream."""
    return {release_stream(record.release.id): structs.replace(record, **changes)}


def _imported(event: ev.Event, _: Look) -> States:
    data: Any = event.data
    return {source_stream(data.source): Source(data.format, data.digest, event.at, data.etag)}


def _announced(event: ev.Event, look: Look) -> States:
    data: Any = event.data
    record = find(event, look)
    if record is None:
        record = Record(
            release=data.release, source=data.source, announced_at=event.at, agreed=data.agreed
        )
        return {release_stream(data.release.id): record}
    same = _slot(data.release) == _slot(record.release)
    return revised(
        record,
        release=data.release,
        announced_at=record.announced_at if same else event.at,
        agreed=data.agreed,
        gone=False,
        proposed=None,
        armed=record.armed if same else None,
    )


def _slot(release: Release) -> datetime | None:
    return None if release.state is State.PROVISIONAL else release.release_at


def _moved(event: ev.Event, look: Look) -> States:
    data: Any = event.data
    record = find(event, look)
    if record is None:
        return {}
    agreed = record.release
    if data.release_at == agreed.release_at and data.state == agreed.state:
        return revised(record, proposed=None)
    forward = bool(data.release_at and agreed.release_at and data.release_at < agreed.release_at)
    by = event.actor or data.source
    change = Proposed(data.release_at, data.reason, by, event.at, data.state, forward)
    return revised(record, proposed=change)


def _agreed(event: ev.Event, look: Look) -> States:
    record = find(event, look)
    if record is None:
        return {}
    change = record.proposed
    if change is None:
        return revised(record, agreed=True)
    state = change.state or record.release.state
    release = structs.replace(record.release, release_at=change.release_at, state=state)
    return revised(
        record, release=release, announced_at=change.at, agreed=True, proposed=None, armed=None
    )


def _cancelled(event: ev.Event, look: Look) -> States:
    record = find(event, look)
    if record is None:
        return {}
    release = structs.replace(record.release, state=State.CANCELLED)
    return revised(record, release=release, proposed=None, armed=None)


def _disappeared(event: ev.Event, look: Look) -> States:
    data: Any = event.data
    record = find(event, look)
    return revised(record, gone=not data.back) if record else {}


FOLDS: dict[str, Callable[[ev.Event, Look], States]] = {
    ev.CalendarImported.kind: _imported,
    ev.ReleaseAnnounced.kind: _announced,
    ev.ReleaseMoved.kind: _moved,
    ev.ReleaseAgreed.kind: _agreed,
    ev.ReleaseCancelled.kind: _cancelled,
    ev.ReleaseDisappeared.kind: _disappeared,
}
