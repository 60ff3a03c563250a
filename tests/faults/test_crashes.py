"""F1, F13, F15: killed writers, few resources, and whether the disk is really waited for."""

import random
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pubguard_plugins.stores.sqlite import SqliteStore

from pubguard.log.eventlog import EventLog
from pubguard.log.verify import verify
from pubguard.log.walk import Meaning
from pubguard.testing import SettableClock

WRITER = Path(__file__).with_name("writer.py")
CLOCK = SettableClock("2026-11-26T12:00:00Z")
SYNCS = re.compile(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+).*\bf(?:data)?sync$", re.M)
NOTHING = Meaning(lambda *_: {}, ())


@pytest.fixture
def path(tmp_path):
    """A log that was made and is empty."""
    store = SqliteStore(path=str(tmp_path / "log.db"))
    store.create()
    store.close()
    return tmp_path / "log.db"


def command(path, threads, each, name="w"):
    return [sys.executable, str(WRITER), str(path), str(threads), str(each), "1000", name]


def told(output, word):
    """(name-number, the rest) of every line that begins with the word."""
    found = (line.split(" ", 3) for line in output.splitlines() if line.startswith(word + " "))
    return [(f"{name}-{number}", rest) for _, name, number, rest in found]


def stored(path):
    """By name-number, the index of every entry that is in the log; the log is sound."""
    store = SqliteStore(path=str(path))
    try:
        assert verify(store, NOTHING).ok
        log = EventLog(store, CLOCK)
        return {next(iter(log.values(entry).values())): entry.index for entry in log.read()}
    finally:
        store.close()


def test_killed_at_any_moment_nothing_acknowledged_is_lost(path, many):
    """F1: SIGKILL under eight writers: all acknowledged entries are there, in their places."""
    dice = random.Random(1)
    acknowledged = {}
    for turn in range(many(30, 400)):
        running = [
            subprocess.Popen(command(path, 4, 10**6, f"k{turn}{side}"), stdout=subprocess.PIPE)
            for side in "ab"
        ]
        for each in running:
            assert each.stdout.readline().startswith(b"ready")
        time.sleep(dice.random() * 0.15)
        output = ""
        for each in running:
            each.kill()
        for each in running:
            output += each.communicate(timeout=60)[0].rpartition(b"\n")[0].decode() + "\n"
        acknowledged |= {name: int(index) for name, index in told(output, "ack")}
        assert not told(output, "no")
        again = subprocess.run(
            command(path, 1, 1, f"s{turn}"), capture_output=True, text=True, timeout=60, check=True
        )
        acknowledged |= {name: int(index) for name, index in told(again.stdout, "ack")}
    held = stored(path)
    assert len(acknowledged) > many(30, 400)
    assert {name: held.get(name) for name in acknowledged} == acknowledged


@pytest.mark.parametrize("limit", ["--nofile=64", "--nofile=12", "--as=400000000"])
def test_few_resources_refuse_and_never_crash_into_a_yes(path, limit):
    """F13: with few file handles or little memory every append is stored or refused, cleanly."""
    ran = subprocess.run(
        ["prlimit", limit, *command(path, 100, 3)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    yes, no = dict(told(ran.stdout, "ack")), dict(told(ran.stdout, "no"))
    if "done" in ran.stdout:
        assert len(yes) + len(no) == 300
    else:
        assert ran.returncode != 0
    assert "Traceback" not in ran.stderr or not yes
    assert {name: str(index) for name, index in stored(path).items()} == yes


def test_every_append_waits_for_the_disk(path, strace, eatmydata):
    """F15: at least one sync per append of a single caller; under eatmydata none arrives."""
    count = 50
    counted = {}
    for name, before in (("plain", []), ("eaten", [eatmydata])):
        ran = subprocess.run(
            [
                strace,
                "-f",
                "-qq",
                "-c",
                "-e",
                "trace=fdatasync,fsync",
                *before,
                *command(path, 0, count, name),
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        assert len(told(ran.stdout, "ack")) == count
        rows = re.findall(
            r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+).*\b(?:fdata|f)sync$", ran.stderr, re.M
        )
        counted[name] = sum(map(int, rows))
    assert counted["plain"] >= count
    assert counted["eaten"] == 0
