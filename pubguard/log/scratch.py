"""Room for more states and digests than fit in memory: a private file, gone when closed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

_HELD = 4096


class Scratch:
    """States and sealed digests as the entries give them, to be held against the store's."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.executescript(
            "PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF; BEGIN;"
            "CREATE TABLE state (stream TEXT PRIMARY KEY, idx INT, body BLOB) WITHOUT ROWID;"
            "CREATE TABLE seal (digest BLOB PRIMARY KEY, idx INT, field TEXT) WITHOUT ROWID;"
            "CREATE TABLE erased (idx INT, field TEXT, PRIMARY KEY (idx, field)) WITHOUT ROWID;"
        )
        self._fresh: dict[str, tuple[int, bytes]] = {}

    def look(self, stream: str) -> bytes | None:
        """The present state of a stream."""
        held = self._fresh.get(stream)
        if held:
            return held[1]
        row = self._file.execute("SELECT body FROM state WHERE stream = ?", (stream,)).fetchone()
        return row[0] if row else None

    def move(self, stream: str, index: int, body: bytes) -> None:
        """Give a stream its new state."""
        self._fresh[stream] = (index, body)
        if len(self._fresh) >= _HELD:
            self._spill()

    def states(self) -> Iterator[tuple[str, int, bytes]]:
        """Every stream with the index that last changed it and its state, in order of name."""
        self._spill()
        yield from self._file.execute("SELECT stream, idx, body FROM state ORDER BY stream")

    def seal(self, digest: bytes, index: int, field: str) -> None:
        """Remember that an entry names a sealed value."""
        self._file.execute("INSERT OR IGNORE INTO seal VALUES (?, ?, ?)", (digest, index, field))

    def erase(self, index: int, field: str) -> None:
        """Remember that the log records a value's erasure."""
        self._file.execute("INSERT OR IGNORE INTO erased VALUES (?, ?)", (index, field))

    def seals(self) -> Iterator[tuple[bytes, int, str, bool]]:
        """Every sealed value as (digest, entry, field, erased), in order of digest."""
        for digest, index, field, erased in self._file.execute(
            "SELECT digest, seal.idx, seal.field, erased.idx IS NOT NULL FROM seal"
            " LEFT JOIN erased ON erased.idx = seal.idx AND erased.field = seal.field"
            " ORDER BY digest"
        ):
            yield digest, index, field, bool(erased)

    def close(self) -> None:
        """Throw everything away."""
        self._file.close()

    def _spill(self) -> None:
        rows = [(stream, index, body) for stream, (index, body) in self._fresh.items()]
        self._file.executemany("INSERT OR REPLACE INTO state VALUES (?, ?, ?)", rows)
        self._fresh.clear()
