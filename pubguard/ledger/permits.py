"""How permits live: issued with an arming, and ended with it or by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import structs

from pubguard import events as ev
from pubguard.ledger.announcements import Look, States, find, revised
from pubguard.ledger.states import permit_stream, read_permit
from pubguard.model import Permit


def _issued(event: ev.Event, look: Look) -> States:
    data: Any = event.data
    permit = Permit(
        id=data.permit,
        release=event.release or "",
        audience=data.audience,
        action=data.action,
        digests=data.digests,
        slot=data.slot,
        issued_at=event.at,
        expires_at=data.expires_at,
    )
    record = find(event, look)
    moved: States = {permit_stream(permit.id): permit}
    return moved | (revised(record, permits=(*record.permits, permit.id)) if record else {})


def _revoked(event: ev.Event, look: Look) -> States:
    data: Any = event.data
    stream = permit_stream(data.permit)
    body = look(stream)
    return {stream: structs.replace(read_permit(body), revoked_at=event.at)} if body else {}


FOLDS: dict[str, Callable[[ev.Event, Look], States]] = {
    ev.PermitIssued.kind: _issued,
    ev.PermitRevoked.kind: _revoked,
}
