"""A log in a file, and what the tests of the log do with it."""

import pytest
from pubguard_plugins.stores.sqlite import SqliteStore

from pubguard.log.eventlog import EventLog
from pubguard.testing import SettableClock


@pytest.fixture
def store(tmp_path):
    """A new SQLite store."""
    made = SqliteStore(path="log.db", folder=str(tmp_path))
    made.create()
    yield made
    made.close()


@pytest.fixture
def log(store):
    """An event log over it."""
    return EventLog(store, SettableClock("2026-11-26T12:00:00Z"))
