"""The wall clock that processes with `environment` see; it runs on from where it is set."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pubguard import clock


class ShiftedClock:
    """A clock for processes, kept in `file`; `preload` is the library of clockshift.c."""

    def __init__(self, file: Path, preload: Path) -> None:
        self._file = file
        self._ahead = timedelta()
        self.environment = {"LD_PRELOAD": str(preload), "PUBGUARD_TEST_CLOCK": str(file)}
        self._write("+0")

    def set(self, text: str) -> None:
        """Make it that London time now, and let it run."""
        self._ahead = clock.parse(text) - datetime.now(UTC)
        us = clock.microseconds(self._ahead)
        sign = "-" if us < 0 else "+"
        self._write(f"{sign}{abs(us) // 1_000_000}.{abs(us) % 1_000_000:06}")

    def stop(self, text: str) -> None:
        """Make it that London time and leave it there."""
        us = clock.microseconds(clock.parse(text) - datetime(1970, 1, 1, tzinfo=UTC))
        self._ahead = clock.parse(text) - datetime.now(UTC)
        self._write(f"={us // 1_000_000}.{us % 1_000_000:06}")

    def now(self) -> datetime:
        """What those processes see, in UTC."""
        return datetime.now(UTC) + self._ahead

    def _write(self, text: str) -> None:
        new = self._file.with_suffix(f".{time.monotonic_ns()}")
        new.write_text(f"{text}\n")
        new.replace(self._file)
