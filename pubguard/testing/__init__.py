"""The test kit for plugin authors, and for us: subclass a contract, set a clock, build a workspace.

::

    from pubguard.testing import RuleContract

    class TestEmbargo(RuleContract):
        rule = Embargo()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pubguard.testing.builders import (
    make_attempt,
    make_facts,
    make_record,
    make_release,
    with_approval,
    with_arming,
)
from pubguard.testing.calendar_contract import CalendarContract
from pubguard.testing.clock import SettableClock
from pubguard.testing.fact_contract import FactContract
from pubguard.testing.rule_contract import RuleContract
from pubguard.testing.store import MemoryStore
from pubguard.testing.workspace import Result, call, make_workspace

if TYPE_CHECKING:
    from pubguard.testing.store_contract import StoreContract as StoreContract

__all__ = [
    "CalendarContract",
    "FactContract",
    "MemoryStore",
    "Result",
    "RuleContract",
    "SettableClock",
    "StoreContract",
    "call",
    "make_attempt",
    "make_facts",
    "make_record",
    "make_release",
    "make_workspace",
    "with_approval",
    "with_arming",
]


def __getattr__(name: str) -> Any:
    """`StoreContract`, the only part that needs pytest, when it is asked for."""
    if name != "StoreContract":
        raise AttributeError(f"module 'pubguard.testing' has no attribute {name!r}")
    from pubguard.testing.store_contract import StoreContract

    return StoreContract
