"""Imports point down only."""

from __future__ import annotations

from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.house.tree import all_modules, imports

FLOORS = (
    {
        *("errors", "clock", "model", "decision", "events", "ids", "people", "practice"),
        *("decoding", "holidays", "slots", "addresses"),
    },
    {"protocols", "hookspecs", "overriding"},
    {"ownership", "config", "plugins", "keys", "evaluate", "ledger", "log", "secrets", "tokens"},
    {"journal", "deadline", "proving"},
    {"notices", "sitting"},
    {"guard", "calendar", "founding", "points", "permits", "edge"},
    {"build"},
    {"doctor"},
    {"http"},
    {"cli", "testing"},
    {"__main__"},
)
"""From the ground up; a module may import from floors below its own, and from its own package."""
NEIGHBOURS = {
    "clock": {"errors"},
    "decision": {"model"},
    "events": {"model"},
    "ids": {"errors"},
    "people": {"errors", "model"},
    "practice": {"errors", "clock", "model"},
    "slots": {"clock"},
    "hookspecs": {"protocols"},
    "config": {"ownership"},
    "plugins": {"config"},
    "keys": {"ownership", "log"},
    "tokens": {"ownership"},
    "secrets": {"ownership"},
    "testing": {"cli"},
}
"""What may also be imported from the same floor."""
MODULES = all_modules()


def _floor(name: str) -> int:
    return next(number for number, floor in enumerate(FLOORS) if name in floor)


def _own(path: Path) -> set[str]:
    return {name for name in imports(path) if name in MODULES}


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("pubguard.")])
def test_imports_point_down(name: str) -> None:
    """A module of the guard imports from the floors below it and nothing above."""
    part = name.split(".")[1]
    for target in _own(MODULES[name]) - {"pubguard"}:
        other = target.split(".")[1]
        assert target.startswith("pubguard."), f"{name} imports {target}"
        allowed = other == part or other in NEIGHBOURS.get(part, ())
        assert allowed or _floor(other) < _floor(part), f"{name} imports {target}"


@pytest.mark.parametrize("package", ["pubguard_plugins", "pubguard_hooks"])
def test_plugins_and_hooks_import_only_the_guard(package: str) -> None:
    """A built-in plugin sees no more of the guard than a third party's does."""
    doors = (
        "pubguard.build",
        "pubguard.cli",
        "pubguard.doctor",
        "pubguard.edge",
        "pubguard.http",
        "pubguard.guard",
        "pubguard.journal",
        "pubguard.calendar",
        "pubguard.founding",
        "pubguard.notices",
        "pubguard.testing",
    )
    for name, path in MODULES.items():
        if name.startswith(package):
            for target in _own(path):
                assert target.startswith((package, "pubguard")), f"{name} imports {target}"
                assert not target.startswith(doors), f"{name} imports {target}"


def test_every_module_has_a_floor() -> None:
    """A new module is placed on a floor by whoever adds it."""
    parts = {name.split(".")[1] for name in MODULES if name.startswith("pubguard.")}
    assert parts <= set().union(*FLOORS)


def test_no_circles() -> None:
    """At import time no two modules need each other."""
    graph = {
        name: {target for target in _own(path) if target not in _late(path)}
        for name, path in MODULES.items()
    }
    tuple(
        TopologicalSorter({n: {t for t in ts if t != n} for n, ts in graph.items()}).static_order()
    )


def _late(path: Path) -> set[str]:
    """What is imported inside a function or for type checkers alone."""
    import ast

    from tests.house.tree import parsed

    early: set[str] = set()
    for node in parsed(path).body:
        if isinstance(node, ast.Import):
            early.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            found = {f"{node.module}.{name.name}" for name in node.names}
            early |= found if found & MODULES.keys() else {node.module or ""}
    return _own(path) - early
