"""Sign-offs, arming, what happened, overrides, and erased values."""

from datetime import datetime
from typing import ClassVar

from pubguard.events.data import Data
from pubguard.model import Action, Instant, Once, Role


class ApprovalRecorded(Data, frozen=True, kw_only=True):
    """A sign-off, with its authors; a claim counts for nothing.

    Sealed: `note`, `item`, `answer`.
    """

    kind: ClassVar[str] = "approval.recorded"
    digests: dict[str, str]
    authors: tuple[str, ...] = ()
    claim: bool = False
    once: Once | None = None


class ReleaseArmed(Data, frozen=True, kw_only=True):
    """The release goes out at `slot` with this manifest by itself.

    `lifted` are the codes that `override` made it possible in spite of.
    """

    kind: ClassVar[str] = "release.armed"
    digests: dict[str, str]
    slot: Instant
    approves: bool = False
    authors: tuple[str, ...] = ()
    override: str | None = None
    lifted: tuple[str, ...] = ()


class ReleaseDisarmed(Data, frozen=True, kw_only=True):
    """The release does not go out by itself any more; `cause` says why in a word."""

    kind: ClassVar[str] = "release.disarmed"
    cause: str


class OutcomeRecorded(Data, frozen=True, kw_only=True):
    """What somebody says happened. Sealed: `note`, `url`, `item`, `answer`.

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
    once: Once | None = None
    bypass: bool = False


class OverrideRequested(Data, frozen=True, kw_only=True):
    """Somebody wants these codes lifted, once for each output. Sealed: `reason`.

    The codes are those of the refusal that it answers, the entry `refusal` where that
    was recorded. Good for `slot` only; to be seconded before `expires_at`.
    """

    kind: ClassVar[str] = "override.requested"
    override: str
    action: Action
    codes: tuple[str, ...]
    expires_at: Instant
    digests: dict[str, str] = {}
    slot: Instant | None = None
    refusal: int | None = None
    roles: tuple[Role, ...] = ()


class OverrideSeconded(Data, frozen=True, kw_only=True):
    """A second person stands behind it; the codes are lifted until `expires_at`."""

    kind: ClassVar[str] = "override.seconded"
    override: str
    expires_at: Instant
    roles: tuple[Role, ...] = ()


class OverrideUsed(Data, frozen=True, kw_only=True):
    """An action went ahead under it; `outputs` (empty text: the whole) are used up."""

    kind: ClassVar[str] = "override.used"
    override: str
    outputs: tuple[str, ...]


class OverrideExpired(Data, frozen=True, kw_only=True):
    """Somebody seconded too late."""

    kind: ClassVar[str] = "override.expired"
    override: str


class PermitIssued(Data, frozen=True, kw_only=True):
    """The enforcement point `audience` may publish this content from `slot` on by itself."""

    kind: ClassVar[str] = "permit.issued"
    permit: str
    audience: str
    action: Action
    digests: dict[str, str]
    slot: Instant
    expires_at: Instant


class PermitRevoked(Data, frozen=True, kw_only=True):
    """The permit counts no more. Sealed: `reason`."""

    kind: ClassVar[str] = "permit.revoked"
    permit: str


class PermitUsed(Data, frozen=True, kw_only=True):
    """An enforcement point published under the permit; `happened_at` is its own word for when."""

    kind: ClassVar[str] = "permit.used"
    permit: str
    output: str | None = None
    happened_at: datetime | None = None


class DataErased(Data, frozen=True, kw_only=True):
    """A sealed value was deleted; the entry that names its digest still verifies."""

    kind: ClassVar[str] = "data.erased"
    entry: int
    field: str


class NoticeSent(Data, frozen=True, kw_only=True):
    """People were to be told of the entry `entry`. Sealed: `subject`, `text`.

    `about` says in a word of what; `reached` are the ids for whom one of the `channels`
    ([notify] names) took the message, `missed` the others, `failed` those of them whom
    a channel did not take or gave no answer about. Why the rest were missed is not
    recorded: it may be a contact or an absence.
    """

    kind: ClassVar[str] = "notice.sent"
    about: str
    entry: int | None = None
    reached: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


class TokenAdded(Data, frozen=True, kw_only=True):
    """An enforcement point may ask over HTTP from here on: its name and what it may do."""

    kind: ClassVar[str] = "token.added"
    name: str
    actions: tuple[Action, ...]
    assert_roles: bool = False
    reads: bool = False


class TokenRevoked(Data, frozen=True, kw_only=True):
    """The enforcement point of that name may ask no more."""

    kind: ClassVar[str] = "token.revoked"
    name: str
