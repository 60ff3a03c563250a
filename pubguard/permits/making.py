"""How a permit is made of an arming."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime, timedelta

from pubguard import ledger
from pubguard.errors import Refused
from pubguard.events import Event, PermitIssued, ReleaseArmed
from pubguard.model import Action, Actor, Permit, Record

GOOD = timedelta(hours=2)
"""How long after its slot a permit is good."""


def permits_of(armed: ReleaseArmed, points: Sequence[str]) -> list[PermitIssued]:
    """One permit for each point; none for an empty manifest."""
    if not armed.digests:
        return []
    return [
        PermitIssued(
            permit=os.urandom(16).hex(),
            audience=point,
            action=Action.PUBLISH,
            digests=armed.digests,
            slot=armed.slot,
            expires_at=armed.slot + GOOD,
        )
        for point in points
    ]


def permit_of(event: Event) -> Permit:
    """The permit that an event issued."""
    data = event.data
    assert isinstance(data, PermitIssued)  # noqa: S101 - the callers have looked
    return Permit(
        id=data.permit,
        release=event.release or "",
        audience=data.audience,
        action=data.action,
        digests=data.digests,
        slot=data.slot,
        issued_at=event.at,
        expires_at=data.expires_at,
    )


def armed_now(release: str, record: Record | None) -> ReleaseArmed:
    """The present arming.

    Raises:
        Refused: there is none, or it has no content that a permit could name.
    """
    armed = record.armed if record else None
    if record is None or armed is None or armed.slot != ledger.slot_of(record.release):
        raise Refused(
            f"{release} is not armed, so there is nothing to permit.",
            f"Approve it for its announced time first: pubguard check approve {release}.",
        )
    if not armed.digests:
        raise Refused(
            f"{release} was approved without any digest, so a permit could name no content.",
            "Approve it again with the digest of its content.",
        )
    return ReleaseArmed(digests=armed.digests, slot=armed.slot)


def event_of(data: PermitIssued, release: str, actor: Actor, now: datetime) -> Event:
    """The event by which a person issues a permit."""
    return Event(
        at=now, data=data, release=release, actor=actor.id, identity=actor.identity, via="cli"
    )
