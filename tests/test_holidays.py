"""Lists of bank holidays as values."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from pubguard import ledger
from pubguard.events import Event, HolidaysRead
from pubguard.holidays import OFFICE, HolidayData, difference
from pubguard.journal import moved
from pubguard.log.encoding import decode, prepare

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
DAYS = {
    "england-and-wales": {"2026-12-25": "Christmas Day", "2027-01-01": "New Year\u2019s Day"},
    "scotland": {"2026-11-30": "St Andrew\u2019s Day"},
    "northern-ireland": {"2026-03-17": "St Patrick\u2019s Day"},
}
DATA = HolidayData("a list", "sha256:" + "1a" * 32, date(2026, 11, 20), DAYS)
READ = HolidaysRead(source=DATA.source, digest=DATA.digest, dated=DATA.dated, days=DAYS)
FROZEN = (
    '{"actor":null,"at":"2026-11-26T12:00:00.000000Z","data":{"dated":"2026-11-20","days":'
    '{"england-and-wales":{"2026-12-25":"Christmas Day","2027-01-01":"New Year\u2019s Day"},'
    '"northern-ireland":{"2026-03-17":"St Patrick\u2019s Day"},'
    '"scotland":{"2026-11-30":"St Andrew\u2019s Day"}},'
    f'"digest":"sha256:{"1a" * 32}","source":"a list"}},"identity":null,"index":0,'
    '"kind":"holidays.read","release":null,"schema":1,"sealed":{},"via":null}'
)


def test_how_a_list_stands_in_the_log_is_frozen():
    """The bytes of an entry that holds a list never change, and are read back."""
    event = Event(at=NOON, data=READ)
    assert prepare(event).at(0) == FROZEN.encode()
    assert decode(FROZEN.encode()).event() == event


def test_the_list_in_force_is_the_last_that_was_read():
    """Its state holds all that the entry says."""
    older = msgspec.structs.replace(READ, digest="sha256:" + "2b" * 32)
    (state,) = moved([Event(at=NOON, data=older), Event(at=NOON, data=READ)], {}).values()
    assert state[0] == 1
    assert ledger.read_holidays(state[1]) == DATA


CLOSED = [
    ("england", "2026-12-25", "Christmas Day"),
    ("wales", "2026-12-25", "Christmas Day"),
    ("uk", "2026-12-25", "Christmas Day"),
    ("scotland", "2026-12-25", None),
    ("scotland", "2026-06-15", "Extra bank holiday"),
    ("england", "2026-06-15", None),
    ("england", "2026-12-24", OFFICE),
]


@pytest.mark.parametrize(("nation", "day", "closed"), CLOSED)
def test_a_day_is_closed_by_nation(nation, day, closed):
    """By the nation's division, by what was added later, or by the office."""
    assert DATA.closed(nation, date.fromisoformat(day), [date(2026, 12, 24)]) == closed


def test_a_year_is_covered_where_the_list_has_days_in_it():
    """For each nation by itself: outside the list nothing is known."""
    assert [DATA.covers("england", year) for year in (2025, 2026, 2027, 2028)] == [0, 1, 1, 0]
    assert [DATA.covers("scotland", year) for year in (2025, 2026, 2027)] == [0, 1, 0]
    assert (DATA.years("uk"), DATA.years("scotland")) == ((2026, 2027), (2026, 2026))


def test_coming_days_are_in_order_and_begin_today():
    """With the office's own, and what was added later."""
    coming = DATA.coming("england", date(2026, 12, 25), [date(2026, 12, 29), date(2026, 12, 24)])
    assert list(coming) == ["2026-12-25", "2026-12-29", "2027-01-01"]
    assert list(DATA.coming("scotland", date(2026, 6, 15))) == ["2026-06-15", "2026-11-30"]


def test_a_list_is_stale_after_four_hundred_days():
    """Not on the 400th, on the next."""
    assert not DATA.stale(date(2027, 12, 25))
    assert DATA.stale(date(2027, 12, 26))


def test_two_lists_differ_by_days_and_not_by_names():
    """Days that were dropped and have not passed are lost."""
    new = {**DAYS, "england-and-wales": {"2026-12-25": "Yule"}, "scotland": {"2026-12-01": "x"}}
    found = difference(DAYS, new)
    assert found.added == {"scotland": {"2026-12-01": "x"}}
    assert {name: list(days) for name, days in found.removed.items()} == {
        "england-and-wales": ["2027-01-01"],
        "scotland": ["2026-11-30"],
    }
    assert list(found.lost(date(2026, 11, 30))) == ["england-and-wales", "scotland"]
    assert list(found.lost(date(2026, 12, 1))) == ["england-and-wales"]
