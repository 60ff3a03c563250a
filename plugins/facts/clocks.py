"""Can the clock be trusted? What the kernel says of it, and what a second clock shows.

Second clocks are asked only when the kernel does not call its clock synchronised and the
slot has come by it: a clock that runs fast then meets an outside one before anything goes
out. Their answer can only turn a yes into a no, so nobody gains by faking one. Each has
one second; all are asked at the same time.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from time import monotonic
from typing import ClassVar

from msgspec import Struct

from pubguard.clock import say_span
from pubguard.model import Attempt, Effect, Finding, Record, block

TIME_ERROR = 5
REMEDY = "Start the machine's time service: timedatectl set-ntp true, or chrony."
STA_UNSYNC = 0x0040
"""From <sys/timex.h>: the clock is not synchronised."""


class Offset(Struct, frozen=True):
    """A second clock minus ours, in microseconds; None where it gave no answer."""

    clock: str
    us: int | None = None


class ClockSync(Struct, frozen=True):
    """What is known of our clock.

    `synchronised` is the kernel's word, None where it gives none; `max_error_us` is
    how far it may be out at most, by the kernel's own reckoning.
    """

    synchronised: bool | None = None
    max_error_us: int | None = None
    offsets: tuple[Offset, ...] = ()


class Clocks(Struct, frozen=True):
    """Asks the kernel, and where needed the second clocks of [gate] clocks.

    `clocks` are ``ntp://HOST[:PORT]`` or ``https://HOST[:PORT]``.
    """

    kind: ClassVar[type[Struct]] = ClockSync

    clocks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no clock.

        Raises:
            ValueError: another scheme, no host, or a name and password in it.
        """
        if self.clocks:
            from pubguard_plugins.facts import second_clocks

            for place in self.clocks:
                second_clocks.of(place)

    def gather(self, attempt: Attempt, record: Record | None) -> ClockSync:
        """What is known of the clock now."""
        started = monotonic()
        sync = kernel()
        slot = record.release.release_at if record else None
        come = slot is not None and attempt.at >= slot
        if sync.synchronised or not come or not self.clocks or attempt.rehearsal:
            return sync
        from pubguard_plugins.facts import second_clocks

        offsets = second_clocks.ask(self.clocks, attempt.at, started)
        return ClockSync(sync.synchronised, sync.max_error_us, offsets)

    def examine(self, now: datetime) -> Finding:
        """The kernel's word, and where it does not vouch for the clock, the second clocks'."""
        sync = kernel()
        if sync.synchronised:
            out = f", at most {say_span(sync.max_error_us)} out" if sync.max_error_us else ""
            return Finding(
                Effect.ALLOW, f"The kernel calls this machine's clock synchronised{out}."
            )
        offsets: tuple[Offset, ...] = ()
        if self.clocks:
            from pubguard_plugins.facts import second_clocks

            offsets = second_clocks.ask(self.clocks, now, monotonic())
        said = [
            f"{each.clock} is {say_span(each.us)} {'ahead' if each.us > 0 else 'behind'}"
            if each.us is not None
            else f"{each.clock} does not answer"
            for each in offsets
        ]
        state = "is not synchronised" if sync.synchronised is False else "may not be synchronised"
        return block("; ".join([f"This machine's clock {state}", *said]) + ".", REMEDY)


def kernel() -> ClockSync:
    """What adjtimex(2) says; nothing is known where there is no such call, or it is refused."""
    answer, status, max_error = _adjtimex()()
    if answer < 0:
        return ClockSync()
    return ClockSync(answer != TIME_ERROR and not status & STA_UNSYNC, max(max_error, 0))


@lru_cache(maxsize=1)
def _adjtimex() -> Callable[[], tuple[int, int, int]]:
    import ctypes

    class Timex(ctypes.Structure):
        _fields_ = (
            ("modes", ctypes.c_uint),
            ("offset", ctypes.c_long),
            ("freq", ctypes.c_long),
            ("maxerror", ctypes.c_long),
            ("esterror", ctypes.c_long),
            ("status", ctypes.c_int),
            ("rest", ctypes.c_char * 256),  # more than any platform's struct needs
        )

    try:
        call = ctypes.CDLL(None).adjtimex
    except (OSError, AttributeError):
        return lambda: (-1, 0, 0)

    def read() -> tuple[int, int, int]:
        state = Timex()
        return call(ctypes.byref(state)), state.status, state.maxerror

    return read
