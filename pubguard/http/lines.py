"""The service's own log: one line of JSON for each thing that happens, on stderr.

Every line has `at`, `level` and a stable `event`. None has a token, a body or personal
data. A reader that stops reading cannot hold up an answer: lines then fall away, and how
many did is said once it reads again.
"""

from __future__ import annotations

import logging
import os
import sys
from collections import deque
from contextlib import suppress
from threading import Event, Thread
from typing import Any

import msgspec

from pubguard.clock import Clock, stamp

GATHER = 0.02
"""Seconds in which lines gather, to be written together."""
MOST = 10_000
"""Lines that wait for a reader."""


class Lines:
    """Writes lines in the order in which they come, on a thread of its own.

    Args:
        clock: dates them.
        handle: the file descriptor to write to; stderr's unless given.
    """

    def __init__(self, clock: Clock, handle: int | None = None) -> None:
        self._clock = clock
        self._handle = sys.stderr.fileno() if handle is None else handle
        self._waiting: deque[bytes] = deque()
        self._lost = 0
        self._news = Event()
        self._ended = Event()
        self._thread = Thread(target=self._write, name="pubguard-lines", daemon=True)
        self._thread.start()

    def say(self, event: str, level: str = "info", **fields: Any) -> None:
        """One line; returns at once."""
        if len(self._waiting) >= MOST:
            self._lost += 1
            return
        line = {"at": stamp(self._clock.now()), "level": level, "event": event, **fields}
        self._waiting.append(msgspec.json.encode(line) + b"\n")
        self._news.set()

    def close(self, seconds: float = 1.0) -> None:
        """Write what waits, if somebody reads it within that time."""
        self._ended.set()
        self._news.set()
        self._thread.join(seconds)

    def _write(self) -> None:
        while not self._ended.is_set() or self._waiting:
            self._news.wait()
            self._ended.wait(GATHER)
            self._news.clear()
            while self._waiting:
                part = [self._waiting.popleft() for _ in range(min(len(self._waiting), 500))]
                with suppress(OSError):
                    _whole(self._handle, b"".join(part))
                if self._lost:
                    lost, self._lost = self._lost, 0
                    self.say("lines.lost", "warning", count=lost)


def _whole(handle: int, text: bytes) -> None:
    while text:
        text = text[os.write(handle, text) :]


class ToLines(logging.Handler):
    """Passes on what the server itself says; of an exception only its kind."""

    def __init__(self, lines: Lines) -> None:
        super().__init__(logging.WARNING)
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """One line for one message."""
        kind = record.exc_info[0] if record.exc_info else None
        more = {"kind": kind.__name__} if kind else {}
        self._lines.say(
            "server", record.levelname.lower(), message=record.getMessage().strip(), **more
        )
