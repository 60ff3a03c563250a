"""The store in memory holds to the contract."""

import pytest

from pubguard.testing.store import MemoryStore
from pubguard.testing.store_contract import StoreContract


class TestMemory(StoreContract):
    """Every law of a store, for the store in memory."""

    @pytest.fixture
    def store(self):
        return MemoryStore()
