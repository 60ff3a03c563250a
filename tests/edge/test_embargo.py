"""An address of a new output is not served before its slot, however it is written."""

from __future__ import annotations

import pytest

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
    "/prices/november%202026/",
    "//prices///november%202026",
    "/x/../prices/./november%202026",
    "/%70rices/november%202026",
    "/prices%2fnovember%202026",
    "/prices/november%202026?download=1",
]
DOUBTFUL = ["/%2570rices/november%202026", "/prices\\november%202026"]


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


@pytest.mark.parametrize("path", DOUBTFUL)
def test_what_two_programs_could_read_differently_is_closed_while_anything_is(
    office, path: str
) -> None:
    """The provisional release never opens, so these spellings stay closed."""
    workspace, clock = office
    for at in ("2026-11-26T09:29", "2026-11-26T09:31"):
        clock.set(at)
        assert not workspace.embargo.open("stats.example", path)


OPEN = {
    "another address": ("stats.example", "/prices"),
    "an address that is public already": ("stats.example", "/series/prices"),
    "the front page": ("stats.example", "/"),
}


@pytest.mark.parametrize(("host", "path"), OPEN.values(), ids=OPEN)
def test_what_is_not_embargoed_is_open(office, host: str, path: str) -> None:
    """The lock stands in front of a whole site."""
    assert office[0].embargo.open(host, path)


@pytest.mark.parametrize("host", ["", "other.example", "files.example:8443"])
def test_a_made_up_host_opens_nothing(office, host: str) -> None:
    """A path is closed whatever the request says that its host is."""
    assert not office[0].embargo.open(host, "/prices.csv")


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
