"""Decides a recorded check again, from the log alone, and compares (law 4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from pubguard import ledger
from pubguard.deadline import evaluate_within
from pubguard.evaluate import RuleBook, evaluate
from pubguard.events import CheckDecided, CheckRehearsed, Event, Spoken
from pubguard.guard import related
from pubguard.guard.gather import binding_of, confirmation_of
from pubguard.ledger import Look
from pubguard.model import Action, Actor, Attempt, Effect, Facts, Record
from pubguard.protocols import FactSource

BookOf = Callable[[ledger.Settings], RuleBook | None]
"""The rules under recorded settings; None where this version has other rules."""


class Redecider:
    """Re-decides entries under the settings and rules that they were decided under."""

    def __init__(self, book_of: BookOf, sources: Sequence[FactSource]) -> None:
        self._book = lru_cache(maxsize=8)(lambda body: book_of(ledger.read_settings(body)))
        self._kinds = {source.kind.__name__: source.kind for source in sources}

    def differs(self, event: Event, look: Look) -> str | None:
        """What the recorded decision and this one disagree on; None if nothing.

        `look` gives the streams as they were just before the entry. Entries that
        rest on more than the log (a rule that failed or hung, a spooled
        withdrawal, rules of another version) cannot differ.
        """
        data = event.data
        if not isinstance(data, CheckDecided) or data.spooled:
            return None
        if any(spoken.effect is Effect.ERROR for spoken in data.verdicts):
            return None
        body = look(ledger.CONFIG)
        book = self._book(body) if body else None
        if book is None:
            return None
        attempt = _attempt(event, data)
        # A rule that hung while somebody withdrew was recorded as a mere warning.
        decide = evaluate_within if data.action is Action.WITHDRAW else evaluate
        decision = decide(attempt, self._facts(attempt, data, look), book)
        again = {Spoken(v.rule, v.code, v.effect, v.overridden_by) for v in decision.verdicts}
        if decision.decision is data.decision and again == set(data.verdicts):
            return None
        return (
            f"recorded {data.decision} {_codes(set(data.verdicts))}, "
            f"decided again {decision.decision} {_codes(again)}"
        )

    def _facts(self, attempt: Attempt, data: CheckDecided, look: Look) -> Facts:
        body = look(ledger.release_stream(attempt.release))
        record = ledger.read_record(body) if body else None
        return Facts(
            position=data.position,
            record=record,
            roles=frozenset(data.roles),
            listed=data.listed,
            confirmation=None if attempt.rehearsal else _answered(attempt, record, look),
            read_at=related.read_at(record, look),
            twins=related.twins_of(record, look),
            claimed=related.claims_of(attempt, record, look),
            override=related.override_of(attempt, record, look),
            points=related.points_of(attempt, record, look),
            world=self._world(data.world),
        )

    def _world(self, recorded: Mapping[str, Any]) -> dict[type[Any], Any]:
        kinds = self._kinds
        return {
            kinds[name]: msgspec.convert(value, kinds[name])
            for name, value in recorded.items()
            if name in kinds
        }


def _attempt(event: Event, data: CheckDecided) -> Attempt:
    asked_at = data.asked_at if isinstance(data, CheckRehearsed) else None
    return Attempt(
        action=data.action,
        release=event.release or "",
        actor=Actor(event.actor or "", frozenset(data.roles), event.identity or ""),
        at=asked_at or event.at,
        effective_at=data.effective_at,
        digests=data.digests,
        output=data.output,
        authors=data.authors,
        recipients=("",) * data.recipients,
        via=event.via or "",
        door=data.door,
        rehearsal=asked_at is not None,
    )


def _answered(attempt: Attempt, record: Record | None, look: Look) -> str | None:
    body = look(ledger.confirm_stream(binding_of(attempt)))
    if not body:
        return None
    return confirmation_of(ledger.read_confirmation(body), record, attempt.at)[0]


def _codes(spoken: set[Spoken]) -> str:
    return " ".join(sorted(f"{each.code}:{each.effect}" for each in spoken)) or "(nothing)"
