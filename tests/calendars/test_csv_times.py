from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pubguard_plugins.calendars.csv_times import Habit, read_time
from pubguard_plugins.calendars.rows import RowRefused

from pubguard.clock import LONDON
from pubguard.errors import TimeError
from tests.calendars.test_ics_zones import YEARS, last_sunday

WINTER = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
HERE = Habit(LONDON)
DMY, MDY = Habit(LONDON, "dmy"), Habit(LONDON, "mdy")

TIMES = {
    "2026-11-26T09:30": WINTER,
    "2026-11-26 09:30": WINTER,
    "2026-11-26T09:30:00": WINTER,
    "2026-11-26T09:30:00.000000": WINTER,
    "2026-11-26T09:30Z": WINTER,
    "2026-11-26T10:30+01:00": WINTER,
    "2026-11-26T10:30+0100": WINTER,
    "2026-11-26 9:30am": WINTER,
    "2026/11/26 09:30": WINTER,
    "26/11/2026 09:30": WINTER,
    "26-11-2026 09:30": WINTER,
    "26.11.2026 09:30": WINTER,
    "11/26/2026 09:30": WINTER,
    "26/11/2026, 09:30": WINTER,
    "26 November 2026 9:30am": WINTER,
    "26 November 2026 9.30 a.m.": WINTER,
    "26 November 2026, 09:30": WINTER,
    "26 November 2026 at 09:30": WINTER,
    "26th Nov 2026 09:30": WINTER,
    "26-Nov-2026 09:30": WINTER,
    "Thursday 26 November 2026, 09:30": WINTER,
    "Thu 26 Nov 2026 09:30": WINTER,
    "November 26, 2026 9:30 AM": WINTER,
    "26 November 2026 09:30 GMT": WINTER,
    "26 November 2026 09:30 UTC": WINTER,
    "1 July 2026 9:30am BST": SUMMER,
    "1 July 2026 08:30Z": SUMMER,
    "2026-07-01T09:30+01:00": SUMMER,
    "07/07/2026 08:30 UTC": datetime(2026, 7, 7, 8, 30, tzinfo=UTC),
    "26 November 2026 12:00 pm": datetime(2026, 11, 26, 12, tzinfo=UTC),
    "26 November 2026 12:00am": datetime(2026, 11, 26, tzinfo=UTC),
    "26 November 2026 2pm": datetime(2026, 11, 26, 14, tzinfo=UTC),
    "29 Sept 2028 09:30Z": datetime(2028, 9, 29, 9, 30, tzinfo=UTC),
    "26 November 2026": date(2026, 11, 26),
    "2026-11-26": date(2026, 11, 26),
    "26/11/2026": date(2026, 11, 26),
}


@pytest.mark.parametrize(("text", "found"), TIMES.items())
def test_what_means_one_thing_is_read(text, found):
    """ISO 8601, and what people write where nothing is left to guess."""
    assert read_time(text, Habit()) == found
    assert type(read_time(text, Habit())) is type(found)


REFUSED = {
    "03/04/2027 09:30": "could be 3 April 2027 or 4 March 2027; write it like 2027-04-03",
    "03-04-2027": "could be 3 April 2027 or 4 March 2027",
    "26/11/26 09:30": "gives its year in two digits",
    "03-04-26": "gives its year in two digits",
    "3 April 26 09:30": "gives its year in two digits",
    "2026-07-01T09:30": "has no time zone, and London's clocks differ from UTC then",
    "1 July 2026 9:30am": "has no time zone",
    "29/03/2026 01:30": "has no time zone",
    "25/10/2026 01:30": "has no time zone",
    "1 July 2026 09:30 GMT": "says GMT, and London's clocks show BST then",
    "26 November 2026 09:30 BST": "says BST, and London's clocks show GMT then",
    "Friday 26 November 2026 09:30": "says Friday, and 26 November 2026 is a Thursday",
    "26 Nevember 2026 09:30": "names no month: 'Nevember'",
    "26 Ma 2026 09:30": "is no date and time that can be read",
    "31/11/2026 09:30": "is no date that a calendar has",
    "2026-02-29": "is no date that a calendar has",
    "26/26/2026 09:30": "has no month 26",
    "00/00/2026": "is no date that a calendar has",
    "26 November 2026 9": "gives an hour alone",
    "26 November 2026 24:00": "is no date that a calendar has",
    "26 November 2026 13:30pm": "has an hour of 13pm",
    "26 November 2026 0:30am": "has an hour of 0am",
    "26 November 2026 09:60": "is no date that a calendar has",
    "26 November 2026 09:30 CET": "is no date and time that can be read",
    "November 2026": "is no date and time that can be read",
    "46352.3958": "is no date and time that can be read",
    "2026-W48-4T09:30": "is no date and time that can be read",
    "\u0662\u0666/11/2026 09:30": "is no date and time that can be read",
    "TBC": "is no date and time that can be read",
    "9999-12-31T23:59-01:00": "lies outside the years",
}


@pytest.mark.parametrize(("text", "reason"), REFUSED.items())
def test_what_could_mean_two_things_is_refused(text, reason):
    """No order, no zone and no century is guessed."""
    with pytest.raises((RowRefused, TimeError), match=r".") as caught:
        read_time(text, Habit())
    assert reason in str(caught.value)


ORDERS = {
    "03/04/2027": (date(2027, 4, 3), date(2027, 3, 4)),
    "03-04-2027": (date(2027, 4, 3), date(2027, 3, 4)),
    "04/04/2027": (date(2027, 4, 4), date(2027, 4, 4)),
    "26/11/2026": (date(2026, 11, 26), None),
    "11/26/2026": (None, date(2026, 11, 26)),
    "2027-04-03": (date(2027, 4, 3), date(2027, 4, 3)),
    "3 April 2027": (date(2027, 4, 3), date(2027, 4, 3)),
}


@pytest.mark.parametrize(("text", "dmy", "mdy"), [(t, *both) for t, both in ORDERS.items()])
def test_the_order_is_what_the_source_says(text, dmy, mdy):
    """A date that does not fit it is refused, not turned round."""
    for how, found in ((DMY, dmy), (MDY, mdy)):
        if found:
            assert read_time(text, how) == found
        else:
            with pytest.raises(RowRefused, match="has no month 26"):
                read_time(text, how)


@pytest.mark.parametrize("year", YEARS)
def test_a_missing_zone_matters_in_summer_alone(year):
    """Around every clock change: in winter both readings are one instant, in summer not."""
    spring, autumn = last_sunday(year, 3), last_sunday(year, 10)
    hour, second = timedelta(hours=1), timedelta(seconds=1)
    for wall in (spring + hour - second, autumn + 2 * hour, datetime(year, 1, 4, 9, 30)):
        assert read_time(wall.isoformat(" "), Habit()) == wall.replace(tzinfo=UTC)
    for wall in (spring + hour, spring + 2 * hour, autumn + hour, autumn + 2 * hour - second):
        with pytest.raises(RowRefused, match="has no time zone"):
            read_time(wall.isoformat(" "), Habit())
    for wall, reason in ((spring + hour, "does not exist"), (autumn + hour, "occurs twice")):
        with pytest.raises(TimeError, match=reason):
            read_time(wall.isoformat(" "), HERE)
    assert read_time((autumn + hour - second).isoformat(" "), HERE) == (autumn - second).replace(
        tzinfo=UTC
    )


@given(st.datetimes(datetime(2010, 1, 1), datetime(2035, 12, 31)), st.sampled_from(range(4)))
def test_any_instant_written_by_people_is_read_back(wall, shape):
    """Named months and an order that is set, on London's wall clock."""
    wall = wall.replace(second=0, microsecond=0)
    moment = wall.replace(tzinfo=UTC)
    shown = moment.astimezone(LONDON)
    written = (
        f"{shown:%d/%m/%Y %H:%M}",
        f"{shown.day} {shown:%B %Y} {shown.hour % 12 or 12}:{shown:%M}{'ap'[shown.hour > 11]}m",
        f"{shown:%A %d %b %Y, %H.%M}",
        f"{shown:%Y-%m-%d %H:%M}",
    )[shape]
    if shown.replace(fold=0).astimezone(UTC) != shown.replace(fold=1).astimezone(UTC):
        with pytest.raises(TimeError, match="occurs twice"):
            read_time(written, DMY)
    else:
        assert read_time(written, DMY) == moment


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    """Nothing else is raised."""
    with suppress(RowRefused, TimeError):
        read_time(text, Habit(ZoneInfo("America/New_York"), "mdy"))
