"""Permits as far as the workspace has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pubguard.build import Workspace


def jwks(workspace: Workspace) -> list[dict[str, Any]]:
    """The public keys that permits are verified with, as JWKs."""
    permits = getattr(workspace, "permits", None)
    return list(permits.jwks()["keys"]) if permits else []


def permits_for(workspace: Workspace, point: str) -> list[str]:
    """The permits that an enforcement point may hold."""
    permits = getattr(workspace, "permits", None)
    return list(permits.for_point(point)) if permits else []


def status(workspace: Workspace) -> str:
    """The signed list of revoked permits; empty where there are no permits."""
    permits = getattr(workspace, "permits", None)
    return str(permits.status()) if permits else ""
