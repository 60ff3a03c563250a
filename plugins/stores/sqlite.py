"""The store "sqlite": the log in one file, in WAL mode, synced at every commit."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from threading import Lock
from time import monotonic, sleep
from typing import TypeVar

from msgspec import Struct
from pubguard_plugins.stores.sqlite_errors import explain, locked
from pubguard_plugins.stores.sqlite_files import VERSION, create_file, open_file
from pubguard_plugins.stores.sqlite_reader import SqliteReader

from pubguard.errors import LogUnwritable
from pubguard.hookspecs import Register, hookimpl
from pubguard.protocols import Row, Snapshot

T = TypeVar("T")

_IDLE = 8
_FIRST_NAP, _LONGEST_NAP = 0.0002, 0.008


class SqliteStore(Struct, frozen=True, eq=False, dict=True):
    """One file. `path` is relative to `folder`, which is the workspace's.

    SQLite copies what it has logged into the file after every `checkpoint_pages` pages.
    """

    path: str
    folder: str = "."
    checkpoint_pages: int = 1000

    def __post_init__(self) -> None:
        """Refuse a path that no file can have."""
        if not self.path or "\0" in self.path:
            raise ValueError("path must name a file")

    @cached_property
    def file(self) -> str:
        """Where the file is."""
        return os.path.join(self.folder, self.path)

    @cached_property
    def _idle(self) -> list[sqlite3.Connection]:
        return []

    @cached_property
    def _writers(self) -> list[sqlite3.Connection]:
        return []

    @cached_property
    def _writing(self) -> Lock:
        return Lock()

    def create(self) -> None:
        """Make an empty store; refuse to touch one that is there."""
        create_file(self.file)

    @contextmanager
    def begin(self, timeout: float) -> Iterator[SqliteTransaction]:
        """Start an exclusive write, waiting at most `timeout` seconds for it."""
        deadline = monotonic() + timeout
        if not self._writing.acquire(timeout=timeout):
            raise locked(self.file, timeout)
        try:
            with self._lent(writing=True) as connection:
                self._take_turn(connection, deadline, timeout)
                try:
                    yield SqliteTransaction(connection)
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise
                try:
                    connection.execute("COMMIT")
                except sqlite3.Error:
                    _disown(connection)
                    raise
        finally:
            self._writing.release()

    @contextmanager
    def view(self) -> Iterator[SqliteReader]:
        """A reader to whom everything stands still as it is now."""
        with self._lent() as connection:
            connection.execute("BEGIN")
            reader = SqliteReader(connection)
            reader.size()  # a deferred transaction starts with its first read
            yield reader
            connection.execute("COMMIT")

    def snapshot(self, streams: Sequence[str]) -> Snapshot:
        """Size and streams as they were at one instant."""
        return self._ask(lambda reader: reader.snapshot(streams))

    def leaves(self, start: int, stop: int) -> Sequence[bytes]:
        """The leaf hashes from `start` up to, not including, `stop`."""
        return self._ask(lambda reader: reader.leaves(start, stop))

    def tiles(self) -> Sequence[bytes]:
        """The hash of every full tile, in order."""
        return self._ask(lambda reader: reader.tiles())

    def unseal(self, digests: Sequence[bytes]) -> Mapping[bytes, tuple[bytes, str]]:
        """Salt and value of each sealed digest that was not erased."""
        return self._ask(lambda reader: reader.unseal(digests))

    def damage(self) -> str | None:
        """What SQLite finds wrong with the file's structure, or None."""
        return self._ask(lambda reader: reader.damage())

    def states(self, prefix: str) -> Iterator[tuple[str, Row]]:
        """All streams whose name starts with `prefix`, in order of name."""
        return self._stream(lambda reader: reader.states(prefix))

    def read(
        self, start: int = 0, stop: int | None = None
    ) -> Iterator[tuple[int, str | None, bytes, bytes]]:
        """Index, release, bytes and leaf hash from `start` on, in order."""
        return self._stream(lambda reader: reader.read(start, stop))

    def read_release(self, release: str) -> Iterator[tuple[int, bytes]]:
        """Index and bytes of the entries about one release, in order."""
        return self._stream(lambda reader: reader.read_release(release))

    def sealed(self) -> Iterator[tuple[bytes, bytes, str]]:
        """Every sealed value as (digest, salt, value), in order of digest."""
        return self._stream(lambda reader: reader.sealed())

    def erase(self, digest: bytes, wait: float = 10.0) -> None:
        """Delete a sealed value so that neither the file nor its WAL still holds it.

        Raises:
            LogUnwritable: deleted, but a reader keeps the old pages alive; call it again.
        """
        with self.begin(10.0) as transaction:
            transaction.forget(digest)
        with self._lent() as connection:
            connection.execute(f"PRAGMA busy_timeout={int(wait * 1000)}")
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            connection.execute("PRAGMA busy_timeout=250")
        if busy:
            raise LogUnwritable(
                f"The value is deleted, but a program that reads {self.file} keeps traces of it.",
                "Let that program finish, then give the same command again.",
            )

    def replace_derived(
        self,
        leaves: Iterable[tuple[int, str | None, bytes]],
        tiles: Iterable[tuple[int, bytes]],
        rows: Iterable[tuple[str, int, bytes]],
    ) -> None:
        """Put these in the place of all leaf hashes, tiles and states, in one transaction."""
        with self.begin(10.0) as transaction:
            transaction.replace(leaves, tiles, rows)

    def close(self) -> None:
        """Let go of the files; the next call opens them again."""
        for home in (self._idle, self._writers):
            while home:
                home.pop().close()

    @contextmanager
    def _lent(self, *, writing: bool = False) -> Iterator[sqlite3.Connection]:
        """A connection for one caller; whatever goes wrong with it, it is not used again."""
        connection = self._taken(writing=writing)
        try:
            yield connection
        except sqlite3.Error as error:
            connection.close()
            raise explain(self.file, error) from error
        except BaseException:
            connection.close()
            raise
        home = self._writers if writing else self._idle
        if len(home) < _IDLE:
            home.append(connection)
        else:
            connection.close()

    def _taken(self, *, writing: bool) -> sqlite3.Connection:
        """A connection that nobody uses; one that writes keeps to its own way of waiting."""
        try:
            return self._writers.pop() if writing else self._idle.pop()
        except IndexError:
            pass
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = open_file(self.file, self.checkpoint_pages)
        if writing:
            connection.execute("PRAGMA busy_timeout=0")
        return connection

    def _ask(self, question: Callable[[SqliteReader], T]) -> T:
        with self._lent() as connection:
            return question(SqliteReader(connection))

    def _stream(self, question: Callable[[SqliteReader], Iterator[T]]) -> Iterator[T]:
        with self._lent() as connection:
            yield from question(SqliteReader(connection))

    def _take_turn(self, connection: sqlite3.Connection, deadline: float, timeout: float) -> None:
        # SQLite's own busy handler naps up to 100 ms and is unfair; short random naps are not.
        nap = _FIRST_NAP
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                left = deadline - monotonic()
                if left <= 0:
                    raise locked(self.file, timeout) from error
                sleep(min(left, nap * (0.5 + os.urandom(1)[0] / 256)))
                nap = min(nap * 2, _LONGEST_NAP)
            else:
                return


class SqliteTransaction(SqliteReader):
    """An exclusive write on one connection."""

    def put(
        self,
        entries: Sequence[tuple[int, str | None, bytes, bytes]],
        tiles: Sequence[tuple[int, bytes]],
        rows: Sequence[tuple[str, int, bytes]],
        sealed: Sequence[tuple[bytes, bytes, str]],
    ) -> None:
        """Store all of it."""
        run = self._connection.executemany
        run("INSERT INTO entry (idx, release, body, leaf) VALUES (?, ?, ?, ?)", entries)
        if tiles:
            run("INSERT INTO tile (idx, hash) VALUES (?, ?)", tiles)
        if rows:
            run("INSERT OR REPLACE INTO state (stream, idx, body) VALUES (?, ?, ?)", rows)
        if sealed:
            values = [(digest, salt, value.encode()) for digest, salt, value in sealed]
            run("INSERT INTO sealed (digest, salt, value) VALUES (?, ?, ?)", values)

    def forget(self, digest: bytes) -> None:
        """Delete a sealed value."""
        self._connection.execute("DELETE FROM sealed WHERE digest = ?", (digest,))

    def replace(
        self,
        leaves: Iterable[tuple[int, str | None, bytes]],
        tiles: Iterable[tuple[int, bytes]],
        rows: Iterable[tuple[str, int, bytes]],
    ) -> None:
        """Put these in the place of all leaf hashes, tiles and states."""
        run = self._connection.executemany
        run(
            "UPDATE entry SET release = ?2, leaf = ?3"
            " WHERE idx = ?1 AND (release IS NOT ?2 OR leaf IS NOT ?3)",
            leaves,
        )
        self._connection.execute("DELETE FROM tile")
        run("INSERT INTO tile (idx, hash) VALUES (?, ?)", tiles)
        self._connection.execute("DELETE FROM state")
        run("INSERT INTO state (stream, idx, body) VALUES (?, ?, ?)", rows)


@hookimpl
def register_stores(register: Register) -> None:
    """Offer the store "sqlite"."""
    register("sqlite", SqliteStore)


def _disown(connection: sqlite3.Connection) -> None:
    """Roll back, and see to it that no later recovery takes the failed commit for a good one.

    A commit whose sync failed has already written its frames to the WAL. They are
    overwritten here by a commit that changes nothing and needs no sync.
    """
    with suppress(sqlite3.Error):
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    with suppress(sqlite3.Error):
        connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute(f"PRAGMA user_version={VERSION}")
    with suppress(sqlite3.Error):
        connection.execute("PRAGMA synchronous=FULL")
