"""A publishing system that falls silent near a slot raises an alarm, once."""

from __future__ import annotations

import pytest

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
