"""What a web server says that it holds; worked out from two lists alone."""

from __future__ import annotations

from pubguard.clock import parse
from pubguard.edge.reporting import MOST, items
from pubguard.protocols import Closing, EdgeList

NOW = parse("2026-11-20T10:00")
SLOT, LATER = "2026-11-26T09:30", "2026-12-03T09:30"


def listed(**opens_at: str | None) -> EdgeList:
    """Addresses by name; an underscore and what follows it tell a release's addresses apart."""
    closings = (
        Closing("stats.example", (name,), at and parse(at), (name.partition("_")[0],))
        for name, at in opens_at.items()
    )
    return EdgeList(tuple(closings), (), 9, "")


def told(held: EdgeList | None, now: EdgeList) -> list[tuple[str, str | None]]:
    return [
        (item.release, (item.scheduled_at or "")[:16] or None) for item in items(held, now, NOW)
    ]


def test_a_release_is_told_of_once() -> None:
    """However many addresses it has."""
    both = listed(a=SLOT, a_data=SLOT)
    assert told(both, both) == [("a", SLOT)]


def test_what_opens_nowhere_is_not_scheduled() -> None:
    """A release that was cancelled, or waits, is acknowledged by holding no time for it."""
    both = listed(a=None, b=SLOT)
    assert told(both, both) == [("b", SLOT)]


def test_what_is_held_for_no_time_and_has_one_is_told() -> None:
    """Agreed since, but not loaded; also where one of two addresses is not known yet."""
    assert told(listed(a=None), listed(a=SLOT)) == [("a", None)]
    assert told(listed(), listed(a=SLOT)) == [("a", None)]
    assert told(listed(a=SLOT), listed(a=SLOT, a_data=SLOT)) == [("a", None), ("a", SLOT)]
    assert told(None, listed(a=SLOT)) == [("a", None)]


def test_what_is_held_and_listed_no_more_is_told() -> None:
    """The web server holds it all the same."""
    assert told(listed(a=SLOT), listed(b=None)) == [("a", SLOT)]
    assert told(listed(a=SLOT), listed(a=None)) == [("a", SLOT)]


def test_what_is_long_over_is_not_told_of() -> None:
    """A year's releases are not repeated for ever; one that was moved into the past is told."""
    both = listed(a="2026-11-19T09:30", b="2026-11-19T10:30")
    assert told(both, both) == [("b", "2026-11-19T10:30")]
    assert told(listed(a=LATER), listed(a="2026-11-18T09:30")) == [("a", LATER)]


def test_of_too_many_the_nearest_are_told() -> None:
    """What is held for no time comes first."""
    many = {f"r{n}": LATER for n in range(MOST)}
    found = told(listed(near=SLOT, **many), listed(near=SLOT, new=SLOT, **many))
    assert len(found) == MOST
    assert found[:2] == [("new", None), ("near", SLOT)]
