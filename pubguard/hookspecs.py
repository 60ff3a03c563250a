"""Every way to extend pubguard: a plugin registers named things, the core asks them one by one.

A plugin is a module that implements any of these with `pubguard.hookimpl`. It
calls ``register(name, factory)``; the factory is a frozen msgspec struct whose
fields are its settings. Two plugins that offer the same name are an error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import pluggy

F = TypeVar("F", bound=Callable[..., Any])

hookspec = pluggy.HookspecMarker("pubguard")
hookimpl = pluggy.HookimplMarker("pubguard")


class Register(Protocol):
    """What a plugin is handed: call it once for each thing on offer."""

    def __call__(self, name: str, factory: Callable[..., Any]) -> None:
        """Offer `factory` under `name`."""
        ...


@hookspec
def register_rules(register: Register) -> None:
    """Offer rules (`protocols.Rule`); settings come from [gate] and [rules.NAME]."""


@hookspec
def register_facts(register: Register) -> None:
    """Offer looks at the world (`protocols.FactSource`) that rules rest on."""


@hookspec
def register_calendars(register: Register) -> None:
    """Offer calendar formats (`protocols.Calendar`); settings come from [sources.NAME]."""


@hookspec
def register_stores(register: Register) -> None:
    """Offer places to keep the log (`protocols.Store`); settings come from [store]."""


@hookspec
def register_notifiers(register: Register) -> None:
    """Offer ways to reach people (`protocols.Notifier`); settings come from [notify.NAME]."""


@hookspec
def register_commands(cli: Any) -> None:
    """Add commands to the click group `cli`."""
