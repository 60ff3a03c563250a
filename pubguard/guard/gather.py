"""Gathers the facts of one attempt: the only step that looks at the world."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from pubguard import ledger
from pubguard.deadline import Turn, hear
from pubguard.guard import manifest, once, related
from pubguard.journal import Journal
from pubguard.model import Attempt, Facts, Record
from pubguard.people import People
from pubguard.protocols import FactSource, Snapshot
from pubguard.sitting import Sitting

SPARE = timedelta(minutes=5)
"""A challenge with less time left than this is not handed out again."""


LOOK = 0.8
"""Seconds that all looks at the world have together; the rest is for deciding and storing."""


class Gathered(Struct, frozen=True):
    """The facts, what they were read from, and the binding a confirmation must have."""

    facts: Facts
    snapshot: Snapshot
    binding: str
    open_challenge: ledger.Confirmation | None = None


def binding_of(attempt: Attempt) -> str:
    """The digest of what a typed confirmation is bound to.

    Release, action, actor, output, manifest, effective time and door; the
    announced slot is compared apart, so that a move ends the challenge.
    """
    parts = [
        attempt.release,
        attempt.action,
        attempt.actor.id,
        attempt.output,
        manifest.digest(attempt.digests),
        attempt.effective_at,
        attempt.door,
    ]
    return sha256(msgspec.json.encode(parts)).hexdigest()


class Gatherer:
    """Reads the log and the world for one attempt at a time."""

    def __init__(self, journal: Journal, people: People, sources: Sequence[FactSource]) -> None:
        self._journal = journal
        self._people = people
        self._sources = sources

    def gather(self, attempt: Attempt, sitting: Sitting, turn: Turn | None = None) -> Gathered:
        """All facts about the attempt as it stands in the sitting, and what they rest on.

        Raises:
            LogError: the log cannot be read.
        """
        release, binding = ledger.release_stream(attempt.release), binding_of(attempt)
        confirm = ledger.confirm_stream(binding)
        digests = map(ledger.digest_stream, related.digests_of(attempt))
        asked = once.streams(attempt.once)
        snapshot = sitting.read(release, confirm, *digests, *asked)
        row = snapshot.rows.get(release)
        record = ledger.read_record(row.body) if row else None
        streams = related.pointed_to(attempt, record, looking_at(snapshot))
        snapshot = sitting.further(snapshot, streams)
        look = looking_at(snapshot)
        body = look(confirm)
        answered, open_challenge = (
            confirmation_of(ledger.read_confirmation(body), record, attempt.at)
            if body
            else (None, None)
        )
        facts = Facts(
            position=snapshot.size,
            record=record,
            roles=self._people.counted(attempt.actor),
            listed=self._people.knows(attempt.actor.id),
            nearest=() if record else self._nearest(attempt.release),
            confirmation=None if attempt.rehearsal else answered,
            read_at=related.read_at(record, look),
            twins=related.twins_of(record, look),
            claimed=related.claims_of(attempt, record, look),
            override=related.override_of(attempt, record, look),
            points=related.points_of(attempt, record, look),
            world=self._look(attempt, record, turn),
        )
        return Gathered(facts, snapshot, binding, open_challenge)

    def blind(self, attempt: Attempt) -> Facts:
        """What is known of an attempt when the log cannot be read: nearly nothing."""
        return Facts(
            roles=self._people.counted(attempt.actor), listed=self._people.knows(attempt.actor.id)
        )

    def _nearest(self, release: str) -> tuple[str, ...]:
        from pubguard.ids import nearest

        start = len(ledger.RELEASES)
        return tuple(
            nearest(release, [name[start:] for name, _ in self._journal.states(ledger.RELEASES)])
        )

    def _look(
        self, attempt: Attempt, record: Record | None, turn: Turn | None
    ) -> dict[type[Any], Any]:
        """The world facts; one whose source fails, or takes too long, is unknown (law 9)."""
        calls = [partial(source.gather, attempt, record) for source in self._sources]
        found = hear(calls, LOOK, turn)
        return {
            source.kind: fact
            for source, fact in zip(self._sources, found, strict=True)
            if isinstance(fact, source.kind)
        }


def looking_at(snapshot: Snapshot) -> ledger.Look:
    """Gives the state of each stream in the snapshot."""

    def look(stream: str) -> bytes | None:
        row = snapshot.rows.get(stream)
        return row.body if row else None

    return look


def confirmation_of(
    state: ledger.Confirmation, record: Record | None, at: datetime
) -> tuple[str | None, ledger.Confirmation | None]:
    """The id of the confirmation if it can be used now, else the challenge if it still can.

    A confirmation that is over, or was given for another announced slot, is neither.
    """
    if state.expires_at <= at or state.slot != (record.release.release_at if record else None):
        return None, None
    if state.status == "answered":
        return state.id, None
    fresh = state.status == "open" and state.expires_at - at > SPARE
    return None, state if fresh else None
