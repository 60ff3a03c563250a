"""Times read, said and counted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubguard import clock
from pubguard.errors import TimeError

INSTANTS = st.datetimes(
    min_value=datetime(1900, 1, 1),
    max_value=datetime(9000, 1, 1),
    timezones=st.just(UTC),
)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        pytest.param("2026-11-26T09:30", "2026-11-26T09:30:00.000000Z", id="winter is UTC"),
        pytest.param("2026-06-26T09:30", "2026-06-26T08:30:00.000000Z", id="summer is UTC+1"),
        pytest.param("2026-06-26 09:30", "2026-06-26T08:30:00.000000Z", id="a space for the T"),
        pytest.param("2026-06-26T08:30Z", "2026-06-26T08:30:00.000000Z", id="Z"),
        pytest.param("2026-06-26T10:30+02:00", "2026-06-26T08:30:00.000000Z", id="an offset"),
        pytest.param("2026-10-25T01:30+01:00", "2026-10-25T00:30:00.000000Z", id="first 01:30"),
        pytest.param("2026-10-25T01:30+00:00", "2026-10-25T01:30:00.000000Z", id="second 01:30"),
        pytest.param("20261126T093000", "2026-11-26T09:30:00.000000Z", id="basic format"),
        pytest.param("2026-W48-4T09:30", "2026-11-26T09:30:00.000000Z", id="week date"),
    ],
)
def test_times_are_read(text: str, utc: str) -> None:
    """ISO 8601 in its forms; without an offset it is London's wall clock."""
    assert clock.stamp(clock.parse(text)) == utc


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2026-03-29T01:30", id="skipped in spring"),
        pytest.param("2026-10-25T01:30", id="twice in autumn"),
        pytest.param("2026-11-26", id="no time"),
        pytest.param("09:30", id="no date"),
        pytest.param("tomorrow", id="words"),
        pytest.param("26/11/2026 09:30", id="which is the month?"),
        pytest.param("", id="empty"),
        pytest.param("0001-01-01T00:00+14:00", id="before the calendar begins"),
        pytest.param("9999-12-31T23:59-12:00", id="after it ends"),
        pytest.param("0001-01-01T00:00:00Z", id="before it begins in London"),
    ],
)
def test_times_that_cannot_be_meant_are_refused(text: str) -> None:
    """Nothing is guessed and nothing is moved: the message says what to write."""
    with pytest.raises(TimeError) as refused:
        clock.parse(text)
    assert refused.value.remedy


@given(INSTANTS)
def test_a_stamp_is_read_back_to_the_microsecond(instant: datetime) -> None:
    """What the log writes is what it meant, and always of the same length."""
    text = clock.stamp(instant)
    assert len(text) == 27
    assert clock.parse(text) == instant


@given(st.dates(min_value=date(1972, 1, 1), max_value=date(2037, 12, 31)))
def test_the_slot_is_half_past_nine_in_london_every_day(day: date) -> None:
    """Whatever the season, the slot's London wall clock says 09:30."""
    slot = clock.slot_on(day)
    assert slot.tzinfo is UTC
    assert f"{slot.astimezone(ZoneInfo('Europe/London')):%Y-%m-%d %H:%M}" == f"{day} 09:30"


@pytest.mark.parametrize(
    ("us", "words"),
    [
        (0, None),
        (-1, "less than 1 s early"),
        (1, "less than 1 s late"),
        (-1_000_000, "1 s early"),
        (90 * 1_000_000, "1 min 30 s late"),
        (-3600 * 1_000_000, "1 h early"),
        (-(43 * 3600 + 25 * 60) * 1_000_000, "1 day 19 h 25 min early"),
        (-(42 * 3600) * 1_000_000, "1 day 18 h early"),
        (48 * 3600 * 1_000_000, "2 days late"),
    ],
)
def test_gaps_are_said_in_words(us: int, words: str | None) -> None:
    """From days to microseconds, without units that are zero; exact is nothing to say."""
    assert clock.say_gap(us) == words


@given(st.integers(-(10**15), 10**15))
def test_a_gap_is_early_exactly_when_it_is_negative(us: int) -> None:
    """The word and the sign never disagree."""
    said = clock.say_gap(us)
    assert (said or "").endswith("early") == (us < 0)
    assert (said is None) == (us == 0)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("1 min", timedelta(minutes=1)),
        ("2 h", timedelta(hours=2)),
        ("14 days", timedelta(days=14)),
        ("1day", timedelta(days=1)),
        ("250 ms", timedelta(milliseconds=250)),
    ],
)
def test_lengths_of_time_are_read(text: str, span: timedelta) -> None:
    """As settings write them."""
    assert clock.duration(text) == span


@pytest.mark.parametrize(
    "text", ["", "1", "min", "-1 min", "1.5 h", "1 month", "1 min 30 s", "9999999999 days"]
)
def test_other_lengths_are_refused(text: str) -> None:
    """A length that could be two things is none."""
    with pytest.raises(TimeError):
        clock.duration(text)
