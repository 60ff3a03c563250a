"""What happens to the calendar: sources read, releases announced, dates changed and agreed."""

from datetime import date
from typing import ClassVar

from pubguard.events.data import Data
from pubguard.model import Instant, Release, Role, State


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

    `roles` are those of the person who announces it; a source has none. Sealed:
    `title`-like free text stays in `release`, which is public anyway; `reason` is sealed.
    """

    kind: ClassVar[str] = "release.announced"
    release: Release
    source: str
    agreed: bool = True
    roles: tuple[Role, ...] = ()


class Proposing(Data, frozen=True, kw_only=True):
    """What the three ways to want another date or state share.

    `source` is the calendar that says so, None for a person, whose roles then stand
    in `roles`. Sealed: `reason`.
    """

    source: str | None = None
    roles: tuple[Role, ...] = ()


class ReleaseMoved(Proposing, frozen=True, kw_only=True):
    """A source or a person wants another slot or state; not in force before it is agreed.

    One that equals the agreed slot and state ends the proposal.
    """

    kind: ClassVar[str] = "release.moved"
    release_at: Instant | None
    state: State


class ReleaseCancelled(Proposing, frozen=True, kw_only=True):
    """A source or a person says that the release will not come.

    `agreed` is False for a confirmed release: the gate closes, and the announced
    slot still shows until the cancellation is agreed.
    """

    kind: ClassVar[str] = "release.cancelled"
    agreed: bool = True


class ReleaseReinstated(Proposing, frozen=True, kw_only=True):
    """A cancelled release is to come after all; not in force before it is agreed."""

    kind: ClassVar[str] = "release.reinstated"
    release_at: Instant | None
    state: State


class ReleaseAgreed(Data, frozen=True, kw_only=True):
    """The new entry, or the proposed change, is in force from here on.

    By the event's actor with these roles, or by the published reason of a trusted `source`.
    """

    kind: ClassVar[str] = "release.agreed"
    release_at: Instant | None = None
    state: State | None = None
    source: str | None = None
    roles: tuple[Role, ...] = ()


class ReleaseKept(Data, frozen=True, kw_only=True):
    """The proposed change was turned down: the agreed slot and state stay."""

    kind: ClassVar[str] = "release.kept"
    release_at: Instant | None = None
    state: State | None = None
    roles: tuple[Role, ...] = ()


class ReleasePublished(Data, frozen=True, kw_only=True):
    """The source's announcement has given way to the publication, at `url`."""

    kind: ClassVar[str] = "release.published"
    source: str
    url: str | None = None


class ReleaseSame(Data, frozen=True, kw_only=True):
    """Two calendars announce one release under two ids; `undone` takes that back."""

    kind: ClassVar[str] = "release.same"
    other: str
    undone: bool = False


class ReleaseDisappeared(Data, frozen=True, kw_only=True):
    """A source no longer names the release; it is kept and reported."""

    kind: ClassVar[str] = "release.disappeared"
    source: str
    back: bool = False


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
