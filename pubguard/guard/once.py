"""The same answer for the same request: whoever did not hear it may ask again.

The answer lies sealed in the entry that records it, for as long as the log is kept or until
it is erased. It stands in one transaction with what it answers, so neither a restart nor a
second process makes two of one request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pubguard import ledger
from pubguard.decision import EntryRef
from pubguard.errors import LogConflict, LogCorrupt, Refused, RequestReused
from pubguard.sitting import UNSTORED

if TYPE_CHECKING:
    from msgspec import Struct

    from pubguard.journal import Journal
    from pubguard.model import Once
    from pubguard.protocols import Snapshot

ANSWER = "answer"
"""The sealed value's name."""


def streams(once: Once | None) -> tuple[str, ...]:
    """What has to be read, and must not have moved, for that request."""
    return (ledger.request_stream(once.key),) if once else ()


def sealed(once: Once | None, answer: Struct) -> dict[str, str]:
    """What is kept of the answer, beside the entry."""
    return {ANSWER: msgspec.json.encode(answer).decode()} if once else {}


def answered(
    once: Once | None, snapshot: Snapshot, journal: Journal
) -> tuple[bytes, EntryRef] | None:
    """The answer that was given, as JSON, and where it stands; None for a new request.

    Raises:
        RequestReused: the id stood for another request.
        Refused: the answer was erased.
        LogConflict: its id is being used in this very sitting.
        LogError: the log cannot be read.
    """
    row = snapshot.rows.get(ledger.request_stream(once.key)) if once else None
    if once is None or row is None:
        return None
    if row.index == UNSTORED:
        raise LogConflict("Another request with this id is being answered now.", "Ask again.")
    if ledger.read_asked(row.body).body != once.body:
        raise RequestReused(
            "This request id was used for another request.",
            "Give each request an id of its own; repeat one only with the very same body.",
        )
    entry = next(journal.log.read(row.index, row.index + 1), None)
    if entry is None:
        raise LogCorrupt(
            f"There is no entry {row.index}, to which a state points.", "Run `pubguard log verify`."
        )
    kept = journal.log.values(entry).get(ANSWER)
    if kept is None:
        raise Refused(
            f"This request was answered in entry {row.index}, and the answer was erased.",
            "Ask again with another request id.",
        )
    (leaf,) = journal.log.store.leaves(row.index, row.index + 1)
    return kept.encode(), EntryRef(row.index, leaf.hex())
