"""The values that everything else speaks in: frozen structs that know only themselves.

Every time is an aware `datetime` in UTC with microseconds. Every digest is the
text ``sha256:`` and 64 lower-case hex digits. An id is the text a source itself
uses, never a title.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from msgspec import Meta, Struct

Instant = Annotated[datetime, Meta(tz=True)]
T = TypeVar("T", bound=Struct)

WHOLE = ""
"""The output name of a digest that stands for the whole release."""


class Action(StrEnum):
    """What somebody wants to do with a release."""

    APPROVE = "approve"
    SCHEDULE = "schedule"
    PUBLISH = "publish"
    REVISE = "revise"
    UPLOAD = "upload"
    SHARE = "share"
    PROMOTE = "promote"
    WITHDRAW = "withdraw"


class State(StrEnum):
    """How firm an announcement is."""

    PROVISIONAL = "provisional"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    PUBLISHED = "published"


# Looked up once: on Python 3.11 a member's look-up costs ten times a comparison.
_PROVISIONAL = State.PROVISIONAL


class Effect(StrEnum):
    """What a verdict does to the decision, from harmless to worst."""

    ALLOW = "allow"
    WARN = "warn"
    CONFIRM = "confirm"
    BLOCK = "block"
    ERROR = "error"


class Role(StrEnum):
    """What a person may be in a workspace."""

    AUTHOR = "author"
    APPROVER = "approver"
    PUBLISHER = "publisher"
    LEAD_OFFICIAL = "lead-official"
    IT = "it"
    AUDITOR = "auditor"


class Lifetime(StrEnum):
    """Whether an output's address is new with the release or already public."""

    NEW = "new"
    EVERGREEN = "evergreen"


class Output(Struct, frozen=True, forbid_unknown_fields=True):
    """One page, file, portal or dashboard of a release."""

    id: str
    kind: str = "page"
    url: str | None = None
    marker: str | None = None
    lifetime: Lifetime = Lifetime.NEW


class Release(Struct, frozen=True, forbid_unknown_fields=True):
    """One announced publication, as its calendar announces it.

    `release_at` is the slot. A provisional release may carry one, which opens
    nothing; `provisional` is then the source's own words ("January 2016").
    `reason` is the source's published reason for its latest change, `status` what
    kind of statistics it calls them ("official", "accredited").
    """

    id: str
    title: str
    state: State
    release_at: Instant | None = None
    provisional: str | None = None
    series: str | None = None
    contact: str | None = None
    url: str | None = None
    reason: str | None = None
    outputs: tuple[Output, ...] = ()
    status: str | None = None


class Actor(Struct, frozen=True):
    """Who acts: an id, the roles claimed or known, and how we know.

    `identity` is "asserted:<OS user>", "token:<name>" or "session:<name>".
    """

    id: str
    roles: frozenset[Role] = frozenset()
    identity: str = "asserted:unknown"

    @property
    def asserted(self) -> bool:
        """True where nothing but the caller's word stands behind the id."""
        return self.identity.startswith("asserted")


class Attempt(Struct, frozen=True, kw_only=True):
    """One question: may this actor do this with this release now?

    `at` is the guard's clock. `effective_at` is when the content would become
    public; None means at once. `digests` maps an output (or WHOLE) to its stored
    digest. `door` names the entrance that asked ("cli", or a token's name).
    """

    action: Action
    release: str
    actor: Actor
    at: datetime
    effective_at: datetime | None = None
    digests: Mapping[str, str] = {}
    output: str | None = None
    authors: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    via: str = "cli"
    door: str = "cli"
    permit: str | None = None
    request_id: str | None = None
    rehearsal: bool = False

    @property
    def public_at(self) -> datetime:
        """The instant at which the content would become public; a past time means at once."""
        effective = self.effective_at
        return effective if effective is not None and effective > self.at else self.at


class Approval(Struct, frozen=True):
    """A sign-off of one manifest by one person."""

    actor: str
    digests: dict[str, str]
    at: Instant
    authors: tuple[str, ...] = ()
    recorded: bool = False


class Armed(Struct, frozen=True):
    """A release that goes out at `slot` by itself: manifest and slot are fixed."""

    digests: dict[str, str]
    slot: Instant
    by: str
    at: Instant


class Proposed(Struct, frozen=True):
    """A change of date that is not agreed: the last agreed slot still counts."""

    release_at: Instant | None
    reason: str | None
    by: str
    at: Instant
    state: State | None = None
    brought_forward: bool = False


class Record(Struct, frozen=True, kw_only=True):
    """All that the log knows of one release; the state of stream ``release/ID``.

    `announced_at` is when the present slot became known here, `agreed` is False
    for a new entry that a second person must still agree to, `allowed` holds the
    allowed approvals that `record approved` may yet make count, `going` the
    manifests that an unarmed `publish` was allowed, and `published` is when the
    first output was recorded as live.
    """

    release: Release
    source: str
    announced_at: Instant
    agreed: bool = True
    gone: bool = False
    proposed: Proposed | None = None
    allowed: tuple[Approval, ...] = ()
    approval: Approval | None = None
    armed: Armed | None = None
    going: tuple[dict[str, str], ...] = ()
    published: Instant | None = None


class Facts(Struct, frozen=True, kw_only=True):
    """All that rules may look at beside the attempt.

    `position` is the log's size when it was read. `roles` are the actor's roles
    as the workspace counts them, `listed` is False for an id that `[people]`
    does not name. `confirmation` is the id of a typed confirmation that fits
    this very attempt and is not used yet. `read_at` is when the release's source
    was last read. `world` holds one struct per fact source, by type.
    """

    position: int = 0
    record: Record | None = None
    roles: frozenset[Role] = frozenset()
    listed: bool = True
    nearest: tuple[str, ...] = ()
    confirmation: str | None = None
    read_at: datetime | None = None
    world: Mapping[type[Any], Any] = {}

    @property
    def release(self) -> Release | None:
        """The release asked about, or None if no calendar names it."""
        return self.record.release if self.record else None

    @property
    def slot(self) -> datetime | None:
        """The announced instant of a release whose date is confirmed."""
        if self.record is None:
            return None
        release = self.record.release
        return None if release.state is _PROVISIONAL else release.release_at

    @property
    def armed(self) -> Armed | None:
        """The arming that still holds for the present slot, if any."""
        armed = None if self.record is None else self.record.armed
        return None if armed is None or armed.slot != self.slot else armed

    def get(self, kind: type[T]) -> T | None:
        """The world fact of that type, or None where it is unknown."""
        found: T | None = self.world.get(kind)
        return found


class Finding(Struct, frozen=True):
    """What one rule says: an effect, and for all but allow a reason and a remedy."""

    effect: Effect
    reason: str = ""
    remedy: str = ""


CLEAR = Finding(Effect.ALLOW)
"""A rule's word that it looked and has no objection. Returning None is silence."""


def warn(reason: str, remedy: str) -> Finding:
    """A finding that is shown and does not stop anything."""
    return Finding(Effect.WARN, reason, remedy)


def confirm(reason: str, remedy: str) -> Finding:
    """A finding that a typed confirmation satisfies."""
    return Finding(Effect.CONFIRM, reason, remedy)


def block(reason: str, remedy: str) -> Finding:
    """A finding that says no."""
    return Finding(Effect.BLOCK, reason, remedy)
