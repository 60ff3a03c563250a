"""What the log means: folds each event into the states of the streams it moves.

Streams: ``config``, ``release/ID``, ``confirm/BINDING``, ``challenge/ID``, ``override/ID``,
``permit/ID``, ``digest/SHA256``, ``source/NAME``, ``request/KEY``, ``points`` and
``holidays``. A state is a struct, stored as JSON bytes; an unknown stream has none. Folding
is pure, so the log alone remakes every state.
"""

from __future__ import annotations

from typing import Any

import msgspec

from pubguard import events as ev
from pubguard.holidays import HolidayData
from pubguard.ledger import announcements, approvals, challenges, changes, overrides
from pubguard.ledger import permits as permit_folds
from pubguard.ledger import points as point_folds
from pubguard.ledger.announcements import Look, States, slot_of, word
from pubguard.ledger.states import (
    CONFIG,
    HOLIDAYS,
    OVERRIDES,
    PERMITS,
    POINTS,
    RELEASES,
    SOURCES,
    Asked,
    Claimed,
    Confirmation,
    Pointer,
    Points,
    Settings,
    Source,
    challenge_stream,
    confirm_stream,
    digest_stream,
    override_stream,
    permit_stream,
    read_asked,
    read_claimed,
    read_confirmation,
    read_holidays,
    read_override,
    read_permit,
    read_pointer,
    read_points,
    read_record,
    read_settings,
    read_source,
    release_stream,
    request_stream,
    source_stream,
)

__all__ = [
    "CONFIG",
    "HOLIDAYS",
    "MOVES",
    "OVERRIDES",
    "PERMITS",
    "POINTS",
    "RELEASES",
    "SOURCES",
    "Asked",
    "Claimed",
    "Confirmation",
    "Look",
    "Pointer",
    "Points",
    "Settings",
    "Source",
    "challenge_stream",
    "confirm_stream",
    "digest_stream",
    "fold",
    "override_stream",
    "permit_stream",
    "read_asked",
    "read_claimed",
    "read_confirmation",
    "read_holidays",
    "read_override",
    "read_permit",
    "read_pointer",
    "read_points",
    "read_record",
    "read_settings",
    "read_source",
    "release_stream",
    "request_stream",
    "slot_of",
    "source_stream",
    "word",
]


def fold(event: ev.Event, look: Look) -> dict[str, bytes]:
    """The streams that the event changes, each with its new state.

    `look` gives the present state of a stream, None where there is none. Kinds
    that this version does not know change nothing.
    """
    move = _FOLDS.get(event.data.kind)
    if move is None:
        return {}
    states = {**move(event, look), **_asked(event)}
    moved = {stream: _encode(state) for stream, state in states.items()}
    return {stream: body for stream, body in moved.items() if body != look(stream)}


# The log sorts keys, so a state folded from it again must not depend on their order.
_encode = msgspec.json.Encoder(order="deterministic").encode


def _asked(event: ev.Event) -> States:
    once = getattr(event.data, "once", None)
    return {request_stream(once.key): Asked(once.body)} if once else {}


def _config(event: ev.Event, _: Look) -> States:
    data: Any = event.data
    return {CONFIG: Settings(data.settings, data.rules)}


def _holidays(event: ev.Event, _: Look) -> States:
    data: Any = event.data
    return {HOLIDAYS: HolidayData(data.source, data.digest, data.dated, data.days)}


_FOLDS = {
    ev.ConfigChanged.kind: _config,
    ev.HolidaysRead.kind: _holidays,
    **announcements.FOLDS,
    **changes.FOLDS,
    **challenges.FOLDS,
    **approvals.FOLDS,
    **overrides.FOLDS,
    **permit_folds.FOLDS,
    **point_folds.FOLDS,
}

MOVES = frozenset(_FOLDS)
"""The kinds that can move a state."""
