"""Lint of single slots, around every change of London's clocks from 2010 to 2035."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from pubguard.calendar import lint_slots
from pubguard.calendar.findings import Scene
from pubguard.clock import from_wall, slot_on
from pubguard.config import Config, Gate, Keeper, Keys, Nation, Organisation
from pubguard.testing.builders import make_record
from tests.test_slots import CHANGES


def scene(*records):
    """These records seen from long before."""
    config = Config(
        file="/office/pubguard.toml",
        plugins=(),
        organisation=Organisation(name="Office", nation=Nation.ENGLAND),
        gate=Gate(),
        store=Keeper(kind="sqlite"),
        keys=Keys(),
    )
    return Scene(
        now=from_wall(datetime(2000, 1, 1)),
        records=records,
        read_at={},
        holidays=None,
        config=config,
        crowd=3,
    )


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_times_are_judged_by_london_around_every_clock_change(change):
    """09:30 is never found; an hour beside it always, and as mistaken UTC only in summer."""
    for offset in range(-7, 8):
        slot = slot_on(change + timedelta(days=offset))
        summer = slot.hour == 8
        for hours, codes in ((0, set()), (1, {"PG205"}), (-1, {"PG205"})):
            record = make_record(slot + timedelta(hours=hours), announced_at="2000-01-01T10:00")
            found = {f.code for f in lint_slots.find(scene(record))} - {"PG203"}
            assert found == codes | ({"CAL104"} if summer and hours else set())


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_notice_is_counted_by_london_around_every_clock_change(change):
    """28 days from wall clock to wall clock are enough, a minute less is not."""
    for offset in (1, 14, 28):
        day = change + timedelta(days=offset)
        told = from_wall(datetime.combine(day - timedelta(days=28), time(9, 30)))
        for minutes, codes in ((0, set()), (61, {"PG105"})):
            record = make_record(slot_on(day), announced_at=told + timedelta(minutes=minutes))
            found = {f.code for f in lint_slots.find(scene(record))}
            assert found - {"PG203"} == codes
