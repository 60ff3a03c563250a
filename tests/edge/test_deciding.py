from __future__ import annotations

import pytest

from pubguard.clock import parse
from pubguard.edge.deciding import closed
from pubguard.protocols import Closing, EdgeList

SLOT = parse("2026-11-26T09:30")
BEFORE = parse("2026-11-26T09:29:59.999999")
HOST = "statistics.example"
LISTED = EdgeList(
    (
        Closing(HOST, ("releases", "prices"), SLOT),
        Closing(HOST, ("releases", "prices", "later"), parse("2026-12-01T09:30")),
        Closing(HOST, ("releases", "pris\u0175"), SLOT),
        Closing("new.example", (), SLOT),
    ),
    (),
    9,
    "",
)


@pytest.mark.parametrize(
    ("host", "target", "wanted"),
    [
        (HOST, "/releases/prices", (True, False)),
        (HOST, "/Releases//./PRICES/?x=1", (True, False)),
        (HOST, "/releases/pric%C3%A9s/feed", (True, False)),
        ("anything", "/releases/prices;x", (True, False)),
        (HOST, "/releases/prices/later", (True, True)),
        (HOST, "/releases/prisw", (True, False)),
        (HOST, "/releases/%2570rices", (True, True)),
        (HOST, "/public%C0%AF", (True, True)),
        (HOST, "/..", (True, True)),
        (HOST, "/releases", (False, False)),
        (HOST, "/releases/prices-2", (False, False)),
        (HOST, "/", (False, False)),
        (HOST, "", (False, False)),
        ("new.example", "/?a", (True, False)),
        ("www.New.example.", "/index.html", (True, False)),
        ("new.example", "/public", (False, False)),
        ("\u0175" * 200, "/", (False, False)),
    ],
)
def test_closed_before_the_slot_and_open_at_it(host, target, wanted) -> None:
    """What a request's host and target come to, to the last microsecond."""
    assert tuple(closed(LISTED, host, target, now) for now in (BEFORE, SLOT)) == wanted


def test_an_empty_list_closes_nothing() -> None:
    """Not even spellings that programs could read differently."""
    assert not closed(EdgeList((), (), 0, ""), HOST, "/a%252f", SLOT)


def test_without_a_time_it_never_opens() -> None:
    """Unknown is closed."""
    never = EdgeList((Closing(HOST, ("a",), None),), (), 0, "")
    assert closed(never, HOST, "/a", parse("2099-01-01T00:00"))
