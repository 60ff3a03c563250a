"""Erasing a sealed value: recorded first, then deleted; every hash still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubguard.errors import Refused
from pubguard.events import DataErased, Event
from pubguard.log.encoding import Entry

if TYPE_CHECKING:
    from pubguard.decision import EntryRef
    from pubguard.log.eventlog import EventLog
    from pubguard.model import Actor


def erase(
    log: EventLog, index: int, field: str, actor: Actor, reason: str, via: str = "cli"
) -> EntryRef | None:
    """Record that `field` of entry `index` is erased, and delete it; where that is recorded.

    If it was recorded before and the value is still held, as after a crash in
    between, it is only deleted and None is returned.

    Raises:
        Refused: there is no such entry or sealed field, or it is erased already.
    """
    entry = _entry(log, index)
    if field not in entry.sealed:
        names = ", ".join(sorted(entry.sealed)) or "none"
        raise Refused(f"Entry {index} has no sealed {field!r}.", f"Its sealed fields: {names}.")
    held, recorded = field in log.values(entry), _recorded(log, entry, field)
    if not held and recorded:
        raise Refused(f"The {field} of entry {index} is erased already.", "Nothing is left to do.")
    ref = None
    if not recorded:
        event = Event(
            at=log.clock.now(),
            data=DataErased(entry=index, field=field),
            release=entry.release,
            actor=actor.id,
            identity=actor.identity,
            via=via,
            sealed={"reason": reason},
        )
        (ref,) = log.append([event], {}, {})
    log.store.erase(bytes.fromhex(entry.sealed[field]))
    return ref


def _entry(log: EventLog, index: int) -> Entry:
    for entry in log.read(index, index + 1):
        return entry
    raise Refused(f"There is no entry {index}.", f"The log has {log.size()}, numbered from 0 on.")


def _recorded(log: EventLog, entry: Entry, field: str) -> bool:
    later = log.read_release(entry.release) if entry.release else log.read(entry.index + 1)
    return any(
        each.kind == DataErased.kind
        and each.event().data == DataErased(entry=entry.index, field=field)
        for each in later
    )
