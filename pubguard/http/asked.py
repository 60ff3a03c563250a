"""What can be asked: the bodies of requests. A name that is not known is refused."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from pubguard.ids import LONGEST
from pubguard.model import Action, Role

Id = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?!\.))*$", min_length=1, max_length=LONGEST)
]
_LETTERS = r"!-~\u00a1-\u00ac\u00ae-\u0377\u0400-\u052f\u1e00-\u1eff"
Person = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=LONGEST,
        pattern=f"^[{_LETTERS}][ {_LETTERS}]*$",
        description="A person's id, in letters of Europe.",
    ),
]
Output = Annotated[
    str, Meta(pattern=r"^(?:[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?!\.))*)?$", max_length=LONGEST)
]
Digest = Annotated[str, Meta(pattern=r"^sha256:[0-9A-Fa-f]{64}$")]
_DAY = (
    r"(?:(?:19|2[0-9])[0-9]{2}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    r"|(?:19|2[0-9])(?:0[48]|[2468][048]|[13579][26])-02-29)"
)
_TIME = r"T(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
_ZONE = r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
When = Annotated[
    str,
    Meta(
        min_length=10,
        max_length=64,
        description="ISO 8601. Without an offset it is London's wall clock.",
        extra_json_schema={"pattern": f"^{_DAY}{_TIME}{_ZONE}$"},
    ),
]
Line = Annotated[str, Meta(max_length=500)]
Words = Annotated[str, Meta(max_length=10_000)]
RequestId = Annotated[str, Meta(pattern=r"^[!-~]{1,200}$")]
Address = Annotated[str, Meta(min_length=1, max_length=320, pattern=r"^[^\r\n]*$")]
Via = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[ -~]+$")]


class Asking(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every body shares: nothing unknown in it."""


class ActorGiven(Asking, frozen=True, kw_only=True):
    """Who acts. Roles count only from a token that may assert them."""

    id: Person
    roles: Annotated[tuple[Role, ...], Meta(max_length=10)] = ()


class ItemGiven(Asking, frozen=True, kw_only=True):
    """The publishing system's own name for the content."""

    system: Line = ""
    id: Line | int = ""
    type: Line = ""
    title: Words = ""
    url: Words = ""


class Content(Asking, frozen=True, kw_only=True):
    """What check and record share: which release, whose act, which content."""

    release: Id
    actor: ActorGiven
    authors: Annotated[tuple[Person, ...], Meta(max_length=100)] = ()
    digests: Annotated[dict[Output, Digest], Meta(max_length=5000)] = {}
    digest: Digest | None = None
    output: Id | None = None
    item: ItemGiven | None = None
    via: Via | None = None
    request_id: RequestId | None = None


class Question(Content, frozen=True, kw_only=True):
    """May this action go ahead now? `confirmation` is the id of an answered challenge.

    An answered challenge is found by what it is bound to, so that naming it changes nothing.
    """

    action: Action
    effective_at: When | None = None
    recipients: Annotated[tuple[Address, ...], Meta(max_length=1000)] = ()
    confirmation: Line | None = None
    permit: Words | None = None


class Typed(Asking, frozen=True, kw_only=True):
    """The typed answer to a challenge."""

    challenge: Annotated[str, Meta(pattern=r"^[0-9a-f]{1,64}$")]
    actor: ActorGiven
    typed: Line


class Said(Content, frozen=True, kw_only=True):
    """What is said to have happened; `occurred_at` is kept as claimed."""

    outcome: Annotated[str, Meta(pattern="^(approved|published|failed|withdrawn|corrected)$")]
    occurred_at: When | None = None
    url: Words = ""
    permit: Words | None = None
    note: Words = ""


class SyncItem(Struct, frozen=True, kw_only=True):
    """One item of a publishing system; `release` is null or left out where it names none."""

    id: Line | int = ""
    release: Id | None = None
    output: Id | None = None
    digest: Line | None = None
    scheduled_at: When | None = None
    status: Line = ""


class Synced(Struct, frozen=True, kw_only=True):
    """How an enforcement point is: its software, clock and zone, what it holds."""

    version: Via | None = None
    clock: When | None = None
    zone: Via | None = None
    items: Annotated[tuple[SyncItem, ...], Meta(max_length=2000)] = ()
    permits: Annotated[tuple[Line, ...], Meta(max_length=2000)] = ()


class Subject(Struct, frozen=True, kw_only=True):
    """AuthZEN: who; `properties.roles` as in actor."""

    type: str
    id: Person
    properties: dict[str, Any] = {}


class Act(Struct, frozen=True, kw_only=True):
    """AuthZEN: what, one of pubguard's actions."""

    name: Action
    properties: dict[str, Any] = {}


class Resource(Struct, frozen=True, kw_only=True):
    """AuthZEN: on which release."""

    type: str
    id: Id
    properties: dict[str, Any] = {}


class Evaluating(Struct, frozen=True, kw_only=True):
    """An AuthZEN 1.0 evaluation request. `context` may hold what /v1/check takes."""

    subject: Subject
    action: Act
    resource: Resource
    context: dict[str, Any] = {}
