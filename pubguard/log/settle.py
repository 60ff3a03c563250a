"""Deciding and recording in one step: what happens inside the transaction of a batch."""

from __future__ import annotations

from _thread import allocate_lock
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import NamedTuple

from pubguard.decision import EntryRef
from pubguard.errors import LogConflict
from pubguard.events import Event
from pubguard.log.encoding import Prepared, prepare
from pubguard.log.merkle import TILE, leaf_hash, perfect
from pubguard.log.sealed import Sealed
from pubguard.protocols import Transaction


class Pending(NamedTuple):
    """The place of an event that is still on its way: its write, and its number in there."""

    write: Write
    offset: int

    def place(self) -> int | None:
        """Where it lies; None while it is not stored, or if it never will be."""
        write = self.write
        return None if write.error or not write.refs else write.refs[self.offset].index


class Write:
    """One caller's events on their way into the log.

    `expect` says, by stream, which entry moved it last: its index, -1 for none, or the event
    of another write that is stored before this one. `wake` is held until the write is
    decided, or until its caller is to lead. Once it is stored, `refs` says where each event
    lies; else `error` says why it is not.
    """

    __slots__ = (
        "deadline",
        "error",
        "events",
        "expect",
        "following",
        "leads",
        "prepared",
        "refs",
        "rows",
        "wake",
    )

    def __init__(
        self,
        events: Sequence[Event],
        rows: Mapping[str, tuple[int, bytes]],
        expect: Mapping[str, int | Pending],
        timeout: float,
    ) -> None:
        self.events = events
        self.rows = rows
        self.expect = expect
        self.deadline = monotonic() + timeout
        self.prepared: Sequence[Prepared] | None = None
        self.error: Exception | None = None
        self.refs: tuple[EntryRef, ...] = ()
        self.leads = False
        self.following: Write | None = None
        self.wake = allocate_lock()
        self.wake.acquire()

    def encode(self) -> Sequence[Prepared]:
        """The events as bytes; made once, and nothing where they cannot be made."""
        if self.prepared is None:
            try:
                self.prepared = [prepare(event) for event in self.events]
            except Exception as error:  # noqa: BLE001 - one caller's fault must not be the others'
                self.error = error
                self.prepared = ()
        return self.prepared

    def remaining(self) -> float:
        """Seconds until the caller stops waiting, never below zero."""
        return max(0.0, self.deadline - monotonic())


def settle(transaction: Transaction, writes: Sequence[Write]) -> None:
    """Put into the transaction those writes whose streams have not moved, in their order.

    Each of the others gets a LogConflict; an earlier write of the batch counts
    as a move.
    """
    size = start = transaction.size()
    last = dict(transaction.indexes(list({name for write in writes for name in write.expect})))
    entries: list[tuple[int, str | None, bytes, bytes]] = []
    rows: dict[str, tuple[str, int, bytes]] = {}
    sealed: list[Sealed] = []
    for write in writes:
        encoded = write.encode()
        write.error = write.error or _conflict(write, last)
        if write.error:
            continue
        first, refs = size, []
        for prepared in encoded:
            body = prepared.at(size)
            leaf = leaf_hash(body)
            entries.append((size, prepared.release, body, leaf))
            refs.append(EntryRef(size, leaf.hex()))
            sealed.extend(prepared.sealed)
            size += 1
        write.refs = tuple(refs)
        for stream, (offset, state) in write.rows.items():
            last[stream] = first + offset
            rows[stream] = (stream, last[stream], state)
    if entries:
        tiles = _full_tiles(transaction, start, [entry[3] for entry in entries])
        transaction.put(entries, tiles, list(rows.values()), sealed)


def _conflict(write: Write, last: Mapping[str, int]) -> LogConflict | None:
    for stream, expected in write.expect.items():
        index = expected.place() if isinstance(expected, Pending) else expected
        if last.get(stream, -1) != index:
            return LogConflict(
                f"{stream} has changed since it was read.", "Nothing was stored. Try again."
            )
    return None


def _full_tiles(
    transaction: Transaction, start: int, new: Sequence[bytes]
) -> list[tuple[int, bytes]]:
    """The tiles that the new leaves, which begin at index `start`, make full."""
    tiles = []
    for tile in range(start // TILE, (start + len(new)) // TILE):
        low, high = tile * TILE, (tile + 1) * TILE
        older = transaction.leaves(low, start) if low < start else ()
        tiles.append((tile, perfect([*older, *new[max(low - start, 0) : high - start]])))
    return tiles
