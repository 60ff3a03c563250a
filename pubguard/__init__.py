"""A publication-workflow guard and pre-publish checker for official statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pubguard.hookspecs import hookimpl as hookimpl

__version__ = "0.1.0"
__all__ = ["__version__", "hookimpl"]


def __getattr__(name: str) -> Any:
    """`hookimpl`, which a plugin marks its functions with, without loading pluggy for others."""
    if name != "hookimpl":
        raise AttributeError(f"module 'pubguard' has no attribute {name!r}")
    from pubguard.hookspecs import hookimpl

    return hookimpl
