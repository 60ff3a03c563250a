"""`confirm`: the answer to a challenge."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from pubguard import events as ev
from pubguard import ledger
from pubguard.clock import Clock, say
from pubguard.decision import EntryRef
from pubguard.errors import LogConflict, LogError, Refused
from pubguard.journal import Journal
from pubguard.ledger.challenges import TRIES
from pubguard.model import Actor
from pubguard.people import People
from pubguard.protocols import Snapshot

ATTEMPTS = 5
"""How often to read again when another answer came in between."""
_OVER = {"used": "was used already", "ended": "has ended", "answered": "was answered already"}


class Answer(Struct, frozen=True, kw_only=True):
    """What became of an answer: the document of ``confirm --json``."""

    confirmed: bool
    challenge: str
    release: str
    expires_at: datetime
    tries_left: int
    reason: str = ""
    event: EntryRef | None = None

    @property
    def exit_code(self) -> int:
        """0 when confirmed, else 1."""
        return 0 if self.confirmed else 1


class Confirmer:
    """Takes typed answers; each challenge is answered by whom it was put to, once."""

    def __init__(
        self, journal: Journal, people: People, clock: Clock, *, require_authenticated: bool
    ) -> None:
        self._journal = journal
        self._people = people
        self._clock = clock
        self._require_authenticated = require_authenticated

    def answer(self, challenge: str, actor: Actor, typed: str, door: str = "cli") -> Answer:
        """Hold the typed text against the challenge and record the outcome.

        Raises:
            Refused: no such challenge, or not this person's, or over already.
            LogError: it could not be recorded.
        """
        for _ in range(ATTEMPTS):
            snapshot, binding, state = self._find(challenge)
            self._may(actor, door, state)
            try:
                return self._record(snapshot, binding, state, actor, typed)
            except LogConflict:
                continue
        raise LogError("Too many answers to this challenge at once.", "Answer again.")

    def _find(self, challenge: str) -> tuple[Snapshot, str, ledger.Confirmation]:
        pointer = ledger.challenge_stream(challenge)
        row = self._journal.read(pointer).rows.get(pointer) if challenge.isascii() else None
        if row is None:
            raise Refused(
                "There is no such challenge.", "Run the check again; it gives a new challenge."
            )
        binding = ledger.read_pointer(row.body).binding
        stream = ledger.confirm_stream(binding)
        state = ledger.read_confirmation(self._journal.read(stream).rows[stream].body)
        if state.id != challenge:
            raise Refused(
                "A later challenge has taken this one's place.", "Answer the latest challenge."
            )
        return self._journal.read(stream, ledger.release_stream(state.release)), binding, state

    def _may(self, actor: Actor, door: str, state: ledger.Confirmation) -> None:
        if actor.id != state.actor or door != state.door:
            raise Refused(
                "This challenge was put to somebody else.",
                "Whoever ran the check answers it, the way they ran it.",
            )
        if self._require_authenticated and actor.asserted:
            raise Refused(
                "This workspace wants a proven identity for a confirmation, and an id on the "
                "command line is only asserted.",
                "Confirm in the CMS, through a token that may assert people.",
            )
        if not self._people.knows(actor.id):
            raise Refused(f"{actor.id} is not listed in [people].", "Ask for the id to be listed.")
        if state.status in _OVER:
            raise Refused(
                f"This challenge {_OVER[state.status]}.",
                "Run the check again."
                if state.status == "answered"
                else "Run the check again; it gives a new challenge.",
            )

    def _record(
        self,
        snapshot: Snapshot,
        binding: str,
        state: ledger.Confirmation,
        actor: Actor,
        typed: str,
    ) -> Answer:
        now = self._clock.now()
        stream = ledger.confirm_stream(binding)
        state = ledger.read_confirmation(snapshot.rows[stream].body)
        data, reason = self._outcome(snapshot, binding, state, typed, now)
        event = ev.Event(
            at=now,
            data=data,
            release=state.release,
            actor=actor.id,
            identity=actor.identity,
            via=state.door,
        )
        refs = self._journal.write([event], snapshot)
        wrong = isinstance(data, ev.ChallengeFailed)
        return Answer(
            confirmed=isinstance(data, ev.ChallengeAnswered),
            challenge=state.id,
            release=state.release,
            expires_at=state.expires_at,
            tries_left=max(TRIES - state.failures - wrong, 0),
            reason=reason,
            event=refs[0],
        )

    def _outcome(
        self,
        snapshot: Snapshot,
        binding: str,
        state: ledger.Confirmation,
        typed: str,
        now: datetime,
    ) -> tuple[ev.Data, str]:
        row = snapshot.rows.get(ledger.release_stream(state.release))
        slot = ledger.read_record(row.body).release.release_at if row else None
        if now >= state.expires_at:
            late = f"It ended at {say(state.expires_at)}. Run the check again."
            return ev.ChallengeExpired(challenge=state.id, binding=binding), late
        if slot != state.slot:
            moved = "The announced date has changed since. Run the check again."
            return ev.ChallengeExpired(challenge=state.id, binding=binding), moved
        if typed.strip().casefold() != state.type_this.casefold():
            wrong = f"That is not what was asked for: type {state.type_this}."
            return ev.ChallengeFailed(challenge=state.id, binding=binding), wrong
        return ev.ChallengeAnswered(challenge=state.id, binding=binding), ""
