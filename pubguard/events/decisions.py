"""Checks, the settings they were decided under, and typed confirmations."""

from datetime import datetime
from typing import Any, ClassVar

from msgspec import Struct

from pubguard.events.data import Data
from pubguard.model import Action, Effect, Instant, Once, Role


class ConfigChanged(Data, frozen=True, kw_only=True):
    """The settings in force from here on, by dotted key, and which of them changed."""

    kind: ClassVar[str] = "config.changed"
    settings: dict[str, Any]
    changed: tuple[str, ...]
    rules: dict[str, int]


class Spoken(Struct, frozen=True, omit_defaults=True):
    """One verdict as the log keeps it: rule, code and effect, never the text."""

    rule: str
    code: str
    effect: Effect
    overridden_by: str | None = None


class CheckDecided(Data, frozen=True, kw_only=True):
    """The guard was asked and answered. Sealed: `recipients`, `item`, `answer`.

    `position` is the log's size that the log-derived facts were read at and
    `world` the facts of the world by value. The settings in force are those of
    the last config.changed before this entry. `spooled` marks a withdrawal that
    could not be recorded when it was asked for and rests on nothing. `confirmation`
    is the typed confirmation that was used up, by `binding`. Whoever repeats the
    request `once` gets the sealed `answer` again.
    """

    kind: ClassVar[str] = "check.decided"
    action: Action
    decision: Effect
    position: int
    effective_at: datetime | None = None
    digests: dict[str, str] = {}
    output: str | None = None
    authors: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    listed: bool = True
    door: str = "cli"
    spooled: bool = False
    request_id: str | None = None
    once: Once | None = None
    confirmation: str | None = None
    binding: str | None = None
    armed: bool = False
    world: dict[str, Any] = {}
    verdicts: tuple[Spoken, ...] = ()
    recipients: int = 0


class CheckRehearsed(CheckDecided, frozen=True, kw_only=True):
    """Somebody asked what the answer would be at another time."""

    kind: ClassVar[str] = "check.rehearsed"
    asked_at: datetime | None = None


class ChallengeIssued(Data, frozen=True, kw_only=True):
    """A typed confirmation was asked for. `binding` is the digest of all it is bound to."""

    kind: ClassVar[str] = "challenge.issued"
    challenge: str
    binding: str
    type_this: str
    expires_at: Instant
    action: Action
    door: str
    slot: Instant | None = None


class ChallengeAnswered(Data, frozen=True, kw_only=True):
    """The right text was typed; the confirmation can be used once."""

    kind: ClassVar[str] = "challenge.answered"
    challenge: str
    binding: str


class ChallengeFailed(Data, frozen=True, kw_only=True):
    """The wrong text was typed; the third time ends the challenge."""

    kind: ClassVar[str] = "challenge.failed"
    challenge: str
    binding: str


class ChallengeExpired(Data, frozen=True, kw_only=True):
    """Somebody answered too late."""

    kind: ClassVar[str] = "challenge.expired"
    challenge: str
    binding: str
