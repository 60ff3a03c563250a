"""One small struct per kind of event; its docstring is the documentation.

These are the `data` of an entry. No field may hold personal data: names,
addresses, reasons and free text go into `Event.sealed` under the names given.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from msgspec import Struct

from pubguard.model import Action, Effect, Instant, Release, Role, State


class Data(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What every kind shares: its name in the log."""

    kind: ClassVar[str]


class ConfigChanged(Data, frozen=True, kw_only=True):
    """The settings in force from here on, by dotted key, and which of them changed."""

    kind: ClassVar[str] = "config.changed"
    settings: dict[str, Any]
    changed: tuple[str, ...]
    rules: dict[str, int]


class CalendarImported(Data, frozen=True, kw_only=True):
    """A source was read: its digest, its HTTP entity tag, and what it changed."""

    kind: ClassVar[str] = "calendar.imported"
    source: str
    format: str
    digest: str
    etag: str | None = None
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    disappeared: tuple[str, ...] = ()
    refused: int = 0


class ReleaseAnnounced(Data, frozen=True, kw_only=True):
    """A release is in the calendar, new or with details changed; its slot is as given.

    Sealed: `title`-like free text stays in `release`, which is public anyway;
    `reason` is sealed.
    """

    kind: ClassVar[str] = "release.announced"
    release: Release
    source: str
    agreed: bool = True


class ReleaseMoved(Data, frozen=True, kw_only=True):
    """A source or a person wants another slot or state; not in force before it is agreed.

    One that equals the agreed slot and state ends the proposal. `reason` is the
    source's published one; a person's is sealed.
    """

    kind: ClassVar[str] = "release.moved"
    release_at: Instant | None
    state: State
    source: str
    reason: str | None = None


class ReleaseAgreed(Data, frozen=True, kw_only=True):
    """The new entry, or the proposed change, is in force from here on."""

    kind: ClassVar[str] = "release.agreed"
    release_at: Instant | None = None
    state: State | None = None
    source: str | None = None


class ReleaseCancelled(Data, frozen=True, kw_only=True):
    """The calendar says that the release will not come."""

    kind: ClassVar[str] = "release.cancelled"
    source: str


class ReleaseDisappeared(Data, frozen=True, kw_only=True):
    """A source no longer names the release; it is kept and reported."""

    kind: ClassVar[str] = "release.disappeared"
    source: str
    back: bool = False


class Spoken(Struct, frozen=True, omit_defaults=True):
    """One verdict as the log keeps it: rule, code and effect, never the text."""

    rule: str
    code: str
    effect: Effect
    overridden_by: str | None = None


class CheckDecided(Data, frozen=True, kw_only=True):
    """The guard was asked and answered. Sealed: `recipients`.

    `position` is the log's size that the log-derived facts were read at and
    `world` the facts of the world by value. The settings in force are those of
    the last config.changed before this entry. `spooled` marks a withdrawal that
    could not be recorded when it was asked for and rests on nothing. `confirmation`
    is the typed confirmation that was used up, by `binding`.
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


class ApprovalRecorded(Data, frozen=True, kw_only=True):
    """A sign-off, with its authors. Sealed: `note`. A claim counts for nothing."""

    kind: ClassVar[str] = "approval.recorded"
    digests: dict[str, str]
    authors: tuple[str, ...] = ()
    claim: bool = False


class ReleaseArmed(Data, frozen=True, kw_only=True):
    """The release goes out at `slot` with this manifest by itself."""

    kind: ClassVar[str] = "release.armed"
    digests: dict[str, str]
    slot: Instant
    approves: bool = False
    authors: tuple[str, ...] = ()


class ReleaseDisarmed(Data, frozen=True, kw_only=True):
    """The release does not go out by itself any more; `cause` says why in a word."""

    kind: ClassVar[str] = "release.disarmed"
    cause: str


class OutcomeRecorded(Data, frozen=True, kw_only=True):
    """What somebody says happened. Sealed: `note`, `url`.

    `outcome` is published, failed, withdrawn or corrected; `bypass` marks a
    publication with no allow behind it.
    """

    kind: ClassVar[str] = "outcome.recorded"
    outcome: str
    output: str | None = None
    digests: dict[str, str] = {}
    happened_at: datetime | None = None
    permit: str | None = None
    request_id: str | None = None
    bypass: bool = False


class DataErased(Data, frozen=True, kw_only=True):
    """A sealed value was deleted; the entry that names its digest still verifies."""

    kind: ClassVar[str] = "data.erased"
    entry: int
    field: str


class HolidaysRead(Data, frozen=True, kw_only=True):
    """A list of bank holidays was taken over; checks rest on it from here on.

    `digest` is of the file, `dated` the London day of the file. `days` has for every
    division its closed days, as ISO dates, with what they are called.
    """

    kind: ClassVar[str] = "holidays.read"
    source: str
    digest: str
    dated: date
    days: dict[str, dict[str, str]]


class Event(Struct, frozen=True, kw_only=True):
    """Something that happened, before it has a place in the log.

    `data` is one of the structs above; `sealed` holds the personal and free
    text that is kept beside the log, by name.
    """

    at: datetime
    data: Data
    release: str | None = None
    actor: str | None = None
    identity: str | None = None
    via: str | None = None
    sealed: Mapping[str, str] = {}


KINDS: dict[str, type[Data]] = {
    kind.kind: kind
    for kind in (
        ConfigChanged,
        CalendarImported,
        ReleaseAnnounced,
        ReleaseMoved,
        ReleaseAgreed,
        ReleaseCancelled,
        ReleaseDisappeared,
        CheckDecided,
        CheckRehearsed,
        ChallengeIssued,
        ChallengeAnswered,
        ChallengeFailed,
        ChallengeExpired,
        ApprovalRecorded,
        ReleaseArmed,
        ReleaseDisarmed,
        OutcomeRecorded,
        DataErased,
        HolidaysRead,
    )
}
"""Every kind that this version writes, by name."""
