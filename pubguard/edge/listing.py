"""From the calendar to the edge list: which addresses are closed, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct

from pubguard.addresses import Unclear, canonical
from pubguard.journal import Journal
from pubguard.ledger import RELEASES, read_record
from pubguard.model import Lifetime, Record, State
from pubguard.protocols import Closing, EdgeList

_FIRM = frozenset({State.CONFIRMED, State.PUBLISHED})


class NotClosed(Struct, frozen=True):
    """An output that cannot be closed by itself, and why; never its address."""

    release: str
    output: str
    reason: str


class Listing(Struct, frozen=True):
    """What is closed, what cannot be closed by itself, and addresses with two releases."""

    listed: EdgeList
    refused: tuple[NotClosed, ...]
    shared: tuple[tuple[str, ...], ...]


class EdgeLister:
    """Reads the calendar for the edge lock."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def listing(self) -> Listing:
        """Every embargoed address as of one size of the log.

        Raises:
            LogError: the log cannot be read.
        """
        from pubguard.log.eventlog import tree

        with self._journal.log.store.view() as reader:
            hashes = tree(reader, reader.snapshot(()).size)
            records = [read_record(row.body) for _, row in reader.states(RELEASES)]
            return made_of(records, hashes.size, hashes.root().hex())


def made_of(records: Iterable[Record], size: int, root: str) -> Listing:
    """The list of these releases; pure, and the same whatever their order."""
    known = {record.release.id: record for record in records}
    refused: list[NotClosed] = []
    doubtful: list[datetime | None] = []
    found: dict[tuple[str, tuple[str, ...]], dict[str, datetime | None]] = {}
    for release_id, record in sorted(known.items()):
        opens_at = opening(record, known)
        for output in record.release.outputs:
            if output.url is None or output.lifetime is not Lifetime.NEW:
                continue
            try:
                address = canonical(output.url)
            except Unclear as why:
                refused.append(NotClosed(release_id, output.id, str(why)))
                doubtful.append(opens_at)
            else:
                owners = found.setdefault((address.host, address.segments), {})
                owners[release_id] = opens_at
    closings = [
        Closing(host, segments, latest(owners.values()), tuple(owners))
        for (host, segments), owners in sorted(found.items())
    ]
    shared = sorted({tuple(owners) for owners in found.values() if len(owners) > 1})
    listed = EdgeList(tuple(closings), tuple(sorted(doubtful, key=_rank)), size, root)
    return Listing(listed, tuple(refused), tuple(shared))


def opening(record: Record, known: Mapping[str, Record]) -> datetime | None:
    """When its new addresses open, or None while nobody can say.

    Only an agreed slot opens, and none while a change waits (PG104) or another
    calendar's date for this very release differs. What is recorded as out since its
    slot stays out, whatever is proposed afterwards.
    """
    release = record.release
    slot = release.release_at
    if release.state not in _FIRM or slot is None or not record.agreed:
        return None
    out = record.published
    if release.state is State.PUBLISHED and out is not None and out >= slot:
        return slot
    twins = [known[other] for other in record.same if other in known]
    return slot if record.proposed is None and all(_agrees(t, slot) for t in twins) else None


def latest(times: Iterable[datetime | None]) -> datetime | None:
    """The last of some opening times; never, if one of them is."""
    return max(times, key=_rank)


def _agrees(twin: Record, slot: datetime) -> bool:
    other = twin.release
    return twin.proposed is None and other.state in _FIRM and other.release_at == slot


def _rank(opens_at: datetime | None) -> float:
    return float("inf") if opens_at is None else opens_at.timestamp()
