"""From an attempt to what is to be recorded of it: gather, evaluate, account."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Protocol

from msgspec import Struct, structs

from pubguard import events as ev
from pubguard.clock import Clock
from pubguard.deadline import Turn, evaluate_within
from pubguard.decision import Challenge, Decision
from pubguard.decoding import reader
from pubguard.evaluate import RuleBook
from pubguard.guard import account, once
from pubguard.guard.gather import Gathered, Gatherer
from pubguard.journal import Journal
from pubguard.log.settle import Write
from pubguard.model import Action, Attempt, Effect
from pubguard.sitting import Sitting

BUDGET = 2.0
"""Seconds in which a decision is stored, or nobody gets permission (law 3)."""
_read = reader(Decision)


class Permitting(Protocol):
    """What an arming brings for the time when the guard is away."""

    def issued_with(self, armed: ev.ReleaseArmed) -> Sequence[ev.Data]:
        """The events that issue its permits."""
        ...

    def token(self, events: Sequence[ev.Event], door: str) -> str | None:
        """The token of a permit that the stored events issued, for that door; None for none."""
        ...


class Case:
    """One attempt on its way to its answer: a decision, or the error that stands for one.

    Args:
        attempt: what is asked.
        waited: seconds that have passed since it was asked; they count.
    """

    __slots__ = ("_since", "attempt", "decision", "error")

    def __init__(self, attempt: Attempt, waited: float = 0.0) -> None:
        self.attempt = attempt
        self.decision: Decision | None = None
        self.error: Exception | None = None
        self._since = monotonic() - waited

    @property
    def open(self) -> bool:
        """True while there is no answer."""
        return self.decision is None and self.error is None

    @property
    def left(self) -> float:
        """Seconds in which its decision can still be stored."""
        return max(BUDGET - (monotonic() - self._since), 0.0)

    @property
    def contains(self) -> bool:
        """True for what is never refused (law 14)."""
        return self.attempt.action is Action.WITHDRAW and not self.attempt.rehearsal

    def answer(self) -> Decision:
        """The decision, or the error raised."""
        if self.error is not None:
            raise self.error
        assert self.decision is not None  # noqa: S101 - whoever asks has had it checked
        return self.decision


class Draft(Struct, frozen=True):
    """A decision that counts once its write is stored."""

    case: Case
    decision: Decision
    events: Sequence[ev.Event]
    write: Write


class Drafter:
    """Makes drafts; stores nothing.

    `permits` is called only when something is armed: few checks need what it takes.
    """

    def __init__(
        self,
        journal: Journal,
        gatherer: Gatherer,
        rules: RuleBook,
        clock: Clock,
        permits: Callable[[], Permitting],
    ) -> None:
        self._journal = journal
        self._gatherer = gatherer
        self._rules = rules
        self._clock = clock
        self._permits = permits

    def draft(self, case: Case, sitting: Sitting, turn: Turn | None) -> Draft | None:
        """The draft for a case; None for a request that was answered before, with that answer.

        Raises:
            LogError: the log cannot be read, or the case must wait for another sitting.
            RequestReused, Refused: as `once.answered`.
        """
        attempt = case.attempt
        gathered = self._gatherer.gather(attempt, sitting, turn)
        if again := once.answered(attempt.once, gathered.snapshot, self._journal):
            case.decision = structs.replace(_read(again[0]), event=again[1])
            return None
        decision = evaluate_within(attempt, gathered.facts, self._rules, turn=turn)
        decision, events = self._account(attempt, gathered, decision)
        write = sitting.write(events, gathered.snapshot, case.left)
        return Draft(case, decision, events, write)

    def final(self, draft: Draft) -> Decision:
        """The decision of a draft that is stored, with its entry and its permit."""
        permit = None
        if any(isinstance(event.data, ev.PermitIssued) for event in draft.events):
            permit = self._permits().token(draft.events, draft.case.attempt.door)
        entry = draft.write.refs[-len(draft.events)]
        return structs.replace(draft.decision, event=entry, permit=permit)

    def _account(
        self, attempt: Attempt, gathered: Gathered, decision: Decision
    ) -> tuple[Decision, list[ev.Event]]:
        facts, now = gathered.facts, self._clock.now()
        allowed = decision.decision is Effect.ALLOW
        more: list[ev.Data] = []
        question: Challenge | None = None
        if attempt.rehearsal:
            pass
        elif allowed:
            if use := account.used(attempt, facts, decision):
                more.append(use)
            if account.arms(attempt, facts):
                armed = account.armed(attempt, facts, decision)
                more += [armed, *self._permits().issued_with(armed)]
                decision = structs.replace(decision, armed=True)
        elif decision.decision is Effect.CONFIRM:
            question, issued = account.challenge(attempt, gathered, decision)
            more += [issued] if issued else []
        if question:
            decision = structs.replace(decision, challenge=question)
        first = account.decided(attempt, facts, decision, now, gathered.binding)
        return decision, [first, *(account.event(attempt, data, now) for data in more)]
