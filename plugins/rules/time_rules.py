"""PG2, date and time: nothing before its slot, and what is wrong with the slot itself."""

from __future__ import annotations

from pubguard_plugins.facts.clocks import Clocks
from pubguard_plugins.facts.holidays import Holidays
from pubguard_plugins.rules.clock import Unsynchronised
from pubguard_plugins.rules.day import ClosedDay, UnusualTime, Weekend
from pubguard_plugins.rules.slot import Early, Late, OtherTime

from pubguard import hookimpl
from pubguard.hookspecs import Register


@hookimpl
def register_rules(register: Register) -> None:
    """Offer the rules of the family PG2."""
    register("early", Early)
    register("late", Late)
    register("weekend", Weekend)
    register("closed_day", ClosedDay)
    register("unusual_time", UnusualTime)
    register("other_time", OtherTime)
    register("unsynchronised", Unsynchronised)


@hookimpl
def register_facts(register: Register) -> None:
    """Offer the looks at the world that these rules rest on."""
    register("holidays", Holidays)
    register("clocks", Clocks)
