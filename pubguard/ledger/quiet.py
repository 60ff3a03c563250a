"""Seeing from a few fields that an event moves nothing, without reading all of it.

Most entries of a log are decisions, and most decisions move no state. Verification
asks this first; whatever it says, `fold` of a quiet event must be empty.
"""

from __future__ import annotations

from typing import Any, Protocol

from pubguard.events import CheckDecided
from pubguard.model import Action, Effect

_KIND = CheckDecided.kind
_ALLOW = Effect.ALLOW.value
_MOVING = frozenset({Action.APPROVE.value, Action.PUBLISH.value})


class Glance(Protocol):
    """A few fields of an event's data, None where there is no such field."""

    @property
    def action(self) -> Any:
        """What was asked for."""

    @property
    def confirmation(self) -> Any:
        """The typed confirmation that was used up."""

    @property
    def decision(self) -> Any:
        """The answer."""

    @property
    def once(self) -> Any:
        """The request that its caller may repeat."""


def quiet(kind: str, data: Glance) -> bool:
    """True if an event of that kind with that data certainly moves no state."""
    if kind != _KIND or data.once is not None:
        return False
    if data.decision != _ALLOW:
        return True
    return data.action not in _MOVING and data.confirmation is None
