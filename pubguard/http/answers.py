"""What is answered beside the command line's own documents."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from pubguard.decision import Decision
from pubguard.model import Instant
from pubguard.points.keeping import Slot


class Health(Struct, frozen=True):
    """Whether checks can be answered; `settings` is "refused" while a wrong file is passed over."""

    status: str
    settings: str
    version: str


class PublicKeys(Struct, frozen=True):
    """The log's verifier key line, and the permits' public keys as a JWK set."""

    log: str
    keys: list[dict[str, Any]]


class SyncAnswer(Struct, frozen=True):
    """What an enforcement point is told: its permits and their signed status, keys and slots.

    `at` is the guard's clock, which the point holds its own against.
    """

    at: Instant
    permits: list[str]
    status: str
    keys: list[dict[str, Any]]
    slots: tuple[Slot, ...]
    next_sync: Instant


class PermitStatus(Struct, frozen=True):
    """The signed list of permits that count no more, as a JWT."""

    status: str


class Evaluation(Struct, frozen=True):
    """An AuthZEN 1.0 answer: true only for a real allow. `context` is the check's document."""

    decision: bool
    context: Decision
