"""A store in memory: for tests, and as the shortest example of what a store is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock

from pubguard.errors import LogUnwritable
from pubguard.protocols import Row, Snapshot


class _Held:
    """Everything as it stands at one instant; replaced, never changed."""

    def __init__(self, held: _Held | None = None) -> None:
        self.entries = list(held.entries) if held else []
        self.tiles = list(held.tiles) if held else []
        self.rows = dict(held.rows) if held else {}
        self.values = dict(held.values) if held else {}

    entries: list[tuple[int, str | None, bytes, bytes]]
    tiles: list[bytes]
    rows: dict[str, Row]
    values: dict[bytes, tuple[bytes, str]]


class MemoryReader:
    """Reads from what is held in memory."""

    def __init__(self, held: _Held | None = None) -> None:
        self._held = held or _Held()

    def size(self) -> int:
        """How many entries there are."""
        return len(self._held.entries)

    def snapshot(self, streams: Sequence[str]) -> Snapshot:
        """Size and streams as they were at one instant."""
        held = self._held
        rows = {name: held.rows[name] for name in streams if name in held.rows}
        return Snapshot(len(held.entries), rows, tuple(streams))

    def indexes(self, streams: Sequence[str]) -> Mapping[str, int]:
        """The index at which each known stream last changed."""
        return {name: row.index for name, row in self.snapshot(streams).rows.items()}

    def states(self, prefix: str) -> Iterator[tuple[str, Row]]:
        """All streams whose name starts with `prefix`, in order of name."""
        return iter(sorted(item for item in self._held.rows.items() if item[0].startswith(prefix)))

    def read(
        self, start: int = 0, stop: int | None = None
    ) -> Iterator[tuple[int, str | None, bytes, bytes]]:
        """Index, release, bytes and leaf hash from `start` on, in order."""
        return iter(self._held.entries[start:stop])

    def read_release(self, release: str) -> Iterator[tuple[int, bytes]]:
        """Index and bytes of the entries about one release, in order."""
        return ((each[0], each[2]) for each in self._held.entries if each[1] == release)

    def leaves(self, start: int, stop: int) -> Sequence[bytes]:
        """The leaf hashes from `start` up to, not including, `stop`."""
        return [each[3] for each in self._held.entries[start:stop]]

    def tiles(self) -> Sequence[bytes]:
        """The hash of every full tile, in order."""
        return list(self._held.tiles)

    def unseal(self, digests: Sequence[bytes]) -> Mapping[bytes, tuple[bytes, str]]:
        """Salt and value of each sealed digest that was not erased."""
        return {each: self._held.values[each] for each in digests if each in self._held.values}

    def sealed(self) -> Iterator[tuple[bytes, bytes, str]]:
        """Every sealed value as (digest, salt, value), in order of digest."""
        return ((key, salt, value) for key, (salt, value) in sorted(self._held.values.items()))

    def damage(self) -> str | None:
        """Nothing: memory has no file."""
        return None


class MemoryTransaction(MemoryReader):
    """A write on a copy of what is held."""

    def __init__(self, held: _Held) -> None:
        super().__init__(_Held(held))

    @property
    def outcome(self) -> _Held:
        """What is held if the write succeeds."""
        return self._held

    def put(
        self,
        entries: Sequence[tuple[int, str | None, bytes, bytes]],
        tiles: Sequence[tuple[int, bytes]],
        rows: Sequence[tuple[str, int, bytes]],
        sealed: Sequence[tuple[bytes, bytes, str]],
    ) -> None:
        """Store all of it."""
        self._held.entries.extend(entries)
        self._held.tiles.extend(tile for _, tile in tiles)
        self._held.rows.update({name: Row(index, body) for name, index, body in rows})
        self._held.values.update({digest: (salt, value) for digest, salt, value in sealed})


class MemoryStore(MemoryReader):
    """A store that forgets everything with the process; each write copies all it holds."""

    def __init__(self) -> None:
        super().__init__()
        self._writing = Lock()

    def create(self) -> None:
        """Nothing to make: it is empty from the start."""

    @contextmanager
    def begin(self, timeout: float) -> Iterator[MemoryTransaction]:
        """Start an exclusive write, waiting at most `timeout` seconds for it."""
        if not self._writing.acquire(timeout=timeout):
            raise LogUnwritable("The store is locked by another writer.", "Try again.")
        try:
            transaction = MemoryTransaction(self._held)
            yield transaction
            self._held = transaction.outcome
        finally:
            self._writing.release()

    @contextmanager
    def view(self) -> Iterator[MemoryReader]:
        """A reader to whom everything stands still as it is now."""
        yield MemoryReader(self._held)

    def erase(self, digest: bytes) -> None:
        """Delete a sealed value."""
        with self.begin(10.0) as transaction:
            transaction.outcome.values.pop(digest, None)

    def replace_derived(
        self,
        leaves: Iterable[tuple[int, str | None, bytes]],
        tiles: Iterable[tuple[int, bytes]],
        rows: Iterable[tuple[str, int, bytes]],
    ) -> None:
        """Put these in the place of all leaf hashes, tiles and states."""
        with self.begin(10.0) as transaction:
            held = transaction.outcome
            bodies = {index: body for index, _, body, _ in held.entries}
            held.entries = [(index, name, bodies[index], leaf) for index, name, leaf in leaves]
            held.tiles = [tile for _, tile in tiles]
            held.rows = {name: Row(index, body) for name, index, body in rows}

    def close(self) -> None:
        """Nothing to let go of."""
