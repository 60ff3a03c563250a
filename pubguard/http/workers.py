"""The threads that requests are worked on, and what happens when a plugin holds one up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from pubguard.deadline import Turn

if TYPE_CHECKING:
    from pubguard.http.lines import Lines

THREADS = 48
"""Requests that are worked on at once; those that wait for the disk share its syncs."""
PATIENCE = 0.25
"""Seconds that plugins may hold up a thread before the check begins again without it."""
DISTRUST = 60.0
"""Seconds for which everything goes to the patient threads after that."""
T = TypeVar("T")


class Workers:
    """Two pools: a quick one in which plugins are asked in turn, and a patient one.

    In the patient one each hearing has threads of its own, so that whoever hangs is an error
    and the others are still heard. Once a plugin held up a thread, all go there for a
    minute.
    """

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._quick = ThreadPoolExecutor(THREADS, thread_name_prefix="pubguard-quick")
        self._patient = ThreadPoolExecutor(THREADS, thread_name_prefix="pubguard-patient")
        self._trusting_from = 0.0

    async def run(self, work: Callable[[Turn | None], T], *, watched: bool) -> T:
        """What the work returns."""
        loop = asyncio.get_running_loop()
        if not watched or monotonic() < self._trusting_from:
            return await loop.run_in_executor(self._patient, work, None)
        turn = Turn()
        begun = loop.run_in_executor(self._quick, work, turn)
        while not (await asyncio.wait((begun,), timeout=PATIENCE))[0]:
            if turn.leave(PATIENCE):
                break
        else:
            return await begun
        self._trusting_from = monotonic() + DISTRUST
        self._lines.say("plugin.slow", "warning")
        begun.add_done_callback(_passed_over)
        return await loop.run_in_executor(self._patient, work, None)


def _passed_over(begun: asyncio.Future[T]) -> None:
    """Whatever became of a turn that was left behind is nobody's answer."""
    if not begun.cancelled():
        begun.exception()
