"""F3: the power fails. The store's own writes, recorded by strace, are cut and torn at random.

What was not synced yet may be on the disk in any part, sector by sector. The same
is done to a plain SQLite database with synchronous=NORMAL, which must lose
something: otherwise the test could not see a loss.
"""

import random
import re
import sqlite3
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from pubguard_plugins.stores.sqlite import SqliteStore

from pubguard.log.eventlog import EventLog
from pubguard.log.verify import verify
from pubguard.log.walk import Meaning
from pubguard.testing import SettableClock

WRITER = Path(__file__).with_name("writer.py")
SECTOR = 512
NOTHING = Meaning(lambda *_: {}, ())
CALL = re.compile(r"^(openat|close|pwrite64|write|fdatasync|fsync|ftruncate)\((.*)\) += (\d+)")

PLAIN = """
import os, sqlite3, sys
plain = sqlite3.connect(sys.argv[1], isolation_level=None)
plain.execute("PRAGMA synchronous=NORMAL")
plain.execute(f"PRAGMA wal_autocheckpoint={sys.argv[4]}")
for number in range(int(sys.argv[3])):
    plain.execute("INSERT INTO t VALUES (?, ?)", (number, b"x" * 900))
    os.write(1, f"ack w {number} {number}\\n".encode())
os._exit(0)
"""


def record(strace, script, path, each, pages):
    """The calls of a writer as (name, file or None, arguments), and what the files held before."""
    files = {name: path.with_name(path.name + name) for name in ("", "-wal")}
    before = {name: file.read_bytes() for name, file in files.items() if file.exists()}
    trace = path.with_name("trace")
    subprocess.run(
        [
            strace,
            "-qq",
            "-xx",
            "-s",
            "9000",
            "-o",
            str(trace),
            "-e",
            "trace=openat,close,pwrite64,write,fdatasync,fsync,ftruncate",
            sys.executable,
            *script,
            str(path),
            "0",
            str(each),
            str(pages),
        ],
        stdout=subprocess.DEVNULL,
        timeout=120,
        check=True,
    )
    names = {str(file): name for name, file in files.items()}
    return before, list(calls(trace.read_text(), names))


def calls(trace, names):
    handles = {1: "stdout"}
    for line in trace.splitlines():
        found = CALL.match(line)
        if not found:
            continue
        name, given, result = found[1], found[2], int(found[3])
        if name == "openat":
            opened = text(given.split('"')[1]).decode()
            handles.pop(result, None)
            if opened in names:
                handles[result] = names[opened]
            continue
        file = handles.get(int(given.split(",")[0]))
        if name == "close":
            handles.pop(int(given.split(",")[0]), None)
        elif file is not None:
            yield name, file, given


def text(quoted):
    return bytes.fromhex(quoted.replace("\\x", ""))


class Disk:
    """What the platters hold for certain, and what is on its way to them."""

    def __init__(self, before):
        self.safe = defaultdict(bytearray, {name: bytearray(body) for name, body in before.items()})
        self.pending = defaultdict(list)
        self.acknowledged = []

    def play(self, name, file, given):
        if file == "stdout":
            said = text(given.split('"')[1]).decode().split()
            self.acknowledged += [int(said[3])] if said[:1] == ["ack"] else []
        elif name == "pwrite64":
            body = text(given.split('"')[1])
            self.pending[file].append((int(given.rsplit(", ", 1)[1]), body))
        elif name == "ftruncate":
            self.pending[file].append((int(given.rsplit(", ", 1)[1]), None))
        else:
            for at, body in self.pending.pop(file, []):
                put(self.safe[file], at, body)

    def cut(self, dice):
        """The files as they might be found: pending sectors arrived or did not."""
        found = {name: bytearray(body) for name, body in self.safe.items()}
        fate = dice.choice(["none", "some", "all", "prefix"])
        for name, writes in self.pending.items():
            stop = dice.randrange(len(writes) + 1) if fate == "prefix" else len(writes)
            for at, body in writes[:stop]:
                if body is None:
                    if fate != "none":
                        put(found.setdefault(name, bytearray()), at, None)
                    continue
                for start in range(0, len(body), SECTOR):
                    if fate in ("all", "prefix") or (fate == "some" and dice.random() < 0.5):
                        sector = body[start : start + SECTOR]
                        put(found.setdefault(name, bytearray()), at + start, sector)
        return found


def put(held, at, body):
    if body is None:
        del held[at:]
        return
    held.extend(bytes(max(0, at - len(held))))
    held[at : at + len(body)] = body


def after_cuts(recorded, folder, seeds):
    """For each seed, the path of the files after a cut somewhere, and what was acknowledged."""
    before, happened = recorded
    for seed in range(seeds):
        dice = random.Random(seed)
        disk = Disk(before)
        for call in happened[: dice.randrange(len(happened) + 1)]:
            disk.play(*call)
        for left in folder.glob("cut.db*"):
            left.unlink()
        for name, body in disk.cut(dice).items():
            (folder / f"cut.db{name}").write_bytes(body)
        yield folder / "cut.db", disk.acknowledged


@pytest.mark.parametrize("pages", [1, 20, 1000])
def test_nothing_acknowledged_is_lost_when_the_power_fails(strace, tmp_path, many, pages):
    """After a cut at any moment the log is sound and has every acknowledged entry."""
    path = tmp_path / "log.db"
    store = SqliteStore(path=str(path))
    store.create()
    store.close()
    recorded = record(strace, [str(WRITER)], path, 150, pages)
    most = 0
    for cut, acknowledged in after_cuts(recorded, tmp_path, many(40, 400)):
        found = SqliteStore(path=str(cut))
        report = verify(found, NOTHING)
        assert report.ok, report
        log = EventLog(found, SettableClock("2026-11-26T12:00:00Z"))
        assert log.size() >= len(acknowledged)
        held = {entry.index: log.values(entry)["note"] for entry in log.read()}
        assert [held[index] for index in acknowledged] == [f"w-{n}" for n in acknowledged]
        most = max(most, len(acknowledged))
        found.close()
    assert most > 100


def test_the_control_loses_something(strace, tmp_path, many):
    """A database with synchronous=NORMAL loses acknowledged rows under the same cuts."""
    path = tmp_path / "log.db"
    with sqlite3.connect(path) as plain:
        plain.execute("PRAGMA journal_mode=WAL")
        plain.execute("CREATE TABLE t (number INTEGER PRIMARY KEY, body BLOB)")
    plain.close()
    recorded = record(strace, ["-c", PLAIN], path, 150, 20)
    lost = 0
    for cut, acknowledged in after_cuts(recorded, tmp_path, many(40, 400)):
        found = sqlite3.connect(cut)
        held = {number for (number,) in found.execute("SELECT number FROM t")}
        lost += not held.issuperset(acknowledged)
        found.close()
    assert lost > 0
