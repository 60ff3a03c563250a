"""SQLite's errors in plain words: what happened, and what to do now."""

from __future__ import annotations

import sqlite3

from pubguard.errors import LogCorrupt, LogError, LogUnwritable

_UNWRITABLE = {
    sqlite3.SQLITE_BUSY: (
        "is locked by another program",
        "Nothing was stored. Try again; if it persists, find the program that holds it open.",
    ),
    sqlite3.SQLITE_LOCKED: (
        "is locked by another program",
        "Nothing was stored. Try again; if it persists, find the program that holds it open.",
    ),
    sqlite3.SQLITE_FULL: (
        "cannot grow: the disk is full",
        "Nothing was stored. Free some space on that disk and try again.",
    ),
    sqlite3.SQLITE_READONLY: (
        "is read-only",
        "Nothing was stored. Make the file and its folder writable for the user who runs"
        " pubguard, and see that the disk is not mounted read-only.",
    ),
    sqlite3.SQLITE_PERM: (
        "may not be opened by this user",
        "Give the user who runs pubguard access to the file and its folder.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "cannot be opened by this user, or this process has too many files open",
        "Give the user who runs pubguard read and write access to the file and its folder,"
        " and see `ulimit -n`.",
    ),
    sqlite3.SQLITE_IOERR: (
        "could not be read or written: the disk reports an error",
        "Nothing was stored. Look at the disk (dmesg, free space), then run `pubguard log verify`.",
    ),
    sqlite3.SQLITE_NOMEM: (
        "ran out of memory",
        "Nothing was stored. Give the process more memory.",
    ),
}
_CORRUPT = {
    sqlite3.SQLITE_NOTADB: "is not a pubguard log: the file is not a database",
    sqlite3.SQLITE_CORRUPT: "is damaged: the database is malformed",
    sqlite3.SQLITE_SCHEMA: "is not a pubguard log: its tables are missing",
}


def explain(path: str, error: sqlite3.Error) -> LogError:
    """The error as one that says what to do."""
    code = getattr(error, "sqlite_errorcode", None)
    code = None if code is None else code & 0xFF
    if code in _CORRUPT or "no such table" in str(error):
        what = _CORRUPT.get(code or 0, _CORRUPT[sqlite3.SQLITE_SCHEMA])
        return corrupt(path, what)
    if isinstance(error, sqlite3.DatabaseError) and code is None:
        return corrupt(path, f"holds what a log does not: {error}")
    what, remedy = _UNWRITABLE.get(
        code or 0, (f"cannot be used: {error}", "Nothing was stored. Run `pubguard doctor`.")
    )
    return LogUnwritable(f"The event log {path} {what}.", remedy)


def corrupt(path: str, what: str) -> LogCorrupt:
    """The error of a file that is not what it should be."""
    return LogCorrupt(
        f"The event log {path} {what}.",
        "Keep this file as it is, put the last good copy in its place, and run"
        " `pubguard log verify` with a checkpoint kept elsewhere.",
    )


def missing(path: str) -> LogUnwritable:
    """The error of a file that is not there."""
    return LogUnwritable(
        f"There is no event log at {path}.",
        "Run `pubguard init`, or put the right path under [store] in pubguard.toml.",
    )


def locked(path: str, seconds: float) -> LogUnwritable:
    """The error of a lock that was not to be had in time."""
    what, remedy = _UNWRITABLE[sqlite3.SQLITE_BUSY]
    return LogUnwritable(f"The event log {path} {what} (waited {seconds:.1f} s).", remedy)
