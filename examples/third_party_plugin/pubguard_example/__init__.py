"""A third party's plugin: it offers one rule and one calendar, by name."""

from __future__ import annotations

from pubguard.hookspecs import Register, hookimpl
from pubguard_example.lines import Lines
from pubguard_example.named_contact import NamedContact


@hookimpl
def register_rules(register: Register) -> None:
    """Offer the rule; settings in [rules.named_contact] would become its fields."""
    register("named_contact", NamedContact)


@hookimpl
def register_calendars(register: Register) -> None:
    """Offer the format; settings in [sources.NAME] become its fields."""
    register("lines", Lines)
