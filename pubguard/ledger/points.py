"""What is known of the enforcement points: as they last were, until their token ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import structs

from pubguard import events as ev
from pubguard.events.points import CLOCK, SILENT, SLOT, UNLINKED
from pubguard.ledger.announcements import Look, States
from pubguard.ledger.states import POINTS, Points, read_points
from pubguard.model import Holding, Point


def _synced(event: ev.Event, look: Look) -> States:
    data: Any = event.data
    known = _known(look)
    point = Point(
        name=data.point,
        at=event.at,
        offset_us=data.offset_us,
        holds=data.holds,
        unlinked=data.unlinked,
        told=data.told,
        version=data.version,
        zone=data.zone,
    )
    if before := known.get(data.point):
        wrong = tuple(fault for fault in before.wrong if _stays(fault, before, point))
        point = structs.replace(point, wrong=wrong)
    return {POINTS: Points({**known, data.point: point})}


def _stays(fault: str, before: Point, now: Point) -> bool:
    """True if nothing in what the point says now speaks against a fault that it had."""
    if fault == CLOCK:
        return now.clock_wrong
    if fault == UNLINKED:
        return now.unlinked > 0
    return fault.startswith(SLOT) and _held(fault, before) == _held(fault, now)


def _held(fault: str, point: Point) -> set[Holding]:
    return {each for each in point.holds if SLOT + each.release == fault}


def _lost(event: ev.Event, look: Look) -> States:
    data: Any = event.data
    known = _known(look)
    if data.point not in known:
        return {}
    silent = event.at if SILENT in data.wrong else known[data.point].lost
    lost = structs.replace(known[data.point], lost=silent, wrong=data.wrong)
    return {POINTS: Points({**known, data.point: lost})}


def _revoked(event: ev.Event, look: Look) -> States:
    data: Any = event.data
    known = _known(look)
    if data.name not in known:
        return {}
    return {POINTS: Points({name: each for name, each in known.items() if name != data.name})}


def _known(look: Look) -> dict[str, Point]:
    body = look(POINTS)
    return read_points(body).points if body else {}


FOLDS: dict[str, Callable[[ev.Event, Look], States]] = {
    ev.PointSynced.kind: _synced,
    ev.PointLost.kind: _lost,
    ev.TokenRevoked.kind: _revoked,
}
