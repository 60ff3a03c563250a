"""What can be read of a SQLite store through one connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from pubguard.protocols import Row, Snapshot

_CHUNK = 512
_SIZE = "SELECT max(idx) FROM entry"


class SqliteReader:
    """Reads; every call is one statement, so it sees one instant."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def size(self) -> int:
        """How many entries there are: the last index and one."""
        return _size(self._connection.execute(_SIZE).fetchone()[0])

    def snapshot(self, streams: Sequence[str]) -> Snapshot:
        """Size and streams as they were at one instant."""
        rows: dict[str, Row] = {}
        size = 0
        for part in _parts(streams) or [()]:
            found = self._connection.execute(
                f"SELECT NULL, ({_SIZE}), NULL UNION ALL"  # noqa: S608 - only question marks
                f" SELECT stream, idx, body FROM state WHERE stream IN ({_marks(part)})",
                part,
            )
            for stream, index, body in found:
                if stream is None:
                    size = _size(index)
                else:
                    rows[stream] = Row(index, body)
        return Snapshot(size, rows, tuple(streams))

    def indexes(self, streams: Sequence[str]) -> Mapping[str, int]:
        """The index at which each known stream last changed."""
        found: dict[str, int] = {}
        for part in _parts(streams):
            found.update(
                self._connection.execute(
                    f"SELECT stream, idx FROM state WHERE stream IN ({_marks(part)})",  # noqa: S608
                    part,
                )
            )
        return found

    def states(self, prefix: str) -> Iterator[tuple[str, Row]]:
        """All streams whose name starts with `prefix`, in order of name."""
        for stream, index, body in self._connection.execute(
            "SELECT stream, idx, body FROM state WHERE stream >= ? ORDER BY stream", (prefix,)
        ):
            if not stream.startswith(prefix):
                return
            yield stream, Row(index, body)

    def read(
        self, start: int = 0, stop: int | None = None
    ) -> Iterator[tuple[int, str | None, bytes, bytes]]:
        """Index, release, bytes and leaf hash from `start` on, in order."""
        return self._connection.execute(
            "SELECT idx, release, body, leaf FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx",
            (start, 2**62 if stop is None else stop),
        )

    def read_release(self, release: str) -> Iterator[tuple[int, bytes]]:
        """Index and bytes of the entries about one release, in order."""
        yield from self._connection.execute(
            "SELECT idx, body FROM entry WHERE release = ? ORDER BY idx", (release,)
        )

    def leaves(self, start: int, stop: int) -> Sequence[bytes]:
        """The leaf hashes from `start` up to, not including, `stop`."""
        rows = self._connection.execute(
            "SELECT leaf FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx", (start, stop)
        )
        return [leaf for (leaf,) in rows]

    def tiles(self) -> Sequence[bytes]:
        """The hash of every full tile, in order."""
        return [tile for (tile,) in self._connection.execute("SELECT hash FROM tile ORDER BY idx")]

    def unseal(self, digests: Sequence[bytes]) -> Mapping[bytes, tuple[bytes, str]]:
        """Salt and value of each sealed digest that was not erased."""
        found: dict[bytes, tuple[bytes, str]] = {}
        for digest in digests:
            for salt, value in self._connection.execute(
                "SELECT salt, value FROM sealed WHERE digest = ?", (digest,)
            ):
                found[digest] = (salt, value.decode(errors="replace"))
        return found

    def sealed(self) -> Iterator[tuple[bytes, bytes, str]]:
        """Every sealed value as (digest, salt, value), in order of digest."""
        for digest, salt, value in self._connection.execute(
            "SELECT digest, salt, value FROM sealed ORDER BY digest"
        ):
            yield digest, salt, value.decode(errors="replace")

    def damage(self) -> str | None:
        """What SQLite finds wrong with the file's structure, or None."""
        (found,) = self._connection.execute("PRAGMA integrity_check(1)").fetchone()
        return None if found == "ok" else str(found)


def _parts(names: Sequence[str]) -> list[tuple[str, ...]]:
    """The names in chunks whose lengths are powers of two, so that few statements differ."""
    rest = iter(names)
    parts = []
    while part := tuple(islice(rest, _CHUNK)):
        room = 1 << (len(part) - 1).bit_length()
        parts.append(part + part[-1:] * (room - len(part)))
    return parts


def _marks(part: Sequence[str]) -> str:
    return ",".join("?" * len(part))


def _size(last: int | None) -> int:
    return 0 if last is None else last + 1
