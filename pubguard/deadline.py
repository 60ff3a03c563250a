"""Asking plugins without waiting for ever: whoever never answers cannot hold up the rest.

Calls are made on threads of their own. When half of the time that is left has passed
without an end, one more thread goes on behind the call that is stuck, so that the others
are still heard. Threads that never end are daemons and die with the process.
"""

from __future__ import annotations

from _thread import allocate_lock, start_new_thread
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import repeat
from threading import Lock
from time import monotonic
from typing import cast

from msgspec import Struct

from pubguard.decision import Decision
from pubguard.evaluate import Answer, RuleBook, conclude, evaluate, failed
from pubguard.model import Attempt, Effect, Facts, Finding

DEADLINE = 1.0
"""Seconds that all rules of one check have together."""
SHORTEST = 0.02
"""Seconds below which nobody is waited for before the next thread starts."""


class Raised(Struct, frozen=True):
    """A call that ended with an exception."""

    error: BaseException


class Unheard(Struct, frozen=True):
    """A call that gave no answer within so many seconds."""

    seconds: float


class Left(BaseException):
    """This turn was left behind: somebody else has begun the same check again."""


class Turn:
    """A check on a thread that somebody else watches.

    Its plugins are asked on that very thread, which is much quicker. If one of them holds it
    up, whoever watches leaves the turn behind and begins again without one. A turn that was
    left behind stores nothing.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._left = False
        self._since: float | None = None

    def ask(self) -> None:
        """From here on plugins are asked."""
        with self._lock:
            self._since = monotonic()

    def store(self) -> None:
        """From here on it can be left no more.

        Raises:
            Left: it was left behind.
        """
        with self._lock:
            if self._left:
                raise Left
            self._since = None

    def leave(self, patience: float) -> bool:
        """Leave it behind if plugins have held it up for that many seconds; whether it was."""
        with self._lock:
            self._left = self._since is not None and monotonic() - self._since >= patience
            return self._left


def evaluate_within(
    attempt: Attempt,
    facts: Facts,
    book: RuleBook,
    seconds: float = DEADLINE,
    turn: Turn | None = None,
) -> Decision:
    """As `evaluate`, but after `seconds` every rule without an answer counts as an error."""
    if turn is not None:
        return evaluate(attempt, facts, book)
    panel = book.panels[attempt.action]
    heard = hear([partial(judge, attempt, facts) for judge in panel.judges], seconds)
    return conclude(attempt, facts, panel, [_answer(each) for each in heard])


def hear(
    calls: Sequence[Callable[[], object]], seconds: float, turn: Turn | None = None
) -> list[object]:
    """What each call returned, in order; `Raised` or `Unheard` where it returned nothing."""
    if turn is not None:
        return [_answered(call) for call in calls]
    hearing = _Hearing(calls)
    hearing.wait(monotonic() + seconds)
    return hearing.answers(seconds)


class _Hearing:
    """Calls being made by as many threads as it takes."""

    def __init__(self, calls: Sequence[Callable[[], object]]) -> None:
        self._calls = calls
        # An iterator is shared by the threads: taking its next turn is one atomic step.
        self._turns: Iterator[int] = iter(range(len(calls)))
        self._heard: dict[int, object] = {}
        # A bare thread and a bare lock: starting `Thread` waits for it, which costs a switch more.
        self._done = allocate_lock()
        self._done.acquire()

    def wait(self, end: float) -> None:
        """Until everybody was heard or `end` (monotonic) has come."""
        if not self._calls:
            return
        for _ in repeat(None):
            try:
                start_new_thread(self._ask, ())
            except RuntimeError:  # no thread to be had: who was not heard is an error, not a crash
                return
            left = end - monotonic()
            if left <= 0 or self._done.acquire(timeout=left / 2 if left > SHORTEST else left):
                return

    def answers(self, seconds: float) -> list[object]:
        """One answer for each call, in order."""
        heard, unheard = dict(self._heard), Unheard(seconds)
        return [heard.get(number, unheard) for number in range(len(self._calls))]

    def _ask(self) -> None:
        for number in self._turns:
            self._heard[number] = _answered(self._calls[number])
        if len(self._heard) == len(self._calls):
            with suppress(RuntimeError):  # another thread was at the end too
                self._done.release()


def _answered(call: Callable[[], object]) -> object:
    try:
        return call()
    except BaseException as error:  # noqa: BLE001 - nothing a plugin raises may end the hearing
        return Raised(error)


def _answer(heard: object) -> Answer:
    match heard:
        case Raised(error):
            return failed(error)
        case Unheard(seconds):
            return Finding(
                Effect.ERROR,
                f"This rule gave no answer within {seconds:g} s, so it could not be judged.",
                "Ask again; if it stays so, have its plugin repaired. Until then the answer is no.",
            )
    return cast("Answer", heard)  # conclude looks at what it really is
