"""The event log over a store: appends that decide and record in one step, and reading.

Callers queue; one of them leads and stores the whole queue in one transaction,
so that many share one sync. The queue is only taken once the transaction has
begun: a caller who gives up before that takes its write along, and nothing of
it is ever stored.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from threading import Lock
from time import sleep
from typing import TYPE_CHECKING

from pubguard.decision import EntryRef
from pubguard.errors import LogCorrupt, LogError, LogUnwritable
from pubguard.events import Event
from pubguard.log.encoding import Entry, decode
from pubguard.log.merkle import TILE, Tree, leaf_hash
from pubguard.log.settle import Pending, Write, settle
from pubguard.protocols import Reader, Row, Snapshot, Store

if TYPE_CHECKING:
    from pubguard.clock import Clock

_BATCH = 512
_PAUSE = 0.0001
_PAUSES = 24
_TAIL = 4


class EventLog:
    """An append-only log in a store. Any number of threads and processes may share one.

    Opening it checks the last entries.

    Raises:
        LogUnwritable: the store cannot be opened.
        LogCorrupt: its end contradicts itself.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self._gate = Lock()
        self._queue: deque[Write] = deque()
        self._led = False
        self._doubtful = False
        check_tail(store)

    def append(
        self,
        events: Sequence[Event],
        rows: Mapping[str, tuple[int, bytes]],
        expect: Mapping[str, int | Pending],
        timeout: float = 10.0,
    ) -> tuple[EntryRef, ...]:
        """Store the events, durable when this returns; where each lies, in order.

        Args:
            events: what happened.
            rows: by stream, the place in `events` of what changed it last, and its new state.
            expect: by stream, the index at which it last changed; -1 if it must not exist.
            timeout: seconds to wait for a turn; then nothing is stored, now or later.

        Raises:
            LogConflict: a stream has moved.
            LogUnwritable: not stored.
            LogCorrupt: the store contradicts itself.
            UsageError: an event holds what an entry cannot.
        """
        if not events:
            return ()
        write = Write(events, rows, expect, timeout)
        self.append_all((write,))
        if write.error:
            raise write.error
        return write.refs

    def append_all(self, writes: Sequence[Write]) -> None:
        """Store several writes in their order, each as `append` would; together if they can be.

        Nothing is raised for one of them: its `refs` or its `error` says what became of it.
        """
        if not writes:
            return
        with self._gate:
            self._queue.extend(writes)
            lead, self._led = not self._led, True
        waiting = deque(writes)
        try:
            while waiting:
                self._see_through(waiting[0], lead=lead)
                waiting.popleft()
                lead = False
        finally:
            for write in waiting:
                self._give_up(write)

    def snapshot(self, streams: Sequence[str]) -> Snapshot:
        """The log's size and the states of some streams, as they were at one instant."""
        return self.store.snapshot(streams)

    def states(self, prefix: str) -> Iterator[tuple[str, Row]]:
        """All streams whose name starts with `prefix`, in order of name."""
        return self.store.states(prefix)

    def size(self) -> int:
        """How many entries there are."""
        return self.store.snapshot(()).size

    def read(self, start: int = 0, stop: int | None = None) -> Iterator[Entry]:
        """The entries from `start` up to, not including, `stop`."""
        for _, _, body, _ in self.store.read(start, stop):
            yield decode(body)

    def read_release(self, release: str) -> Iterator[Entry]:
        """The entries about one release, in order."""
        for _, body in self.store.read_release(release):
            yield decode(body)

    def values(self, entry: Entry) -> dict[str, str]:
        """The sealed values of an entry that were not erased, by name."""
        names = {bytes.fromhex(digest): name for name, digest in entry.sealed.items()}
        found = self.store.unseal(list(names)) if names else {}
        return {names[digest]: value for digest, (_, value) in found.items()}

    def close(self) -> None:
        """Let go of the store's files."""
        self.store.close()

    def _see_through(self, write: Write, *, lead: bool) -> None:
        """Come back when the write is decided."""
        if not lead:
            if not write.wake.acquire(timeout=write.remaining()):
                if self._withdraw(write):
                    write.error = LogUnwritable(
                        "The event log did not take the event in time: others were first.",
                        "Nothing was stored. Try again; if it persists, see who uses the log.",
                    )
                    return
                write.wake.acquire()  # it is being stored: only the outcome can be waited for
            if write.following:
                write.following.wake.release()
        if lead or write.leads:
            self._lead(write)

    def _give_up(self, write: Write) -> None:
        """Nobody waits for the write any more: what is not being stored never will be."""
        if not self._withdraw(write) and write.leads:
            self._hand_on([], write)

    def _withdraw(self, write: Write) -> bool:
        """Take a write out of the queue; False if it is too late for that."""
        with self._gate:
            if write.leads or write not in self._queue:
                return False
            self._queue.remove(write)
            return True

    def _lead(self, own: Write) -> None:
        """Store the queue, with the leader's own write at its head, and let another lead."""
        batch: list[Write] = []
        try:
            if own.leads:
                self._pause()
            self._recheck()
            for write in tuple(self._queue):
                write.encode()  # before the store is locked; the few that come later, within
            with self.store.begin(own.remaining()) as transaction:
                batch = self._take()
                settle(transaction, batch)
        except BaseException as error:
            self._doubtful = self._doubtful or bool(batch)
            problem = error if isinstance(error, LogError) else _unexpected(error)
            for write in batch or [own]:
                write.error = problem
            if not isinstance(error, LogError):
                raise
        finally:
            self._hand_on(batch, own)

    def _pause(self) -> None:
        """Let other processes in, and the queue grow while it does."""
        for _ in range(_PAUSES):
            before = len(self._queue)
            sleep(_PAUSE)
            if len(self._queue) <= before:
                return

    def _take(self) -> list[Write]:
        with self._gate:
            return [self._queue.popleft() for _ in range(min(len(self._queue), _BATCH))]

    def _hand_on(self, batch: Sequence[Write], own: Write | None = None) -> None:
        """Wake everybody whose write is decided, and the next leader."""
        with self._gate:
            if own is not None and own in self._queue:
                self._queue.remove(own)
            heir = self._queue[0] if self._queue else None
            self._led = heir is not None
            if heir:
                heir.leads = True
        # One wakes the next: were all woken at once, they would only fight for the interpreter.
        others = [write for write in batch if write is not own]
        for write, following in pairwise(others):
            write.following = following
        if heir:
            heir.wake.release()
        if others:
            others[0].wake.release()

    def _recheck(self) -> None:
        """After a failed write nothing is appended before the store was opened anew."""
        if self._doubtful:
            self.store.close()
            check_tail(self.store)
            self._doubtful = False


def check_tail(store: Store) -> None:
    """Hold the last entries against their leaf hashes and places.

    Raises:
        LogCorrupt: they contradict each other.
    """
    size = store.snapshot(()).size
    start = max(0, size - _TAIL)
    expected = start
    for index, release, body, leaf in store.read(start, size):
        entry = decode(body)
        if (index, entry.index, entry.release) != (expected, expected, release):
            raise _broken(expected)
        if leaf_hash(body) != leaf:
            raise _broken(expected)
        expected += 1
    if expected != size:
        raise _broken(expected)


def tree(reader: Reader, size: int) -> Tree:
    """The Merkle tree over the first `size` entries, from the stored hashes."""
    return Tree(size, reader.tiles()[: size // TILE], reader.leaves)


def _broken(index: int) -> LogCorrupt:
    return LogCorrupt(
        f"The end of the event log contradicts itself at entry {index}.",
        "Run `pubguard log verify`, keep a copy of the file, and find out who changed it.",
    )


def _unexpected(error: BaseException) -> LogUnwritable:
    return LogUnwritable(
        f"The event could not be stored: {type(error).__name__}.", "Nothing was stored. Try again."
    )
