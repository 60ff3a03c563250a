"""What rules and lint both say of a slot."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from pubguard.clock import LONDON, from_wall, slot_on
from pubguard.config import AlternativeTime
from pubguard.slots import agreed_times, at_weekend, in_good_time, say_notice, usual

EARLY = AlternativeTime(
    series="cpi", time=time(7), reference="letter", considered=date(2026, 5, 13)
)


def clock_changes():
    """The Sundays on which London's clocks change, 2010 to 2035."""
    day = date(2010, 1, 1)
    while day < date(2036, 1, 1):
        before, after = (
            datetime.combine(day + timedelta(days=n), time(), LONDON).utcoffset() for n in (0, 1)
        )
        if before != after:
            yield day
        day += timedelta(days=1)


CHANGES = list(clock_changes())


def test_there_are_two_changes_a_year():
    """So that the properties below look at all of them."""
    assert len(CHANGES) == 52
    assert {day.weekday() for day in CHANGES} == {6}


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_half_past_nine_is_usual_on_both_sides_of_a_change(change):
    """For a fortnight around it, whatever UTC says; an hour beside it never is."""
    for offset in range(-7, 8):
        slot = slot_on(change + timedelta(days=offset))
        assert usual(slot, None, ())
        assert not usual(slot + timedelta(hours=1), None, ())
        assert not usual(slot - timedelta(hours=1), None, ())


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_change_does_not_shorten_four_weeks(change):
    """From wall clock to wall clock they are 28 days, and a minute less is not."""
    for offset in range(1, 28):
        slot = slot_on(change + timedelta(days=offset))
        same = from_wall(datetime.combine(change + timedelta(days=offset - 28), time(9, 30)))
        assert in_good_time(same, slot)
        late = same + timedelta(hours=1, minutes=1)
        assert not in_good_time(late, slot)


def test_an_agreed_time_counts_for_its_series_from_its_day_on():
    """Not for another series, not before it was considered."""
    then, before = from_wall(datetime(2026, 5, 13, 7)), from_wall(datetime(2026, 5, 12, 7))
    assert usual(then, "cpi", [EARLY])
    assert not usual(then, "rpi", [EARLY])
    assert not usual(then, None, [EARLY])
    assert not usual(before, "cpi", [EARLY])
    assert agreed_times(then, "cpi", [EARLY]) == {time(7)}


def test_weekends_are_londons():
    """Saturday begins at London's midnight, which in summer is 23:00 UTC."""
    assert at_weekend(from_wall(datetime(2026, 6, 6, 0, 30)))
    assert not at_weekend(from_wall(datetime(2026, 6, 8, 0, 30)))


def test_notice_is_said_in_words():
    """To stand before the slot."""
    slot = slot_on(date(2026, 11, 26))
    assert say_notice(slot - timedelta(days=13), slot) == "only 13 days before"
    assert say_notice(slot + timedelta(days=1), slot) == "only after"
