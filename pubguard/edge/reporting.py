"""What a web server tells the guard of itself, and what it does not believe of the guard; pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct

from pubguard.clock import stamp
from pubguard.errors import NoAnswer
from pubguard.protocols import Closing, EdgeList

MOST = 2000
"""Items that a sync may have; of more, those without a time and the nearest are told."""
BEHIND = timedelta(days=1)
"""How long after its slot a release is still told of."""

Place = tuple[str, tuple[str, ...]]


class Item(Struct, frozen=True, kw_only=True):
    """A release, and the time at which the web server opens an address of it; None for never."""

    id: str
    release: str
    scheduled_at: str | None
    status: str


class Told(Struct, frozen=True, kw_only=True):
    """The body of a sync."""

    version: str
    clock: str
    zone: str
    items: tuple[Item, ...]
    permits: tuple[str, ...] = ()


def items(held: EdgeList | None, listed: EdgeList, now: datetime) -> tuple[Item, ...]:
    """The slots that the web server really holds, each release's once.

    An address that never opens, here as in the guard's list, is not scheduled, so nothing is
    told of it. One that opens there and not here, or that is not known here at all, is told
    of without a time: the guard must not take it for acknowledged.

    Args:
        held: what the web server has loaded; None where nobody knows.
        listed: what the guard says now.
        now: what is long over is not told of.
    """
    found = set(_pairs(held, listed, now - BEHIND))
    nearest = sorted(found, key=lambda pair: (_distance(pair[1], now), pair[0]))
    return tuple(_item(*pair) for pair in nearest[:MOST])


def _pairs(
    held: EdgeList | None, listed: EdgeList, since: datetime
) -> Iterator[tuple[str, datetime | None]]:
    here, there = _places(held), _places(listed)
    for place in here.keys() | there.keys():
        opens = [each[place].opens_at if place in each else None for each in (here, there)]
        times = [each for each in opens if each is not None]
        if times and max(times) >= since:
            owner = there.get(place) or here[place]
            for release in owner.releases:
                yield release, opens[0]


def _places(listed: EdgeList | None) -> dict[Place, Closing]:
    return {(each.host, each.segments): each for each in listed.closings} if listed else {}


def _item(release: str, opens_at: datetime | None) -> Item:
    return Item(
        id=release,
        release=release,
        scheduled_at=stamp(opens_at) if opens_at else None,
        status="scheduled" if opens_at else "closed",
    )


def _distance(opens_at: datetime | None, now: datetime) -> timedelta:
    return abs(opens_at - now) if opens_at else timedelta(-1)


def doubt(listed: EdgeList, known: EdgeList | None, *, anything: bool) -> NoAnswer | None:
    """Why this list is not believed, or None.

    A log only grows, so a smaller one is an old copy, which may hold slots that were moved;
    and what closes nothing any more would open everything.

    Args:
        listed: what the guard says now.
        known: the last list that was taken.
        anything: the web server has a file already, whatever is known of it.
    """
    if known and (listed.size < known.size or _forked(listed, known)):
        size = f"{listed.size} entries, and this machine knows {known.size}"
        return _refused(f"The guard's log is not the one it was: it has {size}.")
    if not listed.closings and not listed.doubtful and (known.closings if known else anything):
        return _refused("The guard's list is empty, and it was not before.")
    return None


def _forked(listed: EdgeList, known: EdgeList) -> bool:
    return listed.size == known.size and listed.root != known.root


def _refused(why: str) -> NoAnswer:
    return NoAnswer(
        f"{why} What the web server holds stays as it is.",
        "Have the guard looked at. If this is meant, for example after a restore that lost "
        "nothing, delete the folder beside the file whose name ends in .sync, and the file "
        "where the list is to be empty; then sync again.",
    )
