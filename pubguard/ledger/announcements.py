"""How what calendars announce changes what is known of a release."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct, structs

from pubguard import events as ev
from pubguard.ledger.states import Source, read_record, release_stream, source_stream
from pubguard.model import Record, Release, Role, State, Word

Look = Callable[[str], bytes | None]
States = dict[str, Struct]


def find(event: ev.Event, look: Look) -> Record | None:
    """The record of the release that the event is about."""
    body = look(release_stream(event.release or ""))
    return read_record(body) if body else None


def revised(record: Record, **changes: Any) -> States:
    """The record with some fields changed, under its stream."""
    return {release_stream(record.release.id): structs.replace(record, **changes)}


class Dated(Protocol):
    """Whatever says a date and a state."""

    @property
    def release_at(self) -> datetime | None:
        """The instant, if it has one."""

    @property
    def state(self) -> State:
        """How firm it is."""


def word(said: Dated) -> Word:
    """What a source says of date and state; where nothing will come, no date counts."""
    return Word(None if said.state is State.CANCELLED else said.release_at, said.state)


def slot_of(release: Release) -> datetime | None:
    """The instant that its announcement fixes; a provisional one fixes none."""
    return None if release.state is State.PROVISIONAL else release.release_at


def _imported(event: ev.Event, _: Look) -> States:
    data: Any = event.data
    return {source_stream(data.source): Source(data.format, data.digest, event.at, data.etag)}


def _announced(event: ev.Event, look: Look) -> States:
    data: Any = event.data
    record = find(event, look)
    entered: dict[str, Any] = {
        "entered_by": event.actor,
        "entered_lead": Role.LEAD_OFFICIAL in data.roles,
    }
    if record is None:
        record = Record(
            release=data.release,
            source=data.source,
            announced_at=event.at,
            agreed=data.agreed,
            said=None if event.actor else word(data.release),
            **entered,
        )
        return {release_stream(data.release.id): record}
    same_slot = slot_of(data.release) == slot_of(record.release)
    same = word(data.release) == word(record.release)
    return revised(
        record,
        release=data.release,
        announced_at=record.announced_at if same_slot else event.at,
        agreed=data.agreed,
        gone=False,
        said=record.said if same or event.actor else word(data.release),
        proposed=record.proposed if same else None,
        armed=record.armed if same_slot else None,
        **({} if same else entered),
    )


def _disappeared(event: ev.Event, look: Look) -> States:
    data: Any = event.data
    record = find(event, look)
    return revised(record, gone=not data.back) if record else {}


def _published(event: ev.Event, look: Look) -> States:
    record = find(event, look)
    if record is None:
        return {}
    release = structs.replace(record.release, state=State.PUBLISHED)
    return revised(
        record,
        release=release,
        said=word(release),
        proposed=None,
        published=record.published or event.at,
    )


def _same(event: ev.Event, look: Look) -> States:
    data: Any = event.data
    record = find(event, look)
    if record is None:
        return {}
    others = {*record.same} - {data.other} | ({data.other} if not data.undone else set())
    return revised(record, same=tuple(sorted(others)))


FOLDS: dict[str, Callable[[ev.Event, Look], States]] = {
    ev.CalendarImported.kind: _imported,
    ev.ReleaseAnnounced.kind: _announced,
    ev.ReleaseDisappeared.kind: _disappeared,
    ev.ReleasePublished.kind: _published,
    ev.ReleaseSame.kind: _same,
}
