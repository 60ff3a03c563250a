"""How typed confirmations live: issued, answered or failed, used once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import structs

from pubguard import events as ev
from pubguard.ledger.announcements import Look, States
from pubguard.ledger.states import (
    Confirmation,
    Pointer,
    challenge_stream,
    confirm_stream,
    read_confirmation,
)

TRIES = 3
"""Wrong answers that end a challenge."""


def _issued(event: ev.Event, _: Look) -> States:
    data: Any = event.data
    return {
        challenge_stream(data.challenge): Pointer(data.binding),
        confirm_stream(data.binding): Confirmation(
            id=data.challenge,
            release=event.release or "",
            actor=event.actor or "",
            door=data.door,
            type_this=data.type_this,
            expires_at=data.expires_at,
            slot=data.slot,
        ),
    }


def _challenge(change: Callable[[Confirmation], Confirmation]) -> Callable[..., States]:
    def move(event: ev.Event, look: Look) -> States:
        data: Any = event.data
        stream = confirm_stream(data.binding)
        body = look(stream)
        if not body or (state := read_confirmation(body)).id != data.challenge:
            return {}
        return {stream: change(state)}

    return move


def _failed(state: Confirmation) -> Confirmation:
    failures = state.failures + 1
    status = "ended" if failures >= TRIES else state.status
    return structs.replace(state, failures=failures, status=status)


def used(binding: str, look: Look) -> States:
    """The binding's confirmation, used up."""
    stream = confirm_stream(binding)
    body = look(stream)
    return {stream: structs.replace(read_confirmation(body), status="used")} if body else {}


FOLDS: dict[str, Callable[[ev.Event, Look], States]] = {
    ev.ChallengeIssued.kind: _issued,
    ev.ChallengeAnswered.kind: _challenge(lambda s: structs.replace(s, status="answered")),
    ev.ChallengeFailed.kind: _challenge(_failed),
    ev.ChallengeExpired.kind: _challenge(lambda s: structs.replace(s, status="ended")),
}
