"""`check`: may this action on this release go ahead now?

attempt -> gather -> evaluate -> record -> answer, in that order, with no way back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Protocol

from msgspec import structs

from pubguard import events as ev
from pubguard.clock import Clock
from pubguard.deadline import Turn, evaluate_within
from pubguard.decision import Challenge, Decision, EntryRef, Verdict
from pubguard.decoding import reader
from pubguard.errors import LogConflict, LogError, Refused
from pubguard.evaluate import GUARD, INCOMPLETE, RuleBook
from pubguard.guard import account, once
from pubguard.guard.gather import Gathered, Gatherer
from pubguard.guard.spool import Spool
from pubguard.journal import Journal
from pubguard.model import Action, Attempt, Effect, Facts

BUDGET = 2.0
"""Seconds in which a decision is stored, or nobody gets permission (law 3)."""
ATTEMPTS = 3
"""How often to gather and decide again when something moved in between (law 13)."""
_read = reader(Decision)
UNKNOWN = "PG101"
"""The code of a release that no calendar names."""


class Permitting(Protocol):
    """What an arming brings for the time when the guard is away."""

    def issued_with(self, armed: ev.ReleaseArmed) -> Sequence[ev.Data]:
        """The events that issue its permits."""
        ...

    def token(self, events: Sequence[ev.Event], door: str) -> str | None:
        """The token of a permit that the stored events issued, for that door; None for none."""
        ...


class Guard:
    """Answers attempts, and records every answer before it gives it.

    `permits` is called only when something is armed: few checks need what it takes.
    """

    def __init__(
        self,
        journal: Journal,
        gatherer: Gatherer,
        rules: RuleBook,
        clock: Clock,
        spool: Spool,
        permits: Callable[[], Permitting],
    ) -> None:
        self._journal = journal
        self._gatherer = gatherer
        self._rules = rules
        self._clock = clock
        self._spool = spool
        self._permits = permits

    def check(self, attempt: Attempt, waited: float = 0.0, turn: Turn | None = None) -> Decision:
        """The decision on the attempt, recorded before it is returned.

        Args:
            attempt: what is asked.
            waited: seconds that have passed since it was asked; they count.
            turn: given by whoever watches this thread.

        Raises:
            LogUnwritable: it could not be recorded within two seconds, so nobody
                gets permission; except for `withdraw`, which is spooled (law 14).
            LogCorrupt: the log cannot be trusted; except for `withdraw`.
            RequestReused, Refused: as `once.answered`.
            Left: the turn was left behind; nothing was stored.
        """
        if attempt.action is not Action.WITHDRAW or attempt.rehearsal:
            return self._check(attempt, waited, turn)
        try:
            return self._check(attempt, waited, turn)
        except Refused:  # its request id was used for something else; containment is not refused
            if attempt.once is None:
                raise
            return self.check(structs.replace(attempt, once=None), waited, turn)
        except LogError as error:
            return self._withdraw_unrecorded(attempt, error)
        except Exception as error:  # noqa: BLE001 - law 14: not even for a fault of our own
            what = f"pubguard failed in itself: {type(error).__name__}."
            return self._withdraw_unrecorded(attempt, LogError(what))

    def _check(self, attempt: Attempt, waited: float, turn: Turn | None) -> Decision:
        start = monotonic() - waited
        self._spool.drain(self._journal)
        for _ in range(ATTEMPTS):
            if turn is not None:
                turn.ask()
            gathered = self._gatherer.gather(attempt, turn)
            if again := once.answered(attempt.once, gathered.snapshot, self._journal):
                return structs.replace(_read(again[0]), event=again[1])
            decision = evaluate_within(attempt, gathered.facts, self._rules, turn=turn)
            if turn is not None:
                turn.store()
            decision, events = self._account(attempt, gathered, decision)
            try:
                refs = self._write(events, gathered, start)
            except LogConflict:
                continue
            permit = self._permit(attempt, events)
            return structs.replace(decision, event=refs[0], permit=permit)
        return self._unsettled(attempt, start)

    def _permit(self, attempt: Attempt, events: Sequence[ev.Event]) -> str | None:
        if not any(isinstance(event.data, ev.PermitIssued) for event in events):
            return None
        return self._permits().token(events, attempt.door)

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

    def _write(
        self, events: Sequence[ev.Event], gathered: Gathered, start: float
    ) -> tuple[EntryRef, ...]:
        left = BUDGET - (monotonic() - start)
        return self._journal.write(events, gathered.snapshot, timeout=max(left, 0.0))

    def _unsettled(self, attempt: Attempt, start: float) -> Decision:
        gathered = self._gatherer.gather(attempt)
        decision = evaluate_within(attempt, gathered.facts, self._rules)
        moved = Verdict(
            rule=GUARD,
            code=INCOMPLETE,
            effect=Effect.ERROR,
            practice=None,
            reason="What the decision rests on changed three times while it was being made.",
            remedy="Ask again; if it goes on, see who else is changing this release: log show.",
        )
        decision = structs.replace(
            decision,
            decision=Effect.ERROR,
            valid_until=None,
            challenge=None,
            verdicts=(moved, *decision.verdicts),
        )
        event = account.decided(attempt, gathered.facts, decision, self._clock.now())
        left = max(BUDGET - (monotonic() - start), 0.0)
        refs = self._journal.write([event], self._journal.read(), timeout=left)
        return structs.replace(decision, event=refs[0])

    def _withdraw_unrecorded(self, attempt: Attempt, error: LogError) -> Decision:
        facts: Facts = self._gatherer.blind(attempt)
        decision = evaluate_within(attempt, facts, self._rules)
        decision = structs.replace(decision, verdicts=_unknown(decision.verdicts, error))
        event = account.decided(attempt, facts, decision, self._clock.now())
        self._spool.keep(event, error)
        return decision


def _unknown(verdicts: Sequence[Verdict], error: LogError) -> tuple[Verdict, ...]:
    """The verdicts where the log was no help: what it would say is unknown, not a no (law 9)."""
    blind = Verdict(
        rule=GUARD,
        code=INCOMPLETE,
        effect=Effect.WARN,
        practice=None,
        reason="The event log could not be used, so nothing is known of this release here: "
        f"{error.message}",
        remedy=error.remedy,
    )
    return (blind, *(verdict for verdict in verdicts if verdict.code != UNKNOWN))
