"""Seeing from a few fields that an event moves nothing, without reading all of it.

Most entries of a log are decisions, and most decisions move no state. Verification
asks this first; whatever it says, `fold` of a quiet event must be empty.
"""

from __future__ import annotations

import msgspec
from msgspec import Raw, Struct

from pubguard.events import CheckDecided
from pubguard.model import Action, Effect


class _Decided(Struct, gc=False):
    """The fields of a decision that say whether it can move anything."""

    decision: str
    action: str
    armed: bool = False
    confirmation: str | None = None


_peek = msgspec.json.Decoder(_Decided).decode
_ALLOW, _APPROVE, _PUBLISH = Effect.ALLOW.value, Action.APPROVE.value, Action.PUBLISH.value


def quiet(kind: str, data: Raw) -> bool:
    """True if an event of that kind with that data certainly moves no state."""
    if kind != CheckDecided.kind:
        return False
    decided = _peek(data)
    if decided.decision != _ALLOW:
        return True
    action = decided.action
    moving = action == _APPROVE or (action == _PUBLISH and not decided.armed)
    return not moving and decided.confirmation is None
