"""`POST /v1/sync`, permits and the web server's question."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from pubguard import clock
from pubguard.edge.document import EdgeDocument, document
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
        workspace.clock.now(),
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
    host, target = _asked(visit)
    if visit.workspace.embargo.open(host, target):
        return Reply(status=204)
    raise Problem(
        403,
        "This address is not to be served before its release.",
        "See pubguard calendar show; it opens by itself at the announced time.",
        code="embargoed",
    )


def edge_list(visit: Visit) -> EdgeDocument:
    """Every embargoed address with the time at which it opens, for whatever renders it.

    The addresses are not to be known before their slot: keep the answer from readers.
    """
    return document(visit.workspace.embargo.listing())


def _asked(visit: Visit) -> tuple[str, str]:
    """Host and target as nginx has them, in headers: it cannot escape a value into a query.

    For people ``?host=H&path=P`` does the same; everything after ``path=`` is the path.
    """
    target = visit.headers.get("x-pubguard-target", "")
    if target:
        # A header's bytes come as Latin-1; what they are is UTF-8, or what doubt is about.
        return visit.headers.get("x-pubguard-host", ""), _as_sent(target)
    before, found, path = f"&{visit.query}".partition("&path=")
    if not found:
        raise Problem(
            400,
            "No address was given.",
            "Send X-Pubguard-Host and X-Pubguard-Target, or ask for ?host=H&path=/prices",
        )
    _, named, host = before.partition("&host=")
    if not named:
        path, _, host = path.partition("&host=")
    return unquote(host.partition("&")[0]), path


def _as_sent(text: str) -> str:
    return text.encode("latin-1").decode("utf-8", "surrogateescape")


def _instant(text: str | None) -> datetime | None:
    return clock.parse(text) if text else None


def jwks(workspace: Workspace) -> list[dict[str, Any]]:
    """The public keys that permits are verified with, as JWKs."""
    found: list[dict[str, Any]] = workspace.permits.jwks()["keys"]
    return found


def permits_for(workspace: Workspace, point: str) -> list[str]:
    """The permits that an enforcement point may hold."""
    return workspace.permits.for_point(point)


def status(workspace: Workspace) -> str:
    """The signed list of permits that count no more."""
    return workspace.permits.status()
