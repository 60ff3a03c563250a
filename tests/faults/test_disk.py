"""F4 and F5: a disk that fails to sync, and a disk that is full."""

import subprocess
import sys
from pathlib import Path

import pytest
from pubguard_plugins.stores.sqlite import SqliteStore

from pubguard.log.eventlog import EventLog
from pubguard.log.verify import verify
from pubguard.log.walk import Meaning
from pubguard.testing import SettableClock

WRITER = Path(__file__).with_name("writer.py")
NOTHING = Meaning(lambda *_: {}, ())


@pytest.fixture
def path(tmp_path):
    """A log that was made and is empty."""
    store = SqliteStore(path=str(tmp_path / "log.db"))
    store.create()
    store.close()
    return tmp_path / "log.db"


def run(strace, path, inject, each=30, pages=1000):
    """The answers that a single writer got, in order, under an injected fault."""
    ran = subprocess.run(
        [
            strace,
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            f"inject={inject}",
            sys.executable,
            str(WRITER),
            str(path),
            "0",
            str(each),
            str(pages),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in ran.stderr, ran.stderr
    return [line.split(" ", 3) for line in ran.stdout.splitlines()]


def stored(path):
    store = SqliteStore(path=str(path))
    try:
        assert verify(store, NOTHING).ok
        log = EventLog(store, SettableClock("2026-11-26T12:00:00Z"))
        return {next(iter(log.values(entry).values())) for entry in log.read()}
    finally:
        store.close()


def split(answers):
    yes = {f"{name}-{number}" for word, name, number, _ in answers if word == "ack"}
    no = {f"{name}-{number}": text for word, name, number, text in answers if word == "no"}
    return yes, no


@pytest.mark.parametrize("pages", [4, 1000])
@pytest.mark.parametrize("first", [1, 2, 3, 7, 20])
def test_a_sync_that_keeps_failing_is_a_no_for_good(strace, path, first, pages):
    """F4: from the failing sync on every answer is no, and nothing refused is stored later."""
    answers = run(strace, path, f"fdatasync,fsync:error=EIO:when={first}+", pages=pages)
    words = [word for word, *_ in answers if word in ("ack", "no")]
    assert len(words) == 30
    yes, no = split(answers)
    assert no
    assert "ack" not in words[words.index("no") :]
    assert all("disk reports an error" in text for text in no.values())
    assert stored(path) == yes


# The second sync is of the folder, after the WAL was made in it; SQLite ignores its outcome.
@pytest.mark.parametrize("first", [1, 3, 7, 20])
def test_a_sync_that_failed_once_is_not_taken_for_a_success(strace, path, first):
    """F4: one failed sync refuses one append, for good; after checking the log goes on."""
    answers = run(strace, path, f"fdatasync,fsync:error=EIO:when={first}")
    yes, no = split(answers)
    assert len(no) == 1
    assert len(yes) == 29
    assert stored(path) == yes


@pytest.mark.parametrize("times", ["", "+"])
@pytest.mark.parametrize("first", [1, 9, 10, 12, 40, 41])  # up to 8: the index, on opening
def test_a_full_disk_is_a_no_with_its_reason(strace, path, first, times):
    """F5: where a write finds no room, the append is refused as a full disk and not stored."""
    answers = run(strace, path, f"pwrite64:error=ENOSPC:when={first}{times}")
    yes, no = split(answers)
    words = ["disk reports"] if first <= 8 else ["disk is full", "disk reports"]
    assert any(words[0] in text for text in no.values())
    assert all(any(word in text for word in words) for text in no.values())
    assert stored(path) == yes
    assert times or len(no) == 1
    assert not times or len(yes) < first


def test_a_full_disk_recovers_when_there_is_room_again(tmp_path):
    """F5: on a real small disk, appends are refused while it is full and stored afterwards."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here: only the injected full disk is tested")
    try:
        store = SqliteStore(path=str(disk / "log.db"))
        store.create()
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(200_000))
        code = (
            f"import sys; sys.path.insert(0, {str(WRITER.parent)!r}); import os, writer\n"
            "say = writer.say\n"
            f"def watch(line, refused=[]):\n"
            "    say(line)\n"
            "    if line.startswith('no') and not refused:\n"
            f"        refused.append(1); os.unlink({str(ballast)!r})\n"
            "writer.say = watch\n"
            f"writer.main({str(disk / 'log.db')!r}, 0, 60, 1000)\n"
        )
        ran = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
        )
        words = [line.split()[0] for line in ran.stdout.splitlines()]
        no = words.index("no")
        assert "disk is full" in ran.stdout or "disk reports" in ran.stdout
        assert "ack" in words[:no]
        assert "ack" in words[no:]
        answers = [line.split(" ", 3) for line in ran.stdout.splitlines()]
        assert stored(disk / "log.db") == split(answers)[0]
        store.close()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
