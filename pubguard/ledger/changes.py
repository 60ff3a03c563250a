"""How a change of date is proposed, and then agreed or turned down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec import structs

from pubguard import events as ev
from pubguard.ledger.announcements import Look, States, find, revised, word
from pubguard.model import Proposed, Record, Role, State, Word


def _moved(event: ev.Event, look: Look) -> States:
    data: Any = event.data
    record = find(event, look)
    if record is None:
        return {}
    agreed = record.release
    said = _said(event, record, word(data))
    if data.release_at == agreed.release_at and data.state == agreed.state:
        open_ = record.proposed
        # A person's wish does not end because a source repeats the agreed date.
        ends = open_ is None or event.actor is not None or not open_.person
        return revised(record, proposed=None if ends else open_, said=said)
    return _proposed(event, record, data.release_at, data.state, said)


def _cancelled(event: ev.Event, look: Look) -> States:
    data: Any = event.data
    record = find(event, look)
    if record is None:
        return {}
    said = _said(event, record, Word(None, State.CANCELLED))
    if not data.agreed:
        return _proposed(event, record, record.release.release_at, State.CANCELLED, said)
    release = structs.replace(record.release, state=State.CANCELLED)
    return revised(record, release=release, said=said, proposed=None, armed=None)


def _proposed(
    event: ev.Event, record: Record, to: datetime | None, state: State, said: Word | None
) -> States:
    data: Any = event.data
    agreed, open_ = record.release.release_at, record.proposed
    if event.actor is None and open_ and open_.person and _asks(open_, to, state):
        # A source that has caught up with a person's wish does not make it nobody's.
        return revised(record, said=said)
    change = Proposed(
        release_at=to,
        by=event.actor or data.source or "",
        at=event.at,
        state=state,
        brought_forward=bool(to and agreed and to < agreed),
        person=event.actor is not None,
        lead=Role.LEAD_OFFICIAL in data.roles,
    )
    return revised(record, proposed=change, said=said)


def _asks(change: Proposed, to: datetime | None, state: State) -> bool:
    return (change.release_at, change.state) == (to, state)


def _said(event: ev.Event, record: Record, new: Word) -> Word | None:
    """A person's wish is no word of the source."""
    return record.said if event.actor else new


def _agreed(event: ev.Event, look: Look) -> States:
    record = find(event, look)
    if record is None:
        return {}
    change = record.proposed
    if change is None:
        return revised(record, agreed=True)
    release = structs.replace(record.release, release_at=change.release_at, state=change.state)
    if change.state is not State.PROVISIONAL:
        release = structs.replace(release, provisional=None)
    return revised(
        record,
        release=release,
        announced_at=change.at,
        agreed=True,
        proposed=None,
        armed=None,
    )


def _kept(event: ev.Event, look: Look) -> States:
    record = find(event, look)
    return revised(record, proposed=None) if record else {}


FOLDS: dict[str, Callable[[ev.Event, Look], States]] = {
    ev.ReleaseMoved.kind: _moved,
    ev.ReleaseReinstated.kind: _moved,
    ev.ReleaseCancelled.kind: _cancelled,
    ev.ReleaseAgreed.kind: _agreed,
    ev.ReleaseKept.kind: _kept,
}
