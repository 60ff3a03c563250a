"""The test kit for plugin authors, and for us: subclass a contract, set a clock, build a workspace.

::

    from pubguard.testing import RuleContract

    class TestEmbargo(RuleContract):
        rule = Embargo()
"""

from __future__ import annotations

from pubguard.testing.calendar_contract import CalendarContract
from pubguard.testing.clock import SettableClock
from pubguard.testing.fact_contract import FactContract
from pubguard.testing.rule_contract import RuleContract
from pubguard.testing.workspace import Result, call, make_workspace

__all__ = [
    "CalendarContract",
    "FactContract",
    "Result",
    "RuleContract",
    "SettableClock",
    "call",
    "make_workspace",
]
