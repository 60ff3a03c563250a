"""`check`: may this action on this release go ahead now?

attempt -> gather -> evaluate -> record -> answer, in that order, with no way back.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from pubguard.clock import Clock
from pubguard.deadline import Turn, evaluate_within
from pubguard.decision import Decision, Verdict
from pubguard.errors import LogConflict, LogError, Refused
from pubguard.evaluate import GUARD, INCOMPLETE, RuleBook
from pubguard.guard import account
from pubguard.guard.drafting import Case, Draft, Drafter
from pubguard.guard.gather import Gatherer
from pubguard.guard.spool import Spool
from pubguard.journal import Journal
from pubguard.model import Attempt, Effect, Facts
from pubguard.sitting import Sitting

ATTEMPTS = 3
"""How often to gather and decide again when something moved in between (law 13)."""
UNKNOWN = "PG101"
"""The code of a release that no calendar names."""


class Guard:
    """Answers attempts, and records every answer before it gives it."""

    def __init__(
        self,
        journal: Journal,
        gatherer: Gatherer,
        rules: RuleBook,
        clock: Clock,
        spool: Spool,
        drafter: Drafter,
    ) -> None:
        self._journal = journal
        self._gatherer = gatherer
        self._rules = rules
        self._clock = clock
        self._spool = spool
        self._drafter = drafter

    def check(self, attempt: Attempt) -> Decision:
        """The decision on the attempt, recorded before it is returned.

        Raises:
            LogUnwritable: it could not be recorded within two seconds, so nobody
                gets permission; except for `withdraw`, which is spooled (law 14).
            LogCorrupt: the log cannot be trusted; except for `withdraw`.
            RequestReused, Refused: as `once.answered`.
        """
        case = Case(attempt)
        self.check_all((case,))
        return case.answer()

    def check_all(self, cases: Sequence[Case], turn: Turn | None = None) -> None:
        """Answer each case as `check` would, and record them together.

        Each is decided as if those before it had come earlier. `turn` is given by whoever
        watches this thread.

        Raises:
            Left: the turn was left behind; of the cases that are open nothing was stored.
        """
        try:
            self._settle(cases, turn)
        except Exception as error:  # noqa: BLE001 - what fails for all is the answer to each
            for case in cases:
                if case.open:
                    case.error = error
        for case in cases:
            if case.error is not None and case.contains:
                self._contain(case, case.error)

    def _settle(self, cases: Sequence[Case], turn: Turn | None) -> None:
        self._spool.drain(self._journal)
        for _ in range(ATTEMPTS):
            self._sit(cases, turn)
            cases = [case for case in cases if case.open]
            if not cases:
                return
            turn = None  # what is stored now cannot be left behind any more
        for case in cases:
            if case.contains:
                case.error = LogError("What the withdrawal rests on would not hold still.")
            else:
                self._unsettled(case)

    def _sit(self, cases: Sequence[Case], turn: Turn | None) -> None:
        """One sitting; a case stays open if what it rests on has moved meanwhile."""
        if turn is not None:
            turn.ask()
        sitting = Sitting(self._journal)
        drafts = [draft for case in cases if (draft := self._draft(case, sitting, turn))]
        if turn is not None:
            turn.store()
        sitting.store()
        for draft in drafts:
            error = draft.write.error
            try:
                if error is None:
                    draft.case.decision = self._drafter.final(draft)
            except Exception as problem:  # noqa: BLE001 - one case's fault must not be the others'
                error = problem
            if not isinstance(error, LogConflict):
                draft.case.error = error

    def _draft(self, case: Case, sitting: Sitting, turn: Turn | None) -> Draft | None:
        try:
            return self._drafter.draft(case, sitting, turn)
        except LogConflict:
            return None
        except Exception as error:  # noqa: BLE001 - one case's fault must not be the others'
            case.error = error
            return None

    def _unsettled(self, case: Case) -> None:
        attempt = case.attempt
        gathered = self._gatherer.gather(attempt, Sitting(self._journal))
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
        refs = self._journal.write([event], self._journal.read(), timeout=case.left)
        case.decision = structs.replace(decision, event=refs[0])

    def _contain(self, case: Case, error: Exception) -> None:
        """Law 14: a withdrawal is allowed all the same, even for a fault of our own."""
        if isinstance(error, Refused):  # its request id was used for something else
            if case.attempt.once is not None:
                again = Case(structs.replace(case.attempt, once=None))
                self.check_all((again,))
                case.decision, case.error = again.decision, again.error
            return
        if not isinstance(error, LogError):
            error = LogError(f"pubguard failed in itself: {type(error).__name__}.")
        case.decision, case.error = self._unrecorded(case.attempt, error), None

    def _unrecorded(self, attempt: Attempt, error: LogError) -> Decision:
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
