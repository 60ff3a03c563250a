"""An address of a new output is not served before its slot, however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubguard.points.embargo import spellings
from pubguard.testing import SettableClock, call, make_workspace

CALENDAR = """
[[release]]
id = "prices"
title = "Prices"
state = "confirmed"
release_at = 2026-11-26T09:30:00
[[release.output]]
id = "bulletin"
url = "https://stats.example/Prices/november%202026"
[[release.output]]
id = "table"
url = "https://files.example/prices.csv"
[[release.output]]
id = "series"
url = "https://stats.example/series/prices"
lifetime = "evergreen"

[[release]]
id = "wages"
title = "Wages"
state = "provisional"
release_at = 2026-11-26T09:30:00
[[release.output]]
id = "page"
url = "https://stats.example/wages"
"""


@pytest.fixture
def office(tmp_path):
    clock = SettableClock("2026-11-20T10:00")
    workspace = make_workspace(tmp_path / "office", clock=clock)
    calendar = tmp_path / "calendar.toml"
    calendar.write_text(CALENDAR)
    done = call("calendar", "import", str(calendar), config=workspace.config.path, clock=clock)
    assert done.code == 0, done.out + done.err
    yield workspace, clock
    workspace.close()


SAME = [
    "/Prices/november%202026",
    "/prices/NOVEMBER%202026/",
    "//prices///november%202026",
    "/x/../prices/./november%202026",
    "/%70rices/november%202026",
    "/%2570rices/november%2520202026".replace("2520202026", "25202026"),
    "/prices%2fnovember%202026",
    "/prices\\november%202026",
    "/prices/november%202026?download=1",
    "/prices/november%202026.",
]


@pytest.mark.parametrize("path", SAME)
def test_one_address_in_many_spellings_is_locked_until_its_slot(office, path: str) -> None:
    """And open from the slot on, to the microsecond, with nobody doing anything."""
    workspace, clock = office
    assert not workspace.embargo.open("stats.example", path)
    assert not workspace.embargo.open("STATS.example.:443", path)
    clock.set("2026-11-26T09:29:59.999999")
    assert not workspace.embargo.open("stats.example", path)
    clock.set("2026-11-26T09:30")
    assert workspace.embargo.open("stats.example", path)


OPEN = {
    "another address": ("stats.example", "/prices"),
    "another host": ("other.example", "/prices/november%202026"),
    "an address that is public already": ("stats.example", "/series/prices"),
    "the front page": ("stats.example", "/"),
}


@pytest.mark.parametrize(("host", "path"), OPEN.values(), ids=OPEN)
def test_what_is_not_embargoed_is_open(office, host: str, path: str) -> None:
    """The lock stands in front of a whole site."""
    assert office[0].embargo.open(host, path)


def test_a_request_without_host_is_held_against_every_host(office) -> None:
    """What is not known is not served."""
    assert not office[0].embargo.open("", "/prices.csv")


def test_nothing_opens_a_release_without_a_date(office) -> None:
    """Nor one that is cancelled, or whose change is not agreed."""
    workspace, clock = office
    clock.set("2026-11-26T10:00")
    assert not workspace.embargo.open("stats.example", "/wages")
    done = call(
        *("calendar", "cancel", "prices", "--actor", "c.lee", "--reason", "None"),
        config=workspace.config.path,
        clock=clock,
    )
    assert done.code == 0
    assert not workspace.embargo.open("stats.example", "/prices/november%202026")


@given(st.text(max_size=60))
def test_any_address_has_spellings(target: str) -> None:
    """Whatever is sent; each begins with a slash and has no part that means another."""
    for path in spellings(target):
        assert path.startswith("/")
        assert "//" not in path
        assert ".." not in path.split("/")
