"""How decisions, sign-offs, arming and outcomes change what is known of a release."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import structs

from pubguard import events as ev
from pubguard.ledger.announcements import Look, States, find, revised
from pubguard.ledger.challenges import used
from pubguard.ledger.states import Claimed, digest_stream, read_claimed
from pubguard.model import Action, Approval, Armed, Effect, Excepted, Record, State

KEPT = 8
"""Allowed approvals, and allowed unarmed publications, that a record remembers."""
CLAIMS = 20
"""Releases that a digest remembers having been approved for."""


def same_approval(one: Approval, other: Approval) -> bool:
    """True if the same person signed off the same manifest."""
    return one.actor == other.actor and one.digests == other.digests


def _decided(event: ev.Event, look: Look) -> States:
    data: Any = event.data
    if data.decision is not Effect.ALLOW:
        return {}
    moved = used(data.binding, look) if data.confirmation else {}
    record = find(event, look)
    if record is None:
        return moved
    if data.action is Action.APPROVE:
        approval = Approval(event.actor or "", data.digests, event.at, data.authors)
        others = tuple(a for a in record.allowed if not same_approval(a, approval))
        moved |= revised(record, allowed=(*others, approval)[-KEPT:])
    elif data.action is Action.PUBLISH:
        moved |= _let_go(record, event)
    return moved


def _let_go(record: Record, event: ev.Event) -> States:
    """What an armed release is let go with is known already, unless it was let go early."""
    data: Any = event.data
    # What fires an arming, whatever that was made in spite of, needs no memory of its own.
    known = {None, record.armed.override if record.armed else None}
    lifted = any(spoken.overridden_by not in known for spoken in data.verdicts)
    if data.armed and not lifted:
        return {}
    changes: dict[str, Any] = {}
    if not data.armed and data.digests not in record.going:
        changes["going"] = (*record.going, data.digests)[-KEPT:]
    if lifted and all(data.digests != each.digests for each in record.excepted):
        changes["excepted"] = (*record.excepted, Excepted(data.digests, event.at))[-KEPT:]
    return revised(record, **changes) if changes else {}


def _claims(release: str, digests: Mapping[str, str], look: Look) -> States:
    """Each digest's own memory of what it was approved for."""
    moved: States = {}
    for digest in digests.values():
        body = look(digest_stream(digest))
        others = read_claimed(body).releases if body else ()
        if release not in others:
            moved[digest_stream(digest)] = Claimed((*others, release)[-CLAIMS:])
    return moved


def _approved(event: ev.Event, look: Look) -> States:
    data: Any = event.data
    record = find(event, look)
    if record is None or data.claim:
        return {}
    approval = Approval(event.actor or "", data.digests, event.at, data.authors, recorded=True)
    others = tuple(a for a in record.allowed if not same_approval(a, approval))
    armed = record.armed if record.armed and record.armed.digests == data.digests else None
    claims = _claims(record.release.id, data.digests, look)
    return claims | revised(record, approval=approval, allowed=others, armed=armed)


def _armed(event: ev.Event, look: Look) -> States:
    data: Any = event.data
    record = find(event, look)
    if record is None:
        return {}
    by = event.actor or ""
    approval = record.approval
    if data.approves:
        approval = Approval(by, data.digests, event.at, data.authors)
    armed = Armed(data.digests, data.slot, by, event.at, data.override, data.lifted)
    claims = _claims(record.release.id, data.digests, look) if data.approves else {}
    return claims | revised(record, armed=armed, approval=approval, permits=())


def _disarmed(event: ev.Event, look: Look) -> States:
    record = find(event, look)
    return revised(record, armed=None) if record else {}


def _outcome(event: ev.Event, look: Look) -> States:
    data: Any = event.data
    record = find(event, look)
    if record is None or data.outcome != "published" or data.bypass or record.published:
        return {}
    release = structs.replace(record.release, state=State.PUBLISHED)
    return revised(record, release=release, published=data.happened_at or event.at)


FOLDS: dict[str, Callable[[ev.Event, Look], States]] = {
    ev.CheckDecided.kind: _decided,
    ev.ApprovalRecorded.kind: _approved,
    ev.ReleaseArmed.kind: _armed,
    ev.ReleaseDisarmed.kind: _disarmed,
    ev.OutcomeRecorded.kind: _outcome,
}
