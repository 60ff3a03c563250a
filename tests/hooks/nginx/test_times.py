from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pubguard_hooks.nginx.times import milliseconds, since

from tests.hooks.nginx.conftest import BEFORE, EPOCH, SLOT, closing, get
from tests.servers.backend import FIGURES

FAR = 10**15
"""The year 33658."""
INSTANTS = st.one_of(
    st.integers(0, FAR),
    st.integers(1_600_000_000_000, 2_000_000_000_000),
    st.builds(lambda power, near: max(0, 10**power + near), st.integers(0, 14), st.integers(-2, 2)),
    st.builds(lambda n, power: n * 10**power, st.integers(0, 99), st.integers(0, 12)),
)


def said(ms: int) -> str:
    """As nginx writes `$msec`."""
    return f"{ms // 1000}.{ms % 1000:03}"


def fits(pattern: str, ms: int) -> bool:
    return re.search(pattern, said(ms)) is not None


@given(INSTANTS, INSTANTS)
def test_the_pattern_is_a_comparison(slot: int, now: int) -> None:
    """It fits exactly the times that arithmetic calls not before the slot."""
    assert fits(since(slot), now) == (now >= slot)


@given(INSTANTS, st.sampled_from([-1000, -1, 0, 1, 1000]))
def test_it_turns_on_the_millisecond(slot: int, near: int) -> None:
    """One millisecond before it does not fit, at the slot and after it does."""
    assert fits(since(slot), max(0, slot + near)) == (max(0, slot + near) >= slot)


@pytest.mark.parametrize("power", range(1, 15))
def test_digits_roll_over(power: int) -> None:
    """Where every digit changes at once it is exact too, on both sides."""
    around = [10**power + near for near in (-2, -1, 0, 1, 2)]
    for slot in around:
        assert [fits(since(slot), now) for now in around] == [now >= slot for now in around]


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_a_slot_between_two_milliseconds_opens_at_the_later(slot: datetime) -> None:
    """Rounding never opens early, and costs less than a millisecond."""
    opens = EPOCH + timedelta(milliseconds=milliseconds(slot))
    assert opens >= slot
    assert opens - max(slot, EPOCH) < timedelta(milliseconds=1)


def test_no_syntax_is_in_the_pattern() -> None:
    """Nothing in it can end a string, a block or a directive, or name a variable but the end."""
    assert not set(since(1_795_685_400_000)[:-1]) & set("\"'{};$ \n")


TURNS = [
    ("2026-11-26T09:29:59.998999", False),
    ("2026-11-26T09:29:59.999999", False),
    ("2026-11-26T09:30:00.000000", True),
    ("2026-11-26T09:30:00.001", True),
    ("2026-11-25T09:30:00", False),
    ("2026-12-26T00:00:00", True),
    ("2286-11-20T17:46:40", True),
]


def test_nginx_opens_at_the_slot_and_not_before(start, show) -> None:
    """One running nginx, its wall clock set: closed to the last microsecond, then open."""
    nginx = start(closing("/releases/prices-october", SLOT))
    found = []
    for now, _ in TURNS:
        show(now)
        nginx.ask(get("/.tick"))  # it looks at its clock when something arrives
        found.append((now, FIGURES in nginx.ask(get("/releases/prices-october"))))
    assert found == TURNS


def test_a_slot_of_microseconds_opens_at_the_next_millisecond(start, show) -> None:
    """Nginx counts milliseconds, so it waits for the first that is not early."""
    nginx = start(closing("/releases/prices-october", "2026-11-26T09:30:00.000400"), now=BEFORE)
    found = []
    for now in ("2026-11-26T09:30:00.000999", "2026-11-26T09:30:00.001000"):
        show(now)
        nginx.ask(get("/.tick"))
        found.append(FIGURES in nginx.ask(get("/releases/prices-october")))
    assert found == [False, True]
