"""What every store must do; subclass it and give a `store` that is made and empty."""

from __future__ import annotations

from abc import abstractmethod
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from pubguard.errors import LogConflict, LogUnwritable
from pubguard.events import ChallengeAnswered, DataErased, Event
from pubguard.log.encoding import prepare
from pubguard.log.eventlog import EventLog, tree
from pubguard.log.merkle import TILE, leaf_hash
from pubguard.log.rebuild import rebuild
from pubguard.log.verify import verify
from pubguard.log.walk import Look, Meaning
from pubguard.protocols import Row, Store
from pubguard.testing.clock import SettableClock

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def event(number: int = 0, release: str | None = "cpi-october-2026", **sealed: str) -> Event:
    """A small event that moves the stream ``confirm/NUMBER``."""
    data = ChallengeAnswered(challenge=f"c{number}", binding=str(number))
    return Event(at=NOON, data=data, release=release, actor="a.jones", via="test", sealed=sealed)


def prepare_at(happened: Event, index: int) -> bytes:
    """The bytes of an entry at that place."""
    return prepare(happened).at(index)


def fold(moved: Event, _: Look) -> dict[str, bytes]:
    """The states that `event` makes."""
    data = moved.data
    return {f"confirm/{data.binding}": b"used"} if isinstance(data, ChallengeAnswered) else {}


MEANING = Meaning(fold, frozenset({ChallengeAnswered.kind}))


def add(log: EventLog, number: int, after: int = -1, **sealed: str) -> int:
    """Append `event`, provided that its stream last changed at `after`; its index."""
    name = f"confirm/{number}"
    (ref,) = log.append([event(number, **sealed)], {name: (0, b"used")}, {name: after})
    return ref.index


def put_and_fail(store: Store) -> None:
    """Put an entry and a state, and raise within the transaction."""
    with store.begin(1.0) as transaction:
        transaction.put([(0, None, b"{}", b"")], [], [("a", 0, b"")], [])
        raise ZeroDivisionError


class StoreContract:
    """The laws of a store, driven through the event log as production drives it."""

    @pytest.fixture
    @abstractmethod
    def store(self) -> Store:
        """A store that was made and is empty."""

    @pytest.fixture
    def log(self, store: Store) -> EventLog:
        """An event log over it."""
        return EventLog(store, SettableClock("2026-11-26T12:00:00Z"))

    def test_an_empty_store_has_nothing(self, store: Store) -> None:
        """A new store has size 0, no states, no tiles, no sealed values and no damage."""
        assert store.snapshot(["config"]).size == 0
        assert [*store.states(""), *store.read(), *store.tiles(), *store.sealed()] == []
        assert store.damage() is None

    def test_what_was_put_is_read_back_byte_for_byte(self, store: Store) -> None:
        """Entries, leaves, tiles, states and sealed values come back as they were handed over."""
        entry = (0, "r\u00e9", b'{"\x00":1}', b"\xff" * 32)
        with store.begin(1.0) as transaction:
            transaction.put(
                [entry], [(0, b"\x01" * 32)], [("a", 0, b"\x00")], [(b"d", b"s", "v\x00\u00e9")]
            )
        assert list(store.read()) == [entry]
        assert list(store.read_release("r\u00e9")) == [(0, entry[2])]
        assert list(store.leaves(0, 1)) == [entry[3]]
        assert list(store.tiles()) == [b"\x01" * 32]
        assert dict(store.states("")) == {"a": Row(0, b"\x00")}
        assert dict(store.unseal([b"d", b"e"])) == {b"d": (b"s", "v\x00\u00e9")}
        assert list(store.sealed()) == [(b"d", b"s", "v\x00\u00e9")]

    def test_a_failed_write_leaves_nothing(self, store: Store) -> None:
        """What was put before an exception in the transaction is not there afterwards."""
        with pytest.raises(ZeroDivisionError):
            put_and_fail(store)
        assert store.snapshot(["a"]).size == 0
        assert store.snapshot(["a"]).rows == {}

    def test_a_second_writer_waits_no_longer_than_told(self, store: Store) -> None:
        """While one writes, another gets LogUnwritable after its time, and can write later."""
        with store.begin(1.0), pytest.raises(LogUnwritable), store.begin(0.02):
            raise AssertionError
        with store.begin(1.0) as transaction:
            assert transaction.size() == 0

    def test_states_come_in_order_and_by_prefix(self, log: EventLog, store: Store) -> None:
        """`states` gives the streams of a prefix in order of name, and no others."""
        for number in (3, 1, 20, 2):
            add(log, number)
        assert [name for name, _ in store.states("confirm/2")] == ["confirm/2", "confirm/20"]
        assert len(list(store.states("conf"))) == 4
        assert store.snapshot(["confirm/20", "none"]).rows == {"confirm/20": Row(2, b"used")}

    def test_many_streams_are_asked_at_once(self, log: EventLog, store: Store) -> None:
        """A snapshot of thousands of streams finds the known ones."""
        add(log, 7)
        names = [f"confirm/{number}" for number in range(3000)]
        assert list(store.snapshot(names).rows) == ["confirm/7"]

    def test_an_expectation_that_moved_stores_nothing(self, log: EventLog) -> None:
        """A write resting on a stream that has moved is refused and leaves no trace."""
        add(log, 1)
        with pytest.raises(LogConflict):
            add(log, 1)
        assert log.size() == 1
        assert add(log, 1, after=0) == 1

    def test_a_view_stands_still(self, log: EventLog, store: Store) -> None:
        """A view shows what was there when it was opened, whatever is written meanwhile."""
        add(log, 1)
        with store.view() as view:
            add(log, 2)
            assert view.snapshot(["confirm/2"]).size == 1
            assert [index for index, *_ in view.read()] == [0]
        assert log.size() == 2

    def test_an_expectation_is_used_once_by_many_threads(self, log: EventLog) -> None:
        """Of forty threads that rest on the same stream exactly one is stored."""

        def attempt(_: int) -> bool:
            try:
                add(log, 1)
            except LogConflict:
                return False
            return True

        with ThreadPoolExecutor(40) as pool:
            assert sum(pool.map(attempt, range(40))) == 1
        assert log.size() == 1

    def test_tiles_and_leaves_make_the_root(self, log: EventLog, store: Store) -> None:
        """After two full tiles and a rest, the stored hashes give the root of the bytes."""
        count = 2 * TILE + 3
        log.append([event(number) for number in range(TILE - 1)], {}, {})
        log.append([event(number) for number in range(TILE + 4)], {}, {})
        leaves = [leaf_hash(body) for _, _, body, _ in store.read()]
        assert len(leaves) == count
        assert list(store.leaves(0, count)) == leaves
        assert len(store.tiles()) == 2
        report = verify(store, Meaning(fold, frozenset()))
        assert report.ok
        assert report.root == tree(store, count).root().hex()

    def test_erasing_leaves_every_hash_as_it_was(self, log: EventLog, store: Store) -> None:
        """An erased value is gone, the root is the same, and the log verifies."""
        add(log, 1, reason="The figures were wrong")
        (entry,) = log.read()
        assert log.values(entry) == {"reason": "The figures were wrong"}
        log.append([Event(at=NOON, data=DataErased(entry=0, field="reason"))], {}, {})
        before = verify(store, MEANING).root
        store.erase(bytes.fromhex(entry.sealed["reason"]))
        assert log.values(entry) == {}
        assert verify(store, MEANING).ok
        assert verify(store, MEANING).root == before

    def test_what_follows_from_the_entries_can_be_made_again(
        self, log: EventLog, store: Store
    ) -> None:
        """After tiles and states were lost, `rebuild` makes them as they were."""
        for number in range(3):
            add(log, number)
        log.append([event(number) for number in range(3, TILE)], {}, {})
        store.replace_derived([(i, "other", b"\x00" * 32) for i in range(TILE)], [], [])
        assert not verify(store, MEANING).ok
        assert rebuild(store, MEANING).leaves_changed == tuple(range(TILE))
        assert verify(store, MEANING).ok

    def test_a_closed_store_opens_again(self, log: EventLog, store: Store) -> None:
        """After `close` the next call works, on what was stored before."""
        add(log, 1)
        store.close()
        assert store.snapshot(()).size == 1
