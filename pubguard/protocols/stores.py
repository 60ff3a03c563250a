"""Stores: they keep the bytes that the log hands them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from msgspec import Struct


class Row(Struct, frozen=True):
    """The state of one stream: the index of the entry that last changed it, and its bytes."""

    index: int
    body: bytes


class Snapshot(Struct, frozen=True):
    """The log's size and some streams, read in one transaction.

    `asked` names all streams that were looked for; `rows` holds the known ones.
    """

    size: int
    rows: Mapping[str, Row]
    asked: tuple[str, ...] = ()

    def indexes(self) -> dict[str, int]:
        """When each stream asked for last changed; -1 for one that does not exist."""
        found = dict.fromkeys(self.asked, -1)
        found.update((name, row.index) for name, row in self.rows.items())
        return found


class Transaction(Protocol):
    """An exclusive write, durable when its context ends without an exception."""

    def size(self) -> int:
        """How many entries there are."""
        ...

    def indexes(self, streams: Sequence[str]) -> Mapping[str, int]:
        """The index at which each known stream last changed."""
        ...

    def leaves(self, start: int, stop: int) -> Sequence[bytes]:
        """The leaf hashes from `start` up to, not including, `stop`."""
        ...

    def put(
        self,
        entries: Sequence[tuple[int, str | None, bytes, bytes]],
        tiles: Sequence[tuple[int, bytes]],
        rows: Sequence[tuple[str, int, bytes]],
        sealed: Sequence[tuple[bytes, bytes, str]],
    ) -> None:
        """Store all of it.

        Entries are (index, release, bytes, leaf hash), tiles (number, hash), rows
        (stream, index, state), sealed values (digest, salt, value).
        """
        ...


class Reader(Protocol):
    """What can be read of a store."""

    def snapshot(self, streams: Sequence[str]) -> Snapshot:
        """Size and streams as they were at one instant."""
        ...

    def states(self, prefix: str) -> Iterator[tuple[str, Row]]:
        """All streams whose name starts with `prefix`, in order of name."""
        ...

    def read(
        self, start: int = 0, stop: int | None = None
    ) -> Iterator[tuple[int, str | None, bytes, bytes]]:
        """Index, release, bytes and leaf hash from `start` on, in order, not loading them all."""
        ...

    def read_release(self, release: str) -> Iterator[tuple[int, bytes]]:
        """Index and bytes of the entries about one release, in order."""
        ...

    def leaves(self, start: int, stop: int) -> Sequence[bytes]:
        """The leaf hashes from `start` up to, not including, `stop`."""
        ...

    def tiles(self) -> Sequence[bytes]:
        """The hash of every full tile of 256 leaves, in order."""
        ...

    def unseal(self, digests: Sequence[bytes]) -> Mapping[bytes, tuple[bytes, str]]:
        """Salt and value of each sealed digest that was not erased."""
        ...

    def sealed(self) -> Iterator[tuple[bytes, bytes, str]]:
        """Every sealed value as (digest, salt, value), in order of digest."""
        ...

    def damage(self) -> str | None:
        """What the store itself finds wrong with its files, or None."""
        ...


class Store(Reader, Protocol):
    """Keeps the bytes that the log hands it; never looks into them.

    MUST be durable when `begin`'s context has ended. MUST raise LogUnwritable for
    a write that was not stored and LogCorrupt for a file that is not a store. Of a
    write that failed, nothing may come to light later.
    """

    def create(self) -> None:
        """Make an empty store; refuse to touch one that is there."""
        ...

    def begin(self, timeout: float) -> AbstractContextManager[Transaction]:
        """Start an exclusive write, waiting at most `timeout` seconds for it."""
        ...

    def view(self) -> AbstractContextManager[Reader]:
        """A reader to whom everything stands still as it is now."""
        ...

    def erase(self, digest: bytes) -> None:
        """Delete a sealed value so that no page of the file still holds it."""
        ...

    def replace_derived(
        self,
        leaves: Iterable[tuple[int, str | None, bytes]],
        tiles: Iterable[tuple[int, bytes]],
        rows: Iterable[tuple[str, int, bytes]],
    ) -> None:
        """Put these in the place of all that is derived, in one transaction.

        Leaf hashes come as (index, release, leaf), tiles and rows as in `put`.
        """
        ...

    def close(self) -> None:
        """Let go of the files; the next call opens them again."""
        ...
