"""`POST /v1/sync`, and permits as far as the workspace has them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from pubguard import clock
from pubguard.http.answers import PermitStatus, SyncAnswer
from pubguard.http.asked import Synced
from pubguard.http.problems import Problem
from pubguard.http.visits import Reply, Visit
from pubguard.model import Holding
from pubguard.points.keeping import Told, offset

if TYPE_CHECKING:
    from pubguard.build import Workspace


def sync(visit: Visit) -> SyncAnswer:
    """Hear how an enforcement point is; tell it what counts, and when to come again."""
    body: Synced = visit.body
    workspace = visit.workspace
    held = [(item.release, _instant(item.scheduled_at)) for item in body.items]
    linked = {Holding(release, slot) for release, slot in held if release}
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


def edge(visit: Visit) -> Reply:
    """Whether a web server may serve an address now: 204 yes, 403 not yet."""
    host, path = _address(visit.query)
    if visit.workspace.embargo.open(host, path):
        return Reply(status=204)
    raise Problem(
        403,
        "This address is not to be served before its release.",
        "See pubguard calendar show; it opens by itself at the announced time.",
        code="embargoed",
    )


def _address(query: str) -> tuple[str, str]:
    """Host and path of ``host=H&path=P``, in which P may be as the web server got it.

    Everything after ``path=`` is the path: what it was asked for with may hold any mark.
    """
    before, found, path = f"&{query}".partition("&path=")
    if not found:
        raise Problem(400, "No path was given.", "Ask for ?host=stats.example&path=/prices")
    _, named, host = before.partition("&host=")
    if not named:
        path, _, host = path.partition("&host=")
    return unquote(host.partition("&")[0]), path


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
