"""Where requests that ask for a decision wait, to be decided and stored together.

Whatever came in while one sitting was being stored is the next one. So one caller waits for
nobody, and a hundred share one reading of the log and one sync of the disk.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from pubguard.errors import PubguardError
from pubguard.http import problems
from pubguard.http.visits import Reply

if TYPE_CHECKING:
    from pubguard.deadline import Turn
    from pubguard.guard.drafting import Case
    from pubguard.http.state import State
    from pubguard.http.visits import Visit
    from pubguard.http.work import Work
    from pubguard.http.workers import Workers

MOST = 128
"""Requests of one sitting."""

Waiting = tuple["Work", "asyncio.Future[Reply]"]
Outcome = Reply | Exception
_NOTHING = Reply()


class Bench:
    """Decides what waits, one sitting after another."""

    def __init__(self, state: State, workers: Workers) -> None:
        self._state = state
        self._workers = workers
        self._waiting: deque[Waiting] = deque()
        self._sitting: asyncio.Task[None] | None = None
        self._alone: set[asyncio.Task[None]] = set()

    async def reply(self, work: Work) -> Reply:
        """The answer to a request that asks for a decision.

        Raises:
            Problem: any refusal.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Reply] = loop.create_future()
        self._waiting.append((work, future))
        if self._sitting is None:
            self._sitting = loop.create_task(self._sit())
        return await future

    async def _sit(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(0)  # whoever came with the first sits with it
                batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST))]
                await self._decide(batch)
        finally:
            self._sitting = None

    async def _decide(self, batch: Sequence[Waiting]) -> None:
        works = [work for work, _ in batch]
        outcomes: Sequence[Outcome] | None
        try:
            outcomes = await self._workers.sit(partial(decide, self._state, works))
        except Exception as error:  # noqa: BLE001 - what fails for all is the answer to each
            outcomes = [error] * len(batch)
        if outcomes is None:
            self._one_by_one(batch)
            return
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            _settle(future, outcome)

    def _one_by_one(self, batch: Sequence[Waiting]) -> None:
        for work, future in batch:
            task = asyncio.get_running_loop().create_task(self._hear(work, future))
            self._alone.add(task)
            task.add_done_callback(self._alone.discard)

    async def _hear(self, work: Work, future: asyncio.Future[Reply]) -> None:
        try:
            (outcome,) = await self._workers.alone(partial(decide, self._state, [work]))
        except Exception as error:  # noqa: BLE001 - as above
            outcome = error
        _settle(future, outcome)


def decide(state: State, works: Sequence[Work], turn: Turn | None = None) -> list[Outcome]:
    """The answer to each request, or the problem that it met.

    Raises:
        Left: the turn was left behind, and nothing was stored.
    """
    outcomes: list[Outcome] = [_NOTHING] * len(works)
    asked: list[tuple[int, Visit, Case]] = []
    workspace = state.current()
    for number, work in enumerate(works):
        try:
            asked.append((number, *work.ask(workspace)))
        except Exception as error:  # noqa: BLE001 - one request's fault must not be the others'
            outcomes[number] = _problem(error)
    workspace.guard.check_all([case for _, _, case in asked], turn)
    for number, visit, case in asked:
        try:
            outcomes[number] = works[number].told(visit, case.answer())
        except Exception as error:  # noqa: BLE001 - as above
            outcomes[number] = _problem(error)
    return outcomes


def _problem(error: Exception) -> Exception:
    return problems.of(error) if isinstance(error, PubguardError) else error


def _settle(future: asyncio.Future[Reply], outcome: Outcome) -> None:
    if future.done():  # nobody waits for it any more
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
