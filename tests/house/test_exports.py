"""Public names are listed, sorted, and there."""

from __future__ import annotations

import importlib

import pytest

from tests.house.tree import all_modules, parsed

LISTED = [
    name
    for name, path in all_modules().items()
    if any(
        getattr(target, "id", "") == "__all__"
        for node in parsed(path).body
        for target in getattr(node, "targets", ())
    )
]


def _rank(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest, as ruff sorts them."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


@pytest.mark.parametrize("name", LISTED)
def test_export_lists_are_sorted_and_true(name: str) -> None:
    """`__all__` is in order, without repetition, and every name in it can be had."""
    module = importlib.import_module(name)
    assert list(module.__all__) == sorted(set(module.__all__), key=_rank)
    assert all(hasattr(module, exported) for exported in module.__all__)


@pytest.mark.parametrize("name", ["pubguard", "pubguard.testing"])
def test_what_plugin_authors_import_is_listed(name: str) -> None:
    """The two packages that others import from say what they offer."""
    assert name in LISTED


def test_the_test_kit_does_not_need_pytest() -> None:
    """A contract is a plain class; whoever runs it brings the runner."""
    import subprocess
    import sys

    code = "import sys, pubguard.testing; sys.exit('pytest' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0
