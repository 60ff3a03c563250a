"""Evaluation that ends: a rule that never returns cannot hold up the answer.

Rules are asked on threads of their own. When half of the time that is left has passed
without an end, one more thread goes on behind the rule that is stuck, so that the other
rules are still heard. Threads that never end are daemons and die with the process.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from threading import Event, Thread
from time import monotonic

from pubguard.decision import Decision
from pubguard.evaluate import Answer, Panel, RuleBook, conclude, failed
from pubguard.model import Attempt, Effect, Facts, Finding

DEADLINE = 1.0
"""Seconds that all rules of one check have together."""
SHORTEST = 0.02
"""Seconds below which nobody is waited for before the next thread starts."""


def evaluate_within(
    attempt: Attempt, facts: Facts, book: RuleBook, seconds: float = DEADLINE
) -> Decision:
    """As `evaluate`, but after `seconds` every rule without an answer counts as an error."""
    panel = book.panels[attempt.action]
    hearing = _Hearing(attempt, facts, panel)
    hearing.wait(monotonic() + seconds)
    return conclude(attempt, facts, panel, hearing.answers(seconds))


class _Hearing:
    """One panel being asked by as many threads as it takes."""

    def __init__(self, attempt: Attempt, facts: Facts, panel: Panel) -> None:
        self._attempt = attempt
        self._facts = facts
        self._panel = panel
        # An iterator is shared by the threads: taking its next seat is one atomic step.
        self._turns: Iterator[int] = iter(range(len(panel.seats)))
        self._heard: dict[int, Answer] = {}
        self._done = Event()

    def wait(self, end: float) -> None:
        """Until everybody was heard or `end` (monotonic) has come."""
        if not self._panel.seats:
            return
        for _ in repeat(None):
            try:
                Thread(target=self._ask, name="pubguard-rules", daemon=True).start()
            except RuntimeError:  # no thread to be had: who was not heard is an error, not a crash
                return
            left = end - monotonic()
            if left <= 0 or self._done.wait(left / 2 if left > SHORTEST else left):
                return

    def answers(self, seconds: float) -> list[Answer]:
        """One answer for each seat, in order; an error where none came."""
        heard = dict(self._heard)
        return [
            heard[number] if number in heard else _unheard(seconds)
            for number in range(len(self._panel.seats))
        ]

    def _ask(self) -> None:
        for number in self._turns:
            try:
                answer = self._panel.judges[number](self._attempt, self._facts)
            except BaseException as error:  # noqa: BLE001 - nothing a rule raises may end the hearing
                answer = failed(error)
            self._heard[number] = answer
        if len(self._heard) == len(self._panel.seats):
            self._done.set()


def _unheard(seconds: float) -> Finding:
    return Finding(
        Effect.ERROR,
        f"This rule gave no answer within {seconds:g} s, so it could not be judged.",
        "Ask again; if it stays so, have its plugin repaired. Until then the answer is no.",
    )
