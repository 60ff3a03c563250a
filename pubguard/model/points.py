"""What the log knows of the enforcement points: the publishing systems that ask the guard."""

from msgspec import Struct

from pubguard.model.attempt import Instant

APART = 2_000_000
"""Microseconds by which a point's clock may differ from the guard's."""


class Holding(Struct, frozen=True):
    """A release that a point holds content of, and the slot it holds it for; None for no slot."""

    release: str
    slot: Instant | None


class Point(Struct, frozen=True, kw_only=True):
    """An enforcement point as it last was; named as its token.

    `at` is when it was last recorded, `offset_us` its clock minus ours in microseconds, None
    where it gave none. `told` is the digest of the slots it was told then. `unlinked` counts
    its items without a release. `lost` is when it was found silent, until it is heard again;
    `wrong` are the faults that people were told of and that are not mended yet.
    """

    name: str
    at: Instant
    offset_us: int | None = None
    holds: tuple[Holding, ...] = ()
    unlinked: int = 0
    told: str = ""
    version: str = ""
    zone: str = ""
    lost: Instant | None = None
    wrong: tuple[str, ...] = ()

    @property
    def clock_wrong(self) -> bool:
        """True if its clock is too far from the guard's."""
        return self.offset_us is not None and abs(self.offset_us) > APART
