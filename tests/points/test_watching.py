"""A publishing system that cannot be relied on near a slot raises an alarm, once for each fault."""

from __future__ import annotations

import pytest
from msgspec import structs

from pubguard.clock import parse
from pubguard.model import Holding
from pubguard.points.keeping import Told
from pubguard.testing import SettableClock, call, make_workspace

SILENT = Told(
    holds=(), items=0, unlinked=0, permits=0, offset_us=None, version="wp-1.0", zone="Europe/London"
)
SLOT = "2026-11-26T09:30"


@pytest.fixture
def office(tmp_path):
    clock = SettableClock("2026-11-20T10:00")
    workspace = make_workspace(tmp_path / "office", clock=clock)
    done = call(
        *("calendar", "announce", "prices", "--title", "P", "--release-at", SLOT),
        *("--actor", "c.lee"),
        config=workspace.config.path,
        clock=clock,
    )
    assert done.code == 0
    yield workspace, clock
    workspace.close()


def test_silence_is_an_alarm_only_near_a_slot(office) -> None:
    """An hour before it, and once; a point that is heard again can be lost again."""
    workspace, clock = office
    workspace.point_keeper.hear("cms", SILENT)
    clock.set("2026-11-26T08:29")
    assert workspace.point_watch.look() == ()
    clock.set("2026-11-26T08:30")
    assert workspace.point_watch.look() == ("cms",)
    assert workspace.point_watch.look() == ()
    (point,) = workspace.point_keeper.points()
    assert point.lost == clock.now()
    workspace.point_keeper.hear("cms", SILENT)
    assert workspace.point_keeper.points()[0].lost is None
    clock.set("2026-11-26T08:55")
    assert workspace.point_watch.look() == ("cms",)


def test_one_that_was_heard_is_not_lost(office) -> None:
    """Within the last twenty minutes."""
    workspace, clock = office
    clock.set("2026-11-26T08:25")
    workspace.point_keeper.hear("cms", SILENT)
    clock.set("2026-11-26T08:40")
    assert workspace.point_watch.look() == ()


def holding(slot: str | None) -> Told:
    return structs.replace(SILENT, holds=(Holding("prices", parse(slot) if slot else None),))


FAULTS = {
    "clock": (structs.replace(SILENT, offset_us=3_600_000_000), "its clock is 1 h ahead"),
    "unlinked": (structs.replace(SILENT, unlinked=2), "2 of its items name no release"),
    "another slot": (holding("2026-11-26T09:00"), "Thursday 26 November 2026, 09:00, not"),
    "no slot": (holding(None), "it holds prices for no time"),
}
SOUND = {
    "nothing said of the clock": SILENT,
    "a second apart": structs.replace(SILENT, offset_us=-1_000_000),
    "the announced slot": holding(SLOT),
    "another release": structs.replace(SILENT, holds=(Holding("wages", None),)),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_an_alarm_an_hour_before_the_slot(office, name) -> None:
    """Not before, then once, and again when it was mended and has come back."""
    workspace, clock = office
    fault, _ = FAULTS[name]
    for _ in range(2):
        clock.set("2026-11-26T08:20")
        workspace.point_keeper.hear("cms", fault)
        clock.set("2026-11-26T08:29:59")
        assert workspace.point_watch.look() == ()
        clock.set("2026-11-26T08:30")
        assert workspace.point_watch.look() == ("cms",)
        clock.set("2026-11-26T08:34")
        workspace.point_keeper.hear("cms", fault)
        clock.set("2026-11-26T08:36")
        assert workspace.point_watch.look() == ()
        workspace.point_keeper.hear("cms", holding(SLOT))
        assert workspace.point_keeper.points()[0].wrong == ()
    assert workspace.point_watch.look() == ()


@pytest.mark.parametrize("name", SOUND)
def test_what_is_no_fault(office, name) -> None:
    """A point that is as it should be, or of which too little is known, alarms nobody."""
    workspace, clock = office
    clock.set("2026-11-26T08:20")
    workspace.point_keeper.hear("cms", SOUND[name])
    clock.set("2026-11-26T08:35")
    assert workspace.point_watch.look() == ()


def test_one_that_was_only_just_told_has_time_to_follow(office) -> None:
    """A slot that is moved within the hour: a minute and a half to take it over."""
    workspace, clock = office
    clock.set("2026-11-26T08:35")
    workspace.point_keeper.hear("cms", holding(SLOT))
    move(workspace, clock, "2026-11-26T09:35")
    clock.set("2026-11-26T08:36")
    assert workspace.point_watch.look() == (), "it was not told yet"
    workspace.point_keeper.hear("cms", holding(SLOT))
    clock.set("2026-11-26T08:37:30")
    assert workspace.point_watch.look() == ()
    clock.set("2026-11-26T08:37:31")
    assert workspace.point_watch.look() == ("cms",)


def test_a_second_fault_is_another_alarm(office) -> None:
    """Both are then known, and the log folds to the same."""
    workspace, clock = office
    clock.set("2026-11-26T08:31")
    workspace.point_keeper.hear("cms", structs.replace(SILENT, unlinked=1))
    assert workspace.point_watch.look() == ("cms",)
    both = structs.replace(SILENT, unlinked=1, offset_us=-3_000_000)
    workspace.point_keeper.hear("cms", both)
    assert workspace.point_watch.look() == ("cms",)
    clock.set("2026-11-26T08:52")
    assert workspace.point_watch.look() == ("cms",), "now it is silent too"
    (point,) = workspace.point_keeper.points()
    assert set(point.wrong) == {"unlinked", "clock", "silent"}
    assert call("log", "verify", config=workspace.config.path, clock=clock).code == 0


def move(workspace, clock, to: str) -> None:
    for verb in (("move", "prices", "--to", to, "--reason", "Late data."), ("agree", "prices")):
        who = ("--actor", "a.lead" if verb[0] == "move" else "b.lead", "--role", "lead-official")
        assert call("calendar", *verb, *who, config=workspace.config.path, clock=clock).code == 0
