from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pubguard_plugins.calendars.ics import Ics

from pubguard.clock import LONDON
from pubguard.errors import ConfigError
from pubguard.plugins import load
from tests.calendars.test_ics import document, event, only, read, refusal

YEARS = range(2010, 2036)


def last_sunday(year, month):
    day = datetime(year, month, 31)
    return day - timedelta(days=day.isoweekday() % 7)


def zone_of(name, rules=None, summer="0100"):
    """A VTIMEZONE with London's rules under a name of its own."""
    rules = rules or ("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU")
    return (
        *("BEGIN:VTIMEZONE", f"TZID:{name}"),
        *("BEGIN:DAYLIGHT", f"TZOFFSETFROM:+0000\r\nTZOFFSETTO:+{summer}", "TZNAME:BST"),
        *("DTSTART:20000326T010000", f"RRULE:{rules[0]}", "END:DAYLIGHT"),
        *("BEGIN:STANDARD", f"TZOFFSETFROM:+{summer}\r\nTZOFFSETTO:+0000", "TZNAME:GMT"),
        *("DTSTART:20001029T020000", f"RRULE:{rules[1]}", "END:STANDARD", "END:VTIMEZONE"),
    )


def at(name, wall, **more):
    """One event at a wall-clock time in a zone, floating if that is None."""
    parameter = "" if name is None else f";TZID={name}"
    return event(f"DTSTART{parameter}:{wall:%Y%m%dT%H%M%S}", DTSTART=None, **more)


LIKE_LONDON = {
    "IANA": ("Europe/London", {}),
    "IANA with a slash": ("/Europe/London", {}),
    "quoted": ('"Europe/London"', {}),
    "another name": ("GB", {}),
    "Windows": ("GMT Standard Time", {}),
    "defined in the file": ("Our office", {"head": zone_of("Our office")}),
    "defined below": ("Our office", {"below": zone_of("Our office")}),
    "floating, as the source says": (None, {"zone": "Europe/London"}),
}


def one(name, wall, more):
    more = dict(more)
    return only(at(name, wall), *more.pop("below", ()), **more)


@pytest.mark.parametrize(("name", "more"), LIKE_LONDON.values(), ids=LIKE_LONDON)
@pytest.mark.parametrize("year", YEARS)
def test_london_is_london_at_every_clock_change(name, more, year):
    """A second before and after each change is read; the hour between is refused."""
    spring, autumn = last_sunday(year, 3), last_sunday(year, 10)
    hour, second = timedelta(hours=1), timedelta(seconds=1)
    good = {
        spring + hour - second: 0,
        spring + 2 * hour: 1,
        spring + 9.5 * hour: 1,
        autumn + hour - second: 1,
        autumn + 2 * hour: 0,
        autumn + 9.5 * hour: 0,
    }
    for wall, offset in good.items():
        slot = (wall - offset * hour).replace(tzinfo=UTC)
        assert one(name, wall, more).release_at == slot, wall
    for wall, reason in (
        (spring + hour, "does not exist"),
        (spring + 2 * hour - second, "does not exist"),
        (autumn + hour, "occurs twice"),
        (autumn + 2 * hour - second, "occurs twice"),
    ):
        settings = dict(more)
        found = read(at(name, wall), *settings.pop("below", ()), **settings)
        assert found.releases == ()
        assert reason in found.refused[0].reason, wall


@given(
    st.datetimes(datetime(2010, 1, 1), datetime(2035, 12, 31)).map(
        lambda t: t.replace(microsecond=0)
    )
)
def test_any_instant_in_london_is_read_back(wall):
    """Written as London's wall clock shows it, it is that instant, or refused as none or two."""
    moment = wall.replace(tzinfo=UTC)
    shown = moment.astimezone(LONDON).replace(tzinfo=None)
    found = read(at("GMT Standard Time", shown))
    if found.releases:
        assert found.releases[0].release_at == moment
    else:
        assert "occurs twice" in found.refused[0].reason


@pytest.mark.parametrize("year", YEARS)
def test_greenwich_standard_time_has_no_summer(year):
    """Windows' name for a zone that is UTC all year, not London."""
    for day in (last_sunday(year, 3), last_sunday(year, 10), datetime(year, 7, 1)):
        wall = day + timedelta(hours=1, minutes=30)
        found = only(at("Greenwich Standard Time", wall))
        assert found.release_at == wall.replace(tzinfo=UTC)


OTHERS = {
    "America/New_York": datetime(2026, 7, 1, 13, 30, tzinfo=UTC),
    "Eastern Standard Time": datetime(2026, 7, 1, 13, 30, tzinfo=UTC),
    "Asia/Kolkata": datetime(2026, 7, 1, 4, 0, tzinfo=UTC),
    "UTC": datetime(2026, 7, 1, 9, 30, tzinfo=UTC),
    "Etc/GMT-1": datetime(2026, 7, 1, 8, 30, tzinfo=UTC),
}


@pytest.mark.parametrize(("name", "slot"), OTHERS.items())
def test_other_zones_are_read(name, slot):
    """Any IANA or Windows name means what it says."""
    assert only(at(name, datetime(2026, 7, 1, 9, 30))).release_at == slot


def test_a_file_cannot_redefine_a_known_zone():
    """What Europe/London means does not depend on the file."""
    lie = zone_of("Europe/London", summer="0300")
    found = only(at("Europe/London", datetime(2026, 7, 1, 9, 30)), head=lie)
    assert found.release_at == datetime(2026, 7, 1, 8, 30, tzinfo=UTC)


UNKNOWN = {
    "invented": ("Middle/Earth", (), "'Middle/Earth' is unknown"),
    "this machine's own": ("localtime", (), "'localtime' is unknown"),
    "with leap seconds": ("right/Europe/London", (), "'right/Europe/London' is unknown"),
    "a path": ("../../etc/passwd", (), "is unknown"),
    "BST is no zone": ("BST", (), "'BST' is unknown"),
    "empty": ('""', (), "is unknown"),
    "defined twice": ("X", (*zone_of("X"), *zone_of("X", summer="0200")), "in two ways"),
    "every second": ("X", zone_of("X", ("FREQ=SECONDLY", "FREQ=DAILY")), "too elaborate"),
    "every minute of the year": (
        "X",
        zone_of("X", ["FREQ=YEARLY;BYHOUR=1,2,3;BYMINUTE=1,2,3;BYSECOND=1,2,3"] * 2),
        "too elaborate",
    ),
    "no offset": ("X", ("BEGIN:VTIMEZONE", "TZID:X", "END:VTIMEZONE"), "cannot be read"),
    "offset of days": ("X", zone_of("X", summer="9900"), ""),
    "enormous": (
        "X",
        ("BEGIN:VTIMEZONE", "TZID:X", f"X-A:{'x' * 100_000}", "END:VTIMEZONE"),
        "too",
    ),
}


@pytest.mark.parametrize(("name", "head", "reason"), UNKNOWN.values(), ids=UNKNOWN)
def test_a_zone_that_is_none_is_refused(name, head, reason):
    """By its name; no rule in it is counted out without end."""
    assert reason in refusal(at(name, datetime(2026, 7, 1, 9, 30)), head=head)


def test_a_zone_beside_a_z_must_agree_with_it():
    """Two words for one instant are one; two different ones are refused."""
    wall = "DTSTART;TZID=Europe/London:20261126T093000Z"
    assert only(event(wall, DTSTART=None)).release_at == datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    summer = "DTSTART;TZID=Europe/London:20260701T093000Z"
    assert "by its TZID" in refusal(event(summer, DTSTART=None))


def test_the_setting_is_for_floating_times_alone():
    """A zone or a Z in the file stands."""
    times = (at("Europe/London", datetime(2026, 7, 1, 9, 30)), event(DTSTART="20260701T083000Z"))
    for made in times:
        found = only(made, zone="America/New_York")
        assert found.release_at == datetime(2026, 7, 1, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize("name", ["Nowhere", "BST", "", "localtime", "../x", "\0"])
@pytest.mark.parametrize("kind", ["ics", "csv"])
def test_the_setting_must_be_a_zone(kind, name):
    """The source's table is named, before anything is read."""
    with pytest.raises(ConfigError, match=r"zone"):
        load((kind,)).make("calendars", kind, {}, {"zone": name}, "[sources.ours]")


def test_many_zones_are_looked_up_once_each():
    """A thousand unknown names are a thousand refusals, soon."""
    parts = [at(f"Zone/{n}", datetime(2026, 7, 1), UID=f"r{n}") for n in range(1000)]
    assert len(Ics().read([document(*parts)]).refused) == 1000
