"""A clock that a test sets."""

from __future__ import annotations

from datetime import datetime

from pubguard import clock


class SettableClock:
    """Stands still until it is set.

    Args:
        now: what it shows, as a person would write it (London without an offset).
    """

    def __init__(self, now: str) -> None:
        self.set(now)

    def set(self, now: str) -> None:
        """Show this time from here on."""
        self._now = clock.parse(now)

    def forward(self, span: str) -> None:
        """Let ``1 min``, ``2 h`` or ``3 days`` pass."""
        self._now += clock.duration(span)

    def now(self) -> datetime:
        """What it shows, in UTC."""
        return self._now
