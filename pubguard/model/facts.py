"""What rules look at, and what they find."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from msgspec import Struct

from pubguard.model.attempt import Effect, Release, Role, State
from pubguard.model.points import Point
from pubguard.model.record import Armed, Override, Record

T = TypeVar("T", bound=Struct)

# Looked up once: on Python 3.11 a member's look-up costs ten times a comparison.
_PROVISIONAL = State.PROVISIONAL


class Facts(Struct, frozen=True, kw_only=True):
    """All that rules may look at beside the attempt.

    `position` is the log's size when it was read. `roles` are the actor's roles
    as the workspace counts them, `listed` is False for an id that `[people]`
    does not name. `confirmation` is the id of a typed confirmation that fits
    this very attempt and is not used yet. `read_at` is when the release's source
    was last read. `twins` are the records of this very release under other ids;
    `claimed` pairs an output with another release, not yet out, that its digest was
    approved for. `override` covers this very attempt. `points` are the enforcement points,
    from an hour before the slot on. `world` holds one struct per
    fact source, by type.
    """

    position: int = 0
    record: Record | None = None
    roles: frozenset[Role] = frozenset()
    listed: bool = True
    nearest: tuple[str, ...] = ()
    confirmation: str | None = None
    read_at: datetime | None = None
    twins: tuple[Record, ...] = ()
    claimed: tuple[tuple[str, str], ...] = ()
    override: Override | None = None
    points: tuple[Point, ...] = ()
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
