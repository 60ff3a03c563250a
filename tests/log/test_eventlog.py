"""Deciding and recording in one step, for many threads and processes at once."""

import contextlib
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pubguard_plugins.stores.sqlite import SqliteStore

from pubguard.errors import LogConflict, LogCorrupt, LogUnwritable, UsageError
from pubguard.events import ConfigChanged, Event
from pubguard.log.encoding import decode
from pubguard.log.eventlog import EventLog
from pubguard.log.settle import Pending, Write, settle
from pubguard.log.verify import verify
from pubguard.testing import SettableClock
from pubguard.testing.store import MemoryStore
from pubguard.testing.store_contract import MEANING, NOON, add, event

CLOCK = SettableClock("2026-11-26T12:00:00Z")


def test_an_append_says_where_each_event_lies(log, store):
    """The references are the indexes in order and the leaf hashes of the stored bytes."""
    refs = log.append([event(1), event(2)], {}, {})
    more = log.append([event(3)], {}, {})
    stored = [(index, leaf.hex()) for index, _, _, leaf in store.read()]
    assert [(ref.index, ref.hash) for ref in [*refs, *more]] == stored
    assert log.append([], {}, {}) == ()


def test_rows_carry_the_index_of_the_event_that_moved_them(log):
    """A row's offset into the events becomes the index of the entry."""
    log.append([event(0)], {}, {})
    log.append([event(1), event(2)], {"a": (0, b"x"), "b": (1, b"y")}, {"a": -1, "b": -1})
    rows = log.snapshot(["a", "b"]).rows
    assert {name: row.index for name, row in rows.items()} == {"a": 1, "b": 2}


def test_an_expectation_of_something_is_refused_where_nothing_is(log):
    """A state that was read and is gone has moved as well."""
    with pytest.raises(LogConflict):
        log.append([event(1)], {"s": (0, b"x")}, {"s": 7})
    assert log.size() == 0


def test_an_expectation_of_nothing_is_refused_where_something_is(log):
    """Expecting -1 holds only for a stream that does not exist, an index only for that index."""
    log.append([event(1)], {"a": (0, b"x")}, {"a": -1})
    for wrong in (-1, 1, 7):
        with pytest.raises(LogConflict, match="a has changed"):
            log.append([event(2)], {}, {"a": wrong})
    log.append([event(2)], {}, {"a": 0, "never": -1})
    assert log.size() == 2


def test_what_cannot_be_encoded_stores_nothing(log):
    """An event that canonical JSON cannot hold is refused before anything is queued."""
    bad = Event(at=NOON, data=ConfigChanged(settings={"x": 0.5}, changed=(), rules={}))
    with pytest.raises(UsageError):
        log.append([event(1), bad], {}, {})
    assert log.size() == 0
    add(log, 1)


streams = st.sampled_from(["a", "b", "c"])
writes = st.lists(st.tuples(st.dictionaries(streams, st.integers(-1, 4)), st.sets(streams)))


@settings(max_examples=200)
@given(writes)
def test_a_batch_is_what_one_after_another_would_be(batch):
    """Settled together, writes are stored or refused as if each had come alone, in order."""
    one, together = MemoryStore(), MemoryStore()
    made = [
        Write([event(number)], dict.fromkeys(moves, (0, b"%d" % number)), expect, 1)
        for number, (expect, moves) in enumerate(batch)
    ]
    with together.begin(1) as transaction:
        settle(transaction, made)
    alone = EventLog(one, CLOCK)
    for number, (expect, moves) in enumerate(batch):
        try:
            alone.append([event(number)], dict.fromkeys(moves, (0, b"%d" % number)), expect)
        except LogConflict:
            assert isinstance(made[number].error, LogConflict)
        else:
            assert made[number].error is None
    assert list(one.read()) == list(together.read())
    assert list(one.states("")) == list(together.states(""))


def test_what_rests_on_a_write_that_failed_is_not_stored(log, store):
    """Neither where it was refused, nor where its commit failed after it had found its place."""
    refused = Write([event(1)], {"a": (0, b"x")}, {"a": 7}, 1)
    failed = Write([event(2)], {"a": (0, b"y")}, {"a": -1}, 1)
    with contextlib.suppress(OSError), store.begin(1) as transaction:
        settle(transaction, [refused, failed])
        failed.error = LogUnwritable("The disk is full.")
        raise OSError
    assert failed.refs
    log.append([event(3)], {"a": (0, b"z")}, {"a": -1})
    for before in (refused, failed):
        rests = Write([event(4)], {}, {"a": Pending(before, 0)}, 1)
        log.append_all([rests])
        assert isinstance(rests.error, LogConflict)
    assert log.size() == 1


def test_writes_together_rest_on_one_another(log):
    """The second expects what the first one moves, wherever that comes to lie."""
    log.append([event(0)], {}, {})
    first = Write([event(1), event(2)], {"a": (1, b"x")}, {"a": -1}, 1)
    rests = Write([event(3)], {"a": (0, b"y")}, {"a": Pending(first, 1)}, 1)
    log.append_all([first, rests])
    assert [ref.index for ref in (*first.refs, *rests.refs)] == [1, 2, 3]
    assert log.snapshot(["a"]).rows["a"].index == 3
    log.append_all([])
    log.append([event(4)], {}, {})


WRITER = """
import sys, threading
from pubguard.clock import SystemClock
from pubguard.errors import LogConflict
from pubguard.log.eventlog import EventLog
from pubguard.events import ChallengeFailed, Event
from pubguard.testing.store_contract import NOON, add
from pubguard_plugins.stores.sqlite import SqliteStore
def other(turn, release):
    return Event(at=NOON, release=release, data=ChallengeFailed(challenge="c", binding=str(turn)))
path, name, threads, each = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
log = EventLog(SqliteStore(path=path), SystemClock())
used = []
def work(number):
    for turn in range(each):
        log.append([other(turn, f"{name}-{number}")], {}, {}, timeout=60.0)
        try:
            add(log, turn)
            used.append(turn)
        except LogConflict:
            pass
pool = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
[thread.start() for thread in pool]
[thread.join() for thread in pool]
print(*used)
"""


def test_two_processes_and_two_hundred_threads_lose_nothing(store, log):
    """All is stored once, in each writer's order, without a gap; an expectation is used once."""
    each, threads = 5, 100
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(store.file), name, str(threads), str(each)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    used = [int(turn) for each_ in running for turn in each_.communicate(timeout=240)[0].split()]
    assert [each_.returncode for each_ in running] == [0, 0]
    assert sorted(used) == list(range(each))
    entries = list(log.read())
    assert [entry.index for entry in entries] == list(range(2 * threads * each + each))
    for name in ("one", "two"):
        for number in range(threads):
            turns = [entry.event().data.binding for entry in log.read_release(f"{name}-{number}")]
            assert turns == [str(turn) for turn in range(each)]
    assert verify(store, MEANING).ok


class Slow(MemoryStore):
    """A store whose next write begins only when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.entered = threading.Event()
        self.go = threading.Event()

    @contextmanager
    def begin(self, timeout):
        self.entered.set()
        assert self.go.wait(30)
        with super().begin(timeout) as transaction:
            yield transaction


def test_what_timed_out_in_the_queue_is_never_stored():
    """A caller who gives up takes the write along; the one before it is stored."""
    store = Slow()
    log = EventLog(store, CLOCK)
    first = threading.Thread(target=add, args=(log, 1))
    first.start()
    assert store.entered.wait(30)
    with pytest.raises(LogUnwritable, match="in time"):
        log.append([event(2)], {}, {}, timeout=0.01)
    store.go.set()
    first.join()
    add(log, 3)
    bindings = [decode(body).event().data.binding for _, _, body, _ in store.read()]
    assert bindings == ["1", "3"]


def test_a_leader_who_cannot_begin_leaves_the_others_their_turn():
    """Only the caller whose own time ran out is refused; those behind it are stored."""
    store = Slow()
    store.go.set()
    log = EventLog(store, CLOCK)
    with ThreadPoolExecutor(8) as pool:
        with store.begin(1.0):
            store.entered.clear()
            hopeless = pool.submit(log.append, [event(0)], {}, {}, 0.3)
            assert store.entered.wait(30)
            patient = [pool.submit(log.append, [event(n)], {}, {}, 60.0) for n in range(1, 7)]
            with pytest.raises(LogUnwritable, match="locked"):
                hopeless.result(30)
        assert sorted(each.result(30)[0].index for each in patient) == list(range(6))
    assert log.size() == 6


class Failing(MemoryStore):
    """A store whose commit fails as long as it is told to, and which counts its openings."""

    def __init__(self) -> None:
        super().__init__()
        self.broken = False
        self.closed = 0
        self.spoilt = False

    @contextmanager
    def begin(self, timeout):
        with super().begin(timeout) as transaction:
            yield transaction
            if self.broken:
                raise LogUnwritable("The disk reports an error.")

    def close(self):
        self.closed += 1

    def read(self, start=0, stop=None):
        rows = list(super().read(start, stop))
        return iter([(*row[:3], b"?") for row in rows] if self.spoilt else rows)


def test_after_an_error_nothing_is_appended_before_the_end_was_checked():
    """After a failed commit the store is opened anew and its end checked, then it goes on."""
    store = Failing()
    log = EventLog(store, CLOCK)
    add(log, 1)
    store.broken = True
    with pytest.raises(LogUnwritable):
        add(log, 2)
    assert store.closed == 0
    store.broken, store.spoilt = False, True
    with pytest.raises(LogCorrupt, match="entry 0"):
        add(log, 2)
    assert log.size() == 1
    store.spoilt = False
    assert add(log, 2) == 1
    assert store.closed == 2
    add(log, 3)
    assert store.closed == 2


def test_everybody_in_a_failed_batch_is_told_no():
    """When the commit fails, every caller whose write was in it gets LogUnwritable."""
    store = Failing()
    log = EventLog(store, CLOCK)
    store.broken = True

    def attempt(number):
        with pytest.raises(LogUnwritable):
            add(log, number)

    with ThreadPoolExecutor(40) as pool:
        list(pool.map(attempt, range(40)))
    assert log.size() == 0
    store.broken = False
    assert add(log, 1) == 0


@pytest.mark.parametrize("column", ["body", "leaf", "release"])
def test_opening_checks_the_last_entries(store, log, column):
    """A log whose last entry was changed is not opened."""
    for number in range(6):
        add(log, number)
    with store.begin(1.0) as transaction:
        transaction._connection.execute(
            f"UPDATE entry SET {column} = CAST(replace({column}, 'c', 'd') || x'30' AS"
            f" {'TEXT' if column == 'release' else 'BLOB'}) WHERE idx = 4"
        )
    with pytest.raises(LogCorrupt):
        EventLog(store, CLOCK)


def test_opening_notices_a_missing_entry(store, log):
    """A log with a gap at its end is not opened."""
    for number in range(6):
        add(log, number)
    with store.begin(1.0) as transaction:
        transaction._connection.execute("DELETE FROM entry WHERE idx = 4")
    with pytest.raises(LogCorrupt, match="entry 4"):
        EventLog(store, CLOCK)


def test_the_order_is_the_logs_own_whatever_the_clock_says(log):
    """An entry whose time lies before its predecessor's keeps its place."""
    for hour in (12, 11, 13, 1):
        log.append([Event(at=NOON.replace(hour=hour), data=event(1).data)], {}, {})
    assert [(entry.index, entry.at.hour) for entry in log.read()] == [
        (0, 12),
        (1, 11),
        (2, 13),
        (3, 1),
    ]


def test_a_second_log_sees_what_the_first_stored(store, log):
    """Two logs over one file share everything."""
    other = EventLog(SqliteStore(path=str(store.file)), CLOCK)
    add(log, 1)
    with pytest.raises(LogConflict):
        add(other, 1)
    assert add(other, 1, after=0) == 1
    assert log.size() == 2
