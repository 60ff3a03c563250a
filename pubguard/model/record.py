"""What the log knows of one release; the state that checks and changes rest on."""

from msgspec import Struct

from pubguard.model.attempt import Action, Instant, Release, State


class Approval(Struct, frozen=True):
    """A sign-off of one manifest by one person."""

    actor: str
    digests: dict[str, str]
    at: Instant
    authors: tuple[str, ...] = ()
    recorded: bool = False


class Armed(Struct, frozen=True):
    """A release that goes out at `slot` by itself: manifest and slot are fixed.

    An arming that an override made possible carries it: what stood against it then
    does not stop it when it fires.
    """

    digests: dict[str, str]
    slot: Instant
    by: str
    at: Instant
    override: str | None = None
    lifted: tuple[str, ...] = ()


class Proposed(Struct, frozen=True):
    """A change of date that is not agreed: the last agreed slot still counts.

    `by` is a person's id or, where `person` is False, a source's name; `lead` says
    that the person is a lead official.
    """

    release_at: Instant | None
    by: str
    at: Instant
    state: State = State.CONFIRMED
    brought_forward: bool = False
    person: bool = False
    lead: bool = False


class Word(Struct, frozen=True):
    """What a source says of a release's date and state; a cancellation has no date."""

    release_at: Instant | None
    state: State


class Override(Struct, frozen=True, kw_only=True):
    """Two persons' word that some codes do not count, once for each output.

    Before `expires_at` it is seconded, or once that is done used, for the release's
    announced `slot` and this manifest. `used` names outputs, an empty text the whole.
    """

    id: str
    release: str
    action: Action
    codes: tuple[str, ...]
    digests: dict[str, str]
    slot: Instant | None
    requested_by: str
    requested_at: Instant
    expires_at: Instant
    lead: bool
    refusal: int | None = None
    seconded_by: str | None = None
    seconded_at: Instant | None = None
    used: tuple[str, ...] = ()


class Permit(Struct, frozen=True, kw_only=True):
    """Leave for one enforcement point to publish an armed release while the guard is away.

    Good from `slot` to `expires_at`, for this content, at `audience`.
    """

    id: str
    release: str
    audience: str
    action: Action
    digests: dict[str, str]
    slot: Instant
    issued_at: Instant
    expires_at: Instant
    revoked_at: Instant | None = None


class Excepted(Struct, frozen=True):
    """A manifest that an override let out, and since when."""

    digests: dict[str, str]
    since: Instant


class Record(Struct, frozen=True, kw_only=True):
    """All that the log knows of one release; the state of stream ``release/ID``.

    `announced_at` is when the present slot became known here, `agreed` is False
    for a new entry that a second person must still agree to; `entered_by` is the
    person who announced it, if one did, and `entered_lead` their being a lead
    official. `said` is the latest word of its source, whatever people decided since.
    `allowed` holds the allowed approvals that `record approved` may yet make count,
    `going` the manifests that an unarmed `publish` was allowed, `excepted` those
    that an override let out, and `published` is when the first output was recorded
    as live. `same` names other ids of this very release, `overrides` the seconded ones,
    `permits` those of the present arming.
    """

    release: Release
    source: str
    announced_at: Instant
    agreed: bool = True
    entered_by: str | None = None
    entered_lead: bool = False
    gone: bool = False
    said: Word | None = None
    proposed: Proposed | None = None
    allowed: tuple[Approval, ...] = ()
    approval: Approval | None = None
    armed: Armed | None = None
    going: tuple[dict[str, str], ...] = ()
    excepted: tuple[Excepted, ...] = ()
    published: Instant | None = None
    same: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    permits: tuple[str, ...] = ()
