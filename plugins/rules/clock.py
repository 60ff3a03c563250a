"""PG207: the clock by which all this is decided can be trusted."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct
from pubguard_plugins.facts.clocks import ClockSync
from pubguard_plugins.rules.slot import TIMED

from pubguard.clock import say_span
from pubguard.model import CLEAR, Action, Attempt, Facts, Finding, block, warn

APART = 2_000_000
"""Microseconds by which a second clock may differ."""


class Unsynchronised(Struct, frozen=True):
    """PG207: the machine's clock is not synchronised."""

    code: ClassVar[str] = "PG207"
    version: ClassVar[int] = 1
    title: ClassVar[str] = "Clock not synchronised"
    why: ClassVar[str] = (
        "A clock that runs fast lets a release out early while everything seems right. What the "
        "kernel does not vouch for can be held against a second clock."
    )
    fix: ClassVar[str] = (
        "Start the machine's time service (systemd-timesyncd or chrony); name second clocks "
        'under [gate] clocks, for example ["https://www.gov.uk"].'
    )
    duty: ClassVar[str | None] = "time"
    actions: ClassVar[frozenset[Action]] = TIMED
    before: ClassVar[str] = "warn; block with require_clock_sync"
    since: ClassVar[str] = "warn; block if a second clock differs by more than 2 s"

    require_clock_sync: bool = False

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """Object to a clock that the kernel does not call synchronised."""
        slot = facts.slot
        if slot is None:
            return CLEAR
        sync = facts.get(ClockSync)
        if sync is not None and sync.synchronised:
            return CLEAR
        unknown = sync is None or sync.synchronised is None
        state = "is not known to be synchronised" if unknown else "is not synchronised"
        if attempt.at < slot:
            say_so = block if self.require_clock_sync else warn
            return say_so(f"This machine's clock {state}.", _REMEDY)
        for other in sync.offsets if sync else ():
            if other.us is not None and abs(other.us) > APART:
                ours = "behind" if other.us > 0 else "ahead of"
                return block(
                    f"This machine's clock {state} and is {say_span(other.us)} {ours} "
                    f"{other.clock}.",
                    "Set the clock right, then ask again. " + _REMEDY,
                )
        return warn(f"This machine's clock {state}.", _REMEDY)


_REMEDY = "Start the machine's time service: timedatectl set-ntp true, or chrony."
