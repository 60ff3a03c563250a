"""What is known of the enforcement points: as they last were, until their token ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import structs

from pubguard import events as ev
from pubguard.ledger.announcements import Look, States
from pubguard.ledger.states import POINTS, Points, read_points
from pubguard.model import Point


def _synced(event: ev.Event, look: Look) -> States:
    data: Any = event.data
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
    return {POINTS: Points({**_known(look), data.point: point})}


def _lost(event: ev.Event, look: Look) -> States:
    data: Any = event.data
    known = _known(look)
    if data.point not in known:
        return {}
    lost = structs.replace(known[data.point], lost=event.at)
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
