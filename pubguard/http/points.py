"""`POST /v1/sync`, and permits as far as the workspace has them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pubguard import clock
from pubguard.http.answers import PermitStatus, SyncAnswer
from pubguard.http.asked import Synced
from pubguard.http.visits import Visit
from pubguard.model import Holding
from pubguard.points.keeping import Told, offset

if TYPE_CHECKING:
    from pubguard.build import Workspace


def sync(visit: Visit) -> SyncAnswer:
    """Hear how an enforcement point is; tell it what counts, and when to come again."""
    body: Synced = visit.body
    workspace = visit.workspace
    linked = {
        Holding(item.release, _instant(item.scheduled_at)) for item in body.items if item.release
    }
    told = Told(
        holds=tuple(sorted(linked, key=lambda each: (each.release, str(each.slot)))),
        items=len(body.items),
        unlinked=sum(item.release is None for item in body.items),
        permits=len(body.permits),
        offset_us=offset(_instant(body.clock), workspace.clock.now()),
        version=body.version or "",
        zone=body.zone or "",
    )
    kept = workspace.point_keeper.hear(visit.door, told)
    return SyncAnswer(
        permits_for(workspace, visit.door),
        status(workspace),
        jwks(workspace),
        kept.slots,
        kept.next_sync,
    )


def permit_status(visit: Visit) -> PermitStatus:
    """The signed status that permits count beside, offline."""
    return PermitStatus(status(visit.workspace))


def _instant(text: str | None) -> datetime | None:
    return clock.parse(text) if text else None


def jwks(workspace: Workspace) -> list[dict[str, Any]]:
    """The public keys that permits are verified with, as JWKs."""
    permits = getattr(workspace, "permits", None)
    return list(permits.jwks()["keys"]) if permits else []


def permits_for(workspace: Workspace, point: str) -> list[str]:
    """The permits that an enforcement point may hold."""
    permits = getattr(workspace, "permits", None)
    return list(permits.for_point(point)) if permits else []


def status(workspace: Workspace) -> str | None:
    """The signed list of revoked permits; None where there are no permits."""
    permits = getattr(workspace, "permits", None)
    return str(permits.status()) if permits else None
