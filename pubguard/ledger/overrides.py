"""How overrides live: requested, seconded, used once for each output."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import structs

from pubguard import events as ev
from pubguard.ledger.announcements import Look, States, find, revised
from pubguard.ledger.states import override_stream, read_override
from pubguard.model import Override, Role

REMEMBERED = 4
"""Seconded overrides that a release remembers; each is good for half an hour."""


def _requested(event: ev.Event, _: Look) -> States:
    data: Any = event.data
    override = Override(
        id=data.override,
        release=event.release or "",
        action=data.action,
        codes=data.codes,
        digests=data.digests,
        slot=data.slot,
        requested_by=event.actor or "",
        requested_at=event.at,
        expires_at=data.expires_at,
        lead=Role.LEAD_OFFICIAL in data.roles,
        refusal=data.refusal,
    )
    return {override_stream(override.id): override}


def _seconded(event: ev.Event, look: Look) -> States:
    data: Any = event.data
    moved = _changed(
        event, look, seconded_by=event.actor, seconded_at=event.at, expires_at=data.expires_at
    )
    record = find(event, look)
    if moved and record:
        moved |= revised(record, overrides=(*record.overrides, data.override)[-REMEMBERED:])
    return moved


def _used(event: ev.Event, look: Look) -> States:
    data: Any = event.data
    body = look(override_stream(data.override))
    return _changed(event, look, used=(*read_override(body).used, *data.outputs)) if body else {}


def _changed(event: ev.Event, look: Look, **changes: Any) -> States:
    data: Any = event.data
    stream = override_stream(data.override)
    body = look(stream)
    return {stream: structs.replace(read_override(body), **changes)} if body else {}


FOLDS: dict[str, Callable[[ev.Event, Look], States]] = {
    ev.OverrideRequested.kind: _requested,
    ev.OverrideSeconded.kind: _seconded,
    ev.OverrideUsed.kind: _used,
}
