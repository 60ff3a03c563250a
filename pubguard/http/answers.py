"""What is answered beside the command line's own documents."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from pubguard.decision import Decision


class Health(Struct, frozen=True):
    """Whether checks can be answered; `settings` is "refused" while a wrong file is passed over."""

    status: str
    settings: str
    version: str


class PublicKeys(Struct, frozen=True):
    """The log's verifier key line, and the permits' public keys as a JWK set."""

    log: str
    keys: list[dict[str, Any]]


class Evaluation(Struct, frozen=True):
    """An AuthZEN 1.0 answer: true only for a real allow. `context` is the check's document."""

    decision: bool
    context: Decision
