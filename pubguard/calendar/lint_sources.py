"""Findings about calendars that disagree: with what was agreed, or with each other."""

from __future__ import annotations

from collections.abc import Iterator

from pubguard.calendar.findings import LintFinding, Scene, where
from pubguard.clock import say
from pubguard.ledger import word
from pubguard.model import Record, State, Word

_FIRM = frozenset({State.CONFIRMED, State.PUBLISHED})


def find(scene: Scene) -> Iterator[LintFinding]:
    """All of them."""
    known = {record.release.id: record for record in scene.records}
    for record in scene.open:
        said, have = record.said, word(record.release)
        if said and record.proposed is None and _apart(said, have):
            reason = f"Its calendar still says {_says(said)}; {_says(have)} was agreed since."
            remedy = "Have the calendar itself put right, so that users read the agreed date."
            yield LintFinding(
                "CAL109", record.release.id, where(record, "release_at"), reason, remedy
            )
        for name in record.same:
            if name in known and _apart(word(known[name].release), have):
                yield _twins(record, known[name])


def _apart(one: Word, other: Word) -> bool:
    firm = {one.state, other.state} <= _FIRM
    return one.release_at != other.release_at or not (firm or one.state is other.state)


def _twins(record: Record, twin: Record) -> LintFinding:
    other = twin.release
    reason = f"{other.id} is the same release, and its calendar says {_says(word(other))}."
    remedy = (
        "Have one of the two dates changed and agreed; or, if they are two releases: pubguard "
        f"calendar same {record.release.id} {other.id} --undo"
    )
    return LintFinding("PG104", record.release.id, where(record, "release_at"), reason, remedy)


def _says(said: Word) -> str:
    return f"{said.state}, {say(said.release_at)}" if said.release_at else f"{said.state}"
