"""What is announced, who acts, and what they ask."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

Instant = Annotated[datetime, Meta(tz=True)]

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


class Once(Struct, frozen=True):
    """A request that its caller may repeat: the same answer again, not a second decision.

    `key` says whose request it is, `body` what it asked; both are hex digests.
    """

    key: str
    body: str


class Attempt(Struct, frozen=True, kw_only=True):
    """One question: may this actor do this with this release now?

    `at` is the guard's clock. `effective_at` is when the content would become
    public; None means at once. `digests` maps an output (or WHOLE) to its stored
    digest. `door` names the entrance that asked ("cli", or a token's name); `item` is the
    publishing system's own name for the content, as JSON text.
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
    once: Once | None = None
    item: str = ""

    @property
    def public_at(self) -> datetime:
        """The instant at which the content would become public; a past time means at once."""
        effective = self.effective_at
        return effective if effective is not None and effective > self.at else self.at
