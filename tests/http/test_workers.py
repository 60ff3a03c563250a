"""A sitting that a plugin holds up is left behind, and the next one has a thread of its own."""

from __future__ import annotations

import asyncio
import os
from threading import Event

import pytest

from pubguard.clock import SystemClock
from pubguard.deadline import Left, Turn
from pubguard.http import bench
from pubguard.http import workers as http_workers
from pubguard.http.lines import Lines
from pubguard.http.workers import Workers


@pytest.fixture
def workers() -> Workers:
    return Workers(Lines(SystemClock(), os.open(os.devnull, os.O_WRONLY)))


class Held:
    """Work that a plugin holds up until `free` is set; `end` says what became of it."""

    def __init__(self) -> None:
        self.free, self.over = Event(), Event()
        self.end: BaseException | None = None

    def __call__(self, turn: Turn) -> str:
        turn.ask()
        self.free.wait(30)
        try:
            turn.store()
        except Left as left:
            self.end = left
            raise
        finally:
            self.over.set()
        return "stored"


def test_for_a_minute_nobody_sits_after_one_was_held_up(workers: Workers) -> None:
    """The held-up sitting is none, stores nothing when it wakes, and the next is not begun."""
    held, asked = Held(), []

    async def two():
        return await workers.sit(held), await workers.sit(asked.append)

    assert asyncio.run(two()) == (None, None)
    assert asked == []
    held.free.set()
    assert held.over.wait(30)
    assert isinstance(held.end, Left)


def test_after_that_minute_the_next_sitting_does_not_wait_for_the_old_one(
    workers: Workers, monkeypatch
) -> None:
    """Whoever hangs for ever keeps a thread, and nobody else's."""
    monkeypatch.setattr(http_workers, "DISTRUST", 0.0)
    held = Held()

    async def two():
        return await workers.sit(held), await asyncio.wait_for(workers.sit(lambda _: "yes"), 20)

    assert asyncio.run(two()) == (None, "yes")
    held.free.set()
    assert held.over.wait(30)


def test_what_is_slow_in_storing_is_waited_for(workers: Workers) -> None:
    """Only plugins are left behind; a disk is not."""
    storing = Event()

    def slow(turn: Turn) -> str:
        turn.ask()
        turn.store()
        storing.wait(2 * http_workers.PATIENCE)
        return "stored"

    assert asyncio.run(workers.sit(slow)) == "stored"


def test_what_fails_a_whole_sitting_is_the_answer_to_each(workers: Workers, monkeypatch) -> None:
    """Nobody is left without one, and the next sitting is as ever."""

    def fails(state, works, turn):
        raise OSError("no room")

    async def asked():
        desk = bench.Bench(None, workers)
        monkeypatch.setattr(bench, "decide", fails)
        failed = await asyncio.wait_for(
            asyncio.gather(*(desk.reply(None) for _ in range(3)), return_exceptions=True), 20
        )
        monkeypatch.setattr(bench, "decide", lambda state, works, turn: ["yes"] * len(works))
        return failed, await asyncio.wait_for(desk.reply(None), 20)

    failed, after = asyncio.run(asked())
    assert [type(each) for each in failed] == [OSError] * 3
    assert after == "yes"
