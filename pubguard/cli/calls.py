"""What signals ask of a command that stays: to end, or to go on at once."""

from __future__ import annotations

import os
import select
import signal
from typing import Any

_ENDING = (signal.SIGTERM, signal.SIGINT)


class Calls:
    """Hears SIGTERM, SIGINT and SIGHUP while it is entered; none of them interrupts anything.

    They arrive through a pipe, because a handler that takes a lock may wait for itself.
    """

    def __init__(self) -> None:
        self.ended = False

    def __enter__(self) -> Calls:
        """Begin to hear."""
        self._read, self._write = os.pipe()
        for handle in (self._read, self._write):
            os.set_blocking(handle, False)
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        self._before = {
            number: signal.signal(number, self._hear) for number in (*_ENDING, signal.SIGHUP)
        }
        return self

    def __exit__(self, *_: object) -> None:
        """Leave them to whoever had them before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(-1)
        os.close(self._read)
        os.close(self._write)

    def wait(self, seconds: float) -> None:
        """Until somebody calls, for that time at most; not at all if somebody has."""
        if select.select([self._read], [], [], seconds)[0]:
            os.read(self._read, 4096)

    def _hear(self, number: int, _: Any) -> None:
        self.ended = self.ended or number in _ENDING
