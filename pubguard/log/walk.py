"""The one pass over all entries that verification makes, and what it is told of their meaning."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from hashlib import sha256
from itertools import islice

from msgspec import MsgspecError, Struct

from pubguard.errors import LogCorrupt
from pubguard.events import DataErased, Event
from pubguard.log.checkpoint import Checkpoint
from pubguard.log.encoding import Entry, Glance, Header, decode, decode_header
from pubguard.log.merkle import EMPTY, TILE, Growing, perfect
from pubguard.log.scratch import Scratch
from pubguard.protocols import Reader

Look = Callable[[str], bytes | None]
Fold = Callable[[Event, Look], Mapping[str, bytes]]
Replay = Callable[[Entry, Look], str | None]
"""Decides an entry again from the states as they were before it; what differs, or None."""
Progress = Callable[[int, int], None]


class Meaning(Struct, frozen=True):
    """What the log alone cannot know of its entries.

    `fold` gives the states that an event changes, `moves` the kinds for which it
    can, and `quiet` says of a kind and its data that it certainly does not.
    `replay` decides again those of the kinds in `decided`.
    """

    fold: Fold
    moves: Collection[str]
    quiet: Callable[[str, Glance], bool] = lambda _kind, _data: False
    replay: Replay | None = None
    decided: Collection[str] = ()


def silent(done: int, size: int) -> None:
    """Tell nobody how far it is."""


class Bad(Exception):
    """What is wrong, and the index of the entry it is wrong with, where that is known."""

    def __init__(self, index: int | None, reason: str) -> None:
        super().__init__(reason)
        self.index = index


class Walk:
    """One pass over the entries, a tile's width at a time."""

    def __init__(self, scratch: Scratch, meaning: Meaning, kept: Checkpoint | None) -> None:
        self._scratch = scratch
        self._meaning = meaning
        self._kept = kept
        again = meaning.decided if meaning.replay else ()
        self._certain = {*again, DataErased.kind}
        self._known = {*meaning.moves, *self._certain}
        self._growing = Growing()
        self._done = 0

    def run(self, reader: Reader, size: int, progress: Progress) -> bytes:
        """Go through all entries; their root."""
        tiles = iter(reader.tiles())
        rows = reader.read(0, size)
        leaves: list[bytes] = []
        while part := list(islice(rows, TILE)):
            leaves = self._leaves(part)
            self._meet(leaves)
            if len(leaves) == TILE:
                tile, leaves = perfect(leaves), []
                if next(tiles, None) != tile:
                    start = self._done - TILE
                    raise Bad(start, f"the tile from entry {start} on is wrong")
                self._growing.add(tile, TILE)
                progress(self._done, size)
        self._finish(size)
        if next(tiles, None) is not None:
            raise Bad(size, "there is a tile beyond the last entry")
        progress(size, size)
        return self._root(leaves)

    def _leaves(self, part: Iterable[tuple[int, str | None, bytes, bytes]]) -> list[bytes]:
        leaves: list[bytes] = []
        expected, known, certain = self._done, self._known, self._certain
        quiet = self._meaning.quiet
        for index, release, body, leaf in part:
            if index != expected:
                raise Bad(expected, f"entry {expected} is missing")
            hashed = sha256(b"\x00" + body).digest()
            if hashed != leaf:
                raise Bad(index, f"the bytes of entry {index} do not fit its leaf hash")
            try:
                header = decode_header(body)
                if header.index != index or header.release != release:
                    raise Bad(index, f"entry {index} names another place or release than it has")
                kind = header.kind
                if header.sealed or (
                    kind in known and (kind in certain or not quiet(kind, header.data))
                ):
                    self._look_into(header, body)
            except (LogCorrupt, MsgspecError, ValueError) as error:
                raise Bad(index, f"entry {index}: {error}") from error
            leaves.append(hashed)
            expected += 1
        self._done = expected
        return leaves

    def _look_into(self, header: Header, body: bytes) -> None:
        """Fold, decide again, and note what is sealed and erased."""
        meaning, scratch = self._meaning, self._scratch
        for field, digest in header.sealed.items():
            scratch.seal(bytes.fromhex(digest), header.index, field)
        if header.kind not in self._known:
            return
        entry = decode(body)
        if meaning.replay and header.kind in meaning.decided:
            problem = meaning.replay(entry, scratch.look)
            if problem:
                raise Bad(header.index, f"decided again, entry {header.index} differs: {problem}")
        event = entry.event()
        if isinstance(event.data, DataErased):
            scratch.erase(event.data.entry, event.data.field)
        if header.kind in meaning.moves:
            for stream, state in meaning.fold(event, scratch.look).items():
                scratch.move(stream, header.index, state)

    def _meet(self, leaves: list[bytes]) -> None:
        """Compare with the checkpoint if it lies within these leaves."""
        kept, start = self._kept, self._done - len(leaves)
        if not kept or not start < kept.size <= self._done:
            return
        if self._root(leaves[: kept.size - start]) != kept.root:
            what = f"the first {kept.size} entries are not those that the checkpoint was made of"
            raise Bad(None, what)

    def _finish(self, size: int) -> None:
        kept = self._kept
        if self._done != size:
            raise Bad(self._done, f"entry {self._done} is missing")
        if kept and kept.size > size:
            raise Bad(size, f"the checkpoint is of {kept.size} entries; there are {size}")
        if kept and kept.size == 0 and kept.root != EMPTY:
            raise Bad(None, "the checkpoint is of an empty log with a root that cannot be")

    def _root(self, leaves: Iterable[bytes]) -> bytes:
        grown = self._growing.copy()
        for leaf in leaves:
            grown.add(leaf)
        return grown.root()
