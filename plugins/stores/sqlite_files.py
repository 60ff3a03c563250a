"""Opening and making the file of a SQLite store."""

from __future__ import annotations

import os
import sqlite3

from pubguard_plugins.stores.sqlite_errors import corrupt, explain, missing

from pubguard.errors import LogUnwritable, Refused

APPLICATION = 0x70756267
"""The mark of our files in SQLite's header: "pubg" in ASCII."""

VERSION = 1
"""The newest schema that this version knows: one numbered file each."""

_FOLDER = os.path.join(os.path.dirname(__file__), "sqlite_schema")
_QUOTED = str.maketrans({"%": "%25", "?": "%3f", "#": "%23"})
"""What an SQLite URI filename must escape (sqlite.org/uri.html)."""


def open_file(path: str, checkpoint_pages: int) -> sqlite3.Connection:
    """A connection to a store that is there, ready to be used by one thread at a time.

    Raises:
        LogUnwritable: missing, or this user cannot open it.
        LogCorrupt: not a store, or one of a newer pubguard.
    """
    try:
        connection = _connect(path)
    except sqlite3.Error as error:
        raise explain(path, error) if os.path.exists(path) else missing(path) from error
    try:
        _check(path, connection)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute(f"PRAGMA wal_autocheckpoint={checkpoint_pages:d}")
    except sqlite3.Error as error:
        connection.close()
        if not os.access(path, os.R_OK):
            raise LogUnwritable(
                f"The event log {path} cannot be read by this user.",
                "Give the user who runs pubguard read and write access to it.",
            ) from error
        raise explain(path, error) from error
    except UnicodeDecodeError as error:  # SQLite's own words about damage quote what is damaged
        connection.close()
        raise corrupt(path, "is damaged: the database is malformed") from error
    except BaseException:
        connection.close()
        raise
    return connection


def create_file(path: str) -> None:
    """Make an empty store that only its owner can read or write, durable on return.

    Raises:
        Refused: there is a file already.
        LogUnwritable: it cannot be made there.
    """
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError as error:
        raise Refused(f"{path} is already there.", "Nothing was changed.") from error
    except OSError as error:
        raise LogUnwritable(
            f"{path} cannot be made: {error.strerror}.", "Choose a folder that you can write to."
        ) from error
    try:
        connection = _connect(path)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        migrate(connection, 0)
        connection.close()
        _sync(os.path.dirname(path))
    except sqlite3.Error as error:
        raise explain(path, error) from error


def migrate(connection: sqlite3.Connection, version: int) -> None:
    """Bring the schema from that version to ours, each step in a transaction of its own."""
    for step in range(version + 1, VERSION + 1):
        with open(os.path.join(_FOLDER, f"{step:04}.sql"), encoding="utf-8") as file:
            script = file.read()
        connection.executescript(
            f"BEGIN IMMEDIATE; {script} PRAGMA application_id={APPLICATION};"
            f" PRAGMA user_version={step}; COMMIT"
        )


def _connect(path: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"file:{os.path.abspath(path).translate(_QUOTED)}?mode=rw",
        uri=True,
        timeout=0.25,
        isolation_level=None,
        check_same_thread=False,
    )


def _check(path: str, connection: sqlite3.Connection) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION:
        raise corrupt(path, "is not a pubguard log: the file is some other database")
    if version > VERSION:
        raise LogUnwritable(
            f"The event log {path} has schema {version}; this pubguard knows up to {VERSION}.",
            "Use the newer pubguard that made it.",
        )
    if version < VERSION:
        migrate(connection, version)
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    if mode != "wal":
        connection.execute("PRAGMA journal_mode=WAL")


def _sync(folder: str) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
