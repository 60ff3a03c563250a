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
"""Requests that are worked on at once, each on a thread of its own."""
PATIENCE = 0.25
"""Seconds that plugins may hold up a sitting before its cases are heard one by one."""
DISTRUST = 60.0
"""Seconds for which everything is heard one by one after that."""
T = TypeVar("T")


class Workers:
    """One thread for sittings, in which plugins are asked in turn, and many patient ones.

    On a patient thread each hearing has threads of its own, so that whoever hangs is an error
    and the others are still heard. Once a plugin held up a sitting, all go there for a minute.
    """

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._patient = ThreadPoolExecutor(THREADS, thread_name_prefix="pubguard-patient")
        self._sitting = _one()
        self._trusting_from = 0.0

    async def alone(self, work: Callable[[], T]) -> T:
        """What the work returns, done on a patient thread."""
        return await asyncio.get_running_loop().run_in_executor(self._patient, work)

    async def sit(self, work: Callable[[Turn], T]) -> T | None:
        """What the work returns; None if it was not done, or left behind, because of plugins."""
        if monotonic() < self._trusting_from:
            return None
        turn = Turn()
        begun = asyncio.get_running_loop().run_in_executor(self._sitting, work, turn)
        while not (await asyncio.wait((begun,), timeout=PATIENCE))[0]:
            if turn.leave(PATIENCE):
                break
        else:
            return await begun
        self._trusting_from = monotonic() + DISTRUST
        self._sitting = _one()  # the old one may never come back
        self._lines.say("plugin.slow", "warning")
        begun.add_done_callback(_passed_over)
        return None


def _one() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="pubguard-sitting")


def _passed_over(begun: asyncio.Future[T]) -> None:
    """Whatever became of a turn that was left behind is nobody's answer."""
    if not begun.cancelled():
        begun.exception()
