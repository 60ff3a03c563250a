"""F7: random edits of what is stored. All are found with a kept checkpoint."""

import random
import shutil
import sqlite3

import pytest
from pubguard_plugins.stores.sqlite import SqliteStore

from pubguard.errors import LogError
from pubguard.events import ChallengeFailed, DataErased, Event
from pubguard.log.checkpoint import Checkpoint
from pubguard.log.eventlog import EventLog, tree
from pubguard.log.verify import verify
from pubguard.testing import SettableClock
from pubguard.testing.store import MemoryStore
from pubguard.testing.store_contract import MEANING, NOON, add, event

SIZE = 2 * 256 + 40
CLOCK = SettableClock("2026-11-26T12:00:00Z")


def fill(store):
    """A log with states that move, entries that move nothing, sealed and erased values."""
    log = EventLog(store, CLOCK)
    for number in range(SIZE - 5):
        if number % 3:
            data = ChallengeFailed(challenge="c", binding=str(number))
            log.append([Event(at=NOON, data=data, release="r", actor="a")], {}, {})
        else:
            add(log, number, note=f"sealed {number}")
    entry = next(log.read(3, 4))
    log.append([Event(at=NOON, data=DataErased(entry=3, field="note"))], {}, {})
    store.erase(bytes.fromhex(entry.sealed["note"]))
    log.append(
        [Event(at=NOON, data=event(1).data.__class__(challenge="z", binding="z"))],
        {"confirm/z": (0, b"used")},
        {},
    )
    for _ in range(3):
        log.append([Event(at=NOON, data=ChallengeFailed(challenge="c", binding="c"))], {}, {})
    assert log.size() == SIZE


@pytest.fixture(scope="module")
def sound():
    """Everything a sound log holds, by part, and its checkpoint."""
    store = MemoryStore()
    fill(store)
    assert verify(store, MEANING).ok
    parts = {
        "entries": list(store.read()),
        "tiles": list(enumerate(store.tiles())),
        "rows": [(name, row.index, row.body) for name, row in store.states("")],
        "sealed": list(store.sealed()),
    }
    return parts, Checkpoint("test", SIZE, tree(store, SIZE).root())


def other(value, dice):
    """The value with one bit flipped, one number off, or one letter changed."""
    if isinstance(value, int):
        return value + dice.choice([-1, 1, 7])
    if value is None:
        return "r"
    if isinstance(value, str):
        return value + "x" if not value or dice.random() < 0.5 else value[:-1]
    at = dice.randrange(len(value) * 8)
    return value[: at // 8] + bytes([value[at // 8] ^ 1 << at % 8]) + value[at // 8 + 1 :]


def flip(part, dice):
    """Change one field of one item."""
    at = dice.randrange(len(part))
    item = list(part[at])
    field = dice.randrange(len(item))
    item[field] = other(item[field], dice)
    part[at] = tuple(item)


def delete(part, dice):
    """Remove an item."""
    del part[dice.randrange(len(part))]


def insert(part, dice):
    """Add a copy of an item, changed, somewhere."""
    at = dice.randrange(len(part))
    part.insert(dice.randrange(len(part) + 1), (*part[at][:-1], other(part[at][-1], dice)))


def swap(part, dice):
    """Let two items, or one field of theirs, change places."""
    one, two = dice.sample(range(len(part)), 2)
    first, second = list(part[one]), list(part[two])
    field = dice.randrange(len(first))
    if first[field] == second[field]:
        flip(part, dice)
        return
    first[field], second[field] = second[field], first[field]
    part[one], part[two] = tuple(first), tuple(second)


def truncate(part, dice):
    """Cut off the end."""
    del part[-dice.randrange(1, len(part)) :]


EDITS = (flip, delete, insert, swap, truncate)


def stored(parts):
    store = MemoryStore()
    with store.begin(1.0) as transaction:
        transaction.put(parts["entries"], parts["tiles"], parts["rows"], parts["sealed"])
    return store


def meant(parts):
    """What a reader would see: the parts as a store holds them."""
    store = stored(parts)
    return [list(store.read()), list(store.tiles()), dict(store.states("")), list(store.sealed())]


def test_every_random_edit_is_found(sound, many):
    """Flips, deletions, insertions, swaps and cuts are found; without a checkpoint all but cuts."""
    parts, checkpoint = sound
    before = meant(parts)
    for seed in range(many(2500, 10000)):
        dice = random.Random(seed)
        edited = {name: list(part) for name, part in parts.items()}
        name, edit = dice.choice(list(parts)), dice.choice(EDITS)
        edit(edited[name], dice)
        if meant(edited) == before:
            continue
        store = stored(edited)
        kept = verify(store, MEANING, checkpoint=checkpoint)
        assert not kept.ok, (seed, name, edit)
        assert kept.reason
        cut = edited["entries"] == parts["entries"][: len(edited["entries"])]
        if not cut or name != "entries":
            assert not verify(store, MEANING).ok, (seed, name, edit)


@pytest.mark.parametrize(
    ("part", "field"), [("entries", 2), ("rows", 2), ("sealed", 1), ("sealed", 2)]
)
def test_nothing_where_bytes_belong_is_found(sound, part, field):
    """One flipped bit can turn a value into NULL, which is damage and no traceback."""
    parts, _ = sound
    items = list(parts[part])
    items[3] = (*items[3][:field], None, *items[3][field + 1 :])
    report = verify(stored({**parts, part: items}), MEANING)
    assert not report.ok
    assert report.reason


def test_an_old_copy_is_found_with_a_checkpoint_and_admitted_without(sound):
    """A whole older log verifies by itself, and says that this cannot be excluded."""
    _, checkpoint = sound
    old = MemoryStore()
    log = EventLog(old, CLOCK)
    for number in range(300):
        add(log, number)
    alone = verify(old, MEANING)
    assert alone.ok
    assert any("older copy" in each for each in alone.cannot_exclude)
    assert any("cut off" in each for each in alone.cannot_exclude)
    assert not verify(old, MEANING, checkpoint=checkpoint).ok


def test_a_log_rewritten_with_all_its_hashes_is_found_with_a_checkpoint(sound):
    """A log made anew with one word changed is sound by itself and not under the checkpoint."""
    _, checkpoint = sound
    forged = MemoryStore()
    fill(forged)  # fresh salts make other entries
    assert verify(forged, MEANING).ok
    report = verify(forged, MEANING, checkpoint=checkpoint)
    assert not report.ok
    assert "checkpoint" in report.reason


def test_what_was_added_after_a_checkpoint_is_sound_and_admitted(sound):
    """A log that grew since the checkpoint verifies; what came after is named as uncertain."""
    store = MemoryStore()
    log = EventLog(store, CLOCK)
    marks = {}
    for number in range(300):
        marks[number] = Checkpoint("test", number, tree(store, number).root())
        add(log, number)
    for size in (0, 1, 2, 255, 256, 257, 299):
        report = verify(store, MEANING, checkpoint=marks[size])
        assert report.ok, report
        assert str(size) in report.cannot_exclude[0]
        wrong = Checkpoint("test", size, bytes(32))
        assert not verify(store, MEANING, checkpoint=wrong).ok


def test_the_first_bad_entry_is_named(sound):
    """`first_bad` is the index of the first entry whose bytes were changed."""
    parts, _ = sound
    for index in (0, 1, 255, 256, 400, SIZE - 1):
        entries = list(parts["entries"])
        number, release, body, leaf = entries[index]
        entries[index] = (number, release, body.replace(b'"r"', b'"q"') + b" ", leaf)
        report = verify(stored({**parts, "entries": entries}), MEANING)
        assert (report.ok, report.first_bad, report.root) == (False, index, None)


def dump(path):
    """All that the file says, or None if it cannot be read."""
    try:
        store = SqliteStore(path=str(path))
        held = [
            list(store.read()),
            list(store.tiles()),
            list(store.states("")),
            list(store.sealed()),
            [list(store.read_release("r"))],
        ]
        store.close()
    except LogError:
        return None
    return held


def test_flipped_bytes_of_the_file_are_found(tmp_path, many):
    """A byte changed anywhere in the file is found, or nothing that is read has changed."""
    path, copy = tmp_path / "log.db", tmp_path / "copy.db"
    store = SqliteStore(path=str(path))
    store.create()
    fill(store)
    with store.view() as view:
        checkpoint = Checkpoint("test", SIZE, tree(view, SIZE).root())
    store.close()
    before, body = dump(path), path.read_bytes()
    found = 0
    for seed in range(many(150, 3000)):
        dice = random.Random(seed)
        at = dice.randrange(len(body))
        for left in tmp_path.glob("copy.db*"):
            left.unlink()
        copy.write_bytes(body[:at] + bytes([body[at] ^ 1 << dice.randrange(8)]) + body[at + 1 :])
        tampered = SqliteStore(path=str(copy))
        try:
            ok = verify(tampered, MEANING, checkpoint=checkpoint).ok
        except LogError:
            ok = False
        finally:
            tampered.close()
        found += not ok
        assert not ok or dump(copy) == before, seed
    assert found > many(50, 1000)


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        ("UPDATE entry SET body = CAST(body || ' ' AS BLOB) WHERE idx = 7", 7),
        ("UPDATE entry SET release = 'other' WHERE idx = 8", 8),
        ("UPDATE entry SET idx = 100000 WHERE idx = 9", 9),
        ("DELETE FROM entry WHERE idx = 10", 10),
        ("UPDATE entry SET leaf = zeroblob(32) WHERE idx = 11", 11),
        ("UPDATE tile SET hash = zeroblob(32) WHERE idx = 1", 256),
        ("DELETE FROM tile WHERE idx = 1", 256),
        ("INSERT INTO tile VALUES (99, zeroblob(32))", None),
        ("UPDATE state SET body = x'00' WHERE stream = 'confirm/6'", 6),
        ("UPDATE state SET idx = idx + 1 WHERE stream = 'confirm/6'", 6),
        ("DELETE FROM state WHERE stream = 'confirm/6'", 6),
        ("INSERT INTO state VALUES ('confirm/new', 5, x'00')", 5),
        ("UPDATE sealed SET value = x'00'", None),
        ("UPDATE sealed SET salt = zeroblob(16)", None),
        ("DELETE FROM sealed", None),
        ("INSERT INTO sealed VALUES (zeroblob(32), zeroblob(16), x'00')", None),
    ],
)
def test_an_edit_by_sql_is_found(tmp_path, statement, index):
    """Somebody with a database tool changes one thing; verify finds it and says where."""
    path = tmp_path / "log.db"
    store = SqliteStore(path=str(path))
    store.create()
    fill(store)
    store.close()
    tool = sqlite3.connect(path)
    tool.execute(statement)
    tool.commit()
    tool.close()
    report = verify(store, MEANING)
    assert not report.ok
    if index is not None:
        assert report.first_bad == index
    store.close()
    shutil.copy(path, tmp_path / "evidence.db")
