"""The SQLite store: the contract, and what it says when its file cannot be used."""

import sqlite3
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from pubguard_plugins.stores.sqlite import SqliteStore

from pubguard.errors import LogCorrupt, LogUnwritable, Refused
from pubguard.log.eventlog import EventLog
from pubguard.testing.clock import SettableClock
from pubguard.testing.store_contract import StoreContract, add

SECRET = "The figures of the example office were wrong in table seven"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "log.db"


@pytest.fixture
def made(path):
    store = SqliteStore(path=path.name, folder=str(path.parent))
    store.create()
    yield store
    store.close()


@pytest.fixture
def log(made):
    return EventLog(made, SettableClock("2026-11-26T12:00:00Z"))


class TestSqlite(StoreContract):
    """Every law of a store, for SQLite."""

    @pytest.fixture
    def store(self, made):
        return made


def at(path: Path) -> SqliteStore:
    return SqliteStore(path=str(path))


def test_a_new_file_belongs_to_its_owner_alone(made, path, log):
    """The file, its WAL and its index have mode 0600."""
    add(log, 1)
    for name in ("log.db", "log.db-wal", "log.db-shm"):
        assert stat.S_IMODE((path.parent / name).stat().st_mode) == 0o600


def test_nothing_is_overwritten(made, path, log):
    """`create` refuses a file that is there and leaves it as it is."""
    add(log, 1)
    with pytest.raises(Refused):
        made.create()
    assert made.snapshot(()).size == 1


def test_a_missing_file_is_not_made_by_accident(path):
    """Reading and writing without a file say `pubguard init`, and make none."""
    for use in (lambda store: store.snapshot(()), lambda store: store.begin(0.1).__enter__()):
        with pytest.raises(LogUnwritable) as raised:
            use(at(path))
        assert "pubguard init" in raised.value.remedy
    assert not path.exists()
    with pytest.raises(LogUnwritable, match="no event log"):
        at(path / "deeper" / "log.db").snapshot(())


@pytest.mark.parametrize(
    "body", [b"not a database " * 500, b"\x00" * 9000, b"SQLite format 3\x00" + b"\xff" * 9000]
)
def test_a_file_that_is_no_database_is_called_so(path, body):
    """Garbage where the log should be is LogCorrupt, with what to do."""
    path.write_bytes(body)
    with pytest.raises(LogCorrupt) as raised:
        at(path).snapshot(())
    assert "last good copy" in raised.value.remedy
    assert path.read_bytes() == body


def test_an_empty_file_and_another_database_are_not_logs(path):
    """An empty file and somebody else's database are refused, not used or changed."""
    path.touch()
    with pytest.raises(LogCorrupt, match="not a pubguard log"):
        at(path).snapshot(())
    assert path.stat().st_size == 0
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE mine (x)")
    other.close()
    with pytest.raises(LogCorrupt, match="some other database"):
        at(path).snapshot(())


def test_a_newer_schema_is_left_alone(made, path):
    """A log that a newer pubguard made is refused with a message that says so."""
    made.close()
    with sqlite3.connect(path) as later:
        later.execute("PRAGMA user_version=99")
    later.close()
    with pytest.raises(LogUnwritable, match="schema 99"):
        at(path).snapshot(())


def test_a_damaged_page_is_called_damage(made, path, log):
    """A page of the file overwritten with garbage is LogCorrupt when it is read."""
    for number in range(200):
        add(log, number)
    made.close()
    body = bytearray(path.read_bytes())
    body[4096:] = b"\xa5" * (len(body) - 4096)
    path.write_bytes(body)
    with pytest.raises(LogCorrupt, match="damaged"):
        list(at(path).read())


def test_a_lock_held_by_another_program_is_waited_for_and_named(made, path, log):
    """While another program writes, an append gives up in time; afterwards it goes through."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LogUnwritable, match="locked"):
        log.append([], {}, {}) or made.begin(0.05).__enter__()
    other.execute("ROLLBACK")
    other.close()
    assert add(log, 1) == 0


def as_nobody(folder: Path, script: str) -> subprocess.CompletedProcess:
    """Run a script as a user without rights, which root is not."""
    return subprocess.run(
        [sys.executable, "-c", script, str(folder / "log.db")],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


USE = """
import os, sys
from pubguard.errors import PubguardError
from pubguard_plugins.stores.sqlite import SqliteStore
if os.geteuid() == 0:  # only now: the interpreter may lie where nobody else can read
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
try:
    store = SqliteStore(path=sys.argv[1])
    with store.begin(0.2) as transaction:
        transaction.put([(0, None, b"{}", b"")], [], [], [])
    print("stored")
except PubguardError as error:
    print(type(error).__name__, error.message, "|", error.remedy)
"""


@pytest.fixture
def open_folder():
    """A folder that any user can reach, with a log in it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        store = at(folder / "log.db")
        store.create()
        store.close()
        (folder / "log.db").chmod(0o666)
        yield folder
        folder.chmod(0o777)


@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "words"),
    [
        (0o666, 0o777, "stored"),
        (0o000, 0o777, "cannot be opened by this user"),
        (0o444, 0o777, "read-only"),
        (0o666, 0o555, "read-only"),
        (0o444, 0o555, "read-only"),
    ],
)
def test_a_file_without_rights_is_named_with_what_to_do(open_folder, file_mode, folder_mode, words):
    """Unreadable and read-only files and folders each get a message with a remedy."""
    (open_folder / "log.db").chmod(file_mode)
    open_folder.chmod(folder_mode)
    ran = as_nobody(open_folder, USE)
    assert words in ran.stdout, ran.stdout + ran.stderr
    if words != "stored":
        assert ran.stdout.startswith("LogUnwritable")
        assert "user who runs pubguard" in ran.stdout


def test_an_erased_value_is_in_no_file(made, path, log):
    """After erasing, no byte of value or salt is in the database, its WAL or its index."""
    for number in range(300):
        add(log, number, reason=f"{SECRET} {number}")
    entries = list(log.read())
    digests = [bytes.fromhex(entry.sealed["reason"]) for entry in entries]
    salts = [made.unseal([digest])[digest][0] for digest in digests]
    for digest in digests:
        made.erase(digest)
    for file in path.parent.iterdir():
        body = file.read_bytes()
        assert SECRET.encode() not in body, file
        assert not [salt for salt in salts if salt in body], file
    assert made.snapshot(()).size == 300


def test_traces_kept_alive_by_a_reader_are_named(made, log):
    """While a reader holds the old pages, erasing says so; given again, it is done."""
    add(log, 1, reason=SECRET)
    (entry,) = log.read()
    digest = bytes.fromhex(entry.sealed["reason"])
    with made.view() as view:
        assert view.unseal([digest])
        with pytest.raises(LogUnwritable, match="keeps traces"):
            made.erase(digest, wait=0.05)
    made.erase(digest)
    assert SECRET.encode() not in Path(made.file).with_name("log.db-wal").read_bytes()


def test_every_commit_is_synced(made):
    """WAL with synchronous=FULL and secure_delete are in force on every connection."""
    with made.begin(1.0) as transaction:
        ask = transaction._connection.execute
        assert ask("PRAGMA journal_mode").fetchone() == ("wal",)
        assert ask("PRAGMA synchronous").fetchone() == (2,)
        assert ask("PRAGMA secure_delete").fetchone() == (1,)
