"""Enforcement points: what they hold, and which have fallen silent."""

from typing import ClassVar

from pubguard.events.data import Data
from pubguard.model import Holding

SILENT = "silent"
CLOCK = "clock"
UNLINKED = "unlinked"
SLOT = "slot/"
"""Before a release's id: that release."""


class PointSynced(Data, frozen=True, kw_only=True):
    """An enforcement point said how it is: recorded when that is news, else now and then.

    `offset_us` is its clock minus ours, `told` the digest of the slots it was told,
    `items` how many it has and `unlinked` how many of them name no release.
    """

    kind: ClassVar[str] = "point.synced"
    point: str
    holds: tuple[Holding, ...] = ()
    offset_us: int | None = None
    told: str = ""
    items: int = 0
    unlinked: int = 0
    permits: int = 0
    version: str = ""
    zone: str = ""


class PointLost(Data, frozen=True, kw_only=True):
    """Although a slot is near, an enforcement point cannot be relied on; people were told.

    `wrong` says why, all of it: ``silent``, ``clock``, ``unlinked``, or ``slot/RELEASE`` for a
    release that it holds for another time.
    """

    kind: ClassVar[str] = "point.lost"
    point: str
    wrong: tuple[str, ...] = (SILENT,)
