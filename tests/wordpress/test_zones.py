"""The announced instant is the same whatever zone the site is set to, in winter and in summer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pubguard import clock
from tests.wordpress.conftest import Start
from tests.wordpress.trying import Try

ZONES = {
    "utc0": "update_option('timezone_string', ''); update_option('gmt_offset', 0);",
    "utc1": "update_option('timezone_string', ''); update_option('gmt_offset', 1);",
    "london": "update_option('timezone_string', 'Europe/London');",
    "new-york": "update_option('timezone_string', 'America/New_York');",
}
SLOTS = {"winter": "2026-11-26T09:30", "summer": "2027-06-17T09:30"}


@pytest.fixture(params=SLOTS)
def slot(request: pytest.FixtureRequest) -> str:
    return SLOTS[request.param]


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest) -> str:
    return ZONES[request.param]


@pytest.fixture
def ahead(start: Start, guard, slot: str, zone: str) -> Try:
    """Two hours before the slot, on a site in that zone."""
    name = f"zone-{guard.next()}"
    guard.announce(slot, 1, name)
    t = start(clock.stamp(clock.parse(slot) - timedelta(hours=2)), f"{name}-0")
    t.unguarded(zone)
    return t


def schedule(t: Try, at: str, field: str) -> tuple[int, int]:
    item = t.prepare()
    said = t.rest("POST", f"/wp/v2/posts/{item}", {"status": "future", field: at})
    return item, said.status


def test_the_slot_in_utc(ahead: Try, slot: str) -> None:
    """Scheduled for the instant of the slot it is accepted in every zone, and goes out then."""
    utc = clock.parse(slot).strftime("%Y-%m-%dT%H:%M:%S")
    item, status = schedule(ahead, utc, "date_gmt")
    assert status == 200
    ahead.go(slot + ":05")
    ahead.cron()
    assert ahead.status(item) == "publish"


def test_half_past_nine_on_the_site(ahead: Try, slot: str) -> None:
    """09:30 in the site's own zone is accepted only where it is 09:30 in London."""
    own = ahead.unguarded(f"return get_gmt_from_date('{slot.replace('T', ' ')}:00', 'c');").text
    right = clock.parse(own.strip('"')) == clock.parse(slot)
    item, status = schedule(ahead, f"{slot}:00", "date")
    assert status == (200 if right else 403)
    assert ahead.status(item) == ("future" if right else "draft")
