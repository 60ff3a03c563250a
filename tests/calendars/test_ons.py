from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from pubguard_plugins.calendars.ons import Ons

from pubguard.clock import london
from pubguard.errors import SourceError
from pubguard.model import State
from pubguard.protocols import Document
from pubguard.testing import CalendarContract

PLACE = "https://api.example/search/releases?limit=2"


def entry(uri="/releases/prices", notice=None, **description):
    said = {
        "title": "Prices",
        "release_date": "2026-10-15T08:30:00.000Z",
        "finalised": True,
        **description,
    }
    changes = [{"previous_date": "2026-10-01T08:30:00Z", "change_notice": notice}]
    return {"uri": uri, "description": said, "date_changes": changes if notice else None}


def page(*entries, total=None, place=PLACE):
    answer = {"releases": entries, "breakdown": {"total": len(entries) if total is None else total}}
    return Document(place, json.dumps(answer).encode())


def read_one(**description):
    read = Ons().read([page(entry(**description))])
    assert not read.refused
    return read.releases[0]


class TestContract(CalendarContract):
    calendar = Ons()
    good = (page(entry(), entry("/releases/wages")),)


TAKEN = {
    "confirmed": ({}, State.CONFIRMED, 8, None),
    "winter": ({"release_date": "2026-12-11T09:30:00Z"}, State.CONFIRMED, 9, None),
    "seven": ({"release_date": "2026-10-15T06:00:00.000Z"}, State.CONFIRMED, 6, None),
    "an offset": ({"release_date": "2026-10-15T09:30:00+01:00"}, State.CONFIRMED, 8, None),
    "provisional beside an exact time": ({"finalised": False}, State.PROVISIONAL, 8, None),
    "provisional in words": (
        {"finalised": False, "provisional_date": "October 2026"},
        State.PROVISIONAL,
        8,
        "October 2026",
    ),
    "words left over from before": (
        {"provisional_date": "October 2026"},
        State.CONFIRMED,
        8,
        None,
    ),
    "cancelled": ({"cancelled": True}, State.CANCELLED, 8, None),
    "cancelled wins over published": (
        {"cancelled": True, "published": True},
        State.CANCELLED,
        8,
        None,
    ),
    "published": ({"published": True}, State.PUBLISHED, 8, None),
    "postponed says nothing": ({"postponed": True}, State.CONFIRMED, 8, None),
}


@pytest.mark.parametrize(("said", "state", "hour", "words"), TAKEN.values(), ids=TAKEN)
def test_a_row_is_taken(said, state, hour, words):
    """State, UTC hour and provisional words come from the fields that mean them."""
    release = read_one(**said)
    assert (release.state, release.release_at.hour, release.provisional) == (state, hour, words)


REFUSED = {
    "no uri": ({"description": {"title": "X"}}, "uri"),
    "no title": ({"uri": "/releases/x", "description": {}}, "title"),
    "title no text": (entry(title=7), "Expected `str`, got `int`"),
    "no zone": (entry(release_date="2026-10-15T08:30:00"), "has no offset"),
    "no time": (entry(release_date="2026-10-15"), "no offset"),
    "no date": (entry(release_date="soonZ"), "not a time"),
    "id with a space": (entry("/releases/a b"), "a space"),
    "id missing": (entry("/releases/"), "empty"),
    "no object": ("text", "Expected `object`"),
}


@pytest.mark.parametrize(("row", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_bad_row_is_refused_and_the_good_ones_land(row, reason):
    """The refusal names place, index and reason; its neighbours are taken."""
    read = Ons().read([page(entry("/releases/a"), row, entry("/releases/b"))])
    assert [r.id for r in read.releases] == ["a", "b"]
    (refusal,) = read.refused
    assert refusal.where == f"{PLACE}: row 2 (index 1)"
    assert reason in refusal.reason


def test_the_last_segment_of_the_uri_is_the_id():
    """Titles that differ in case only are different releases."""
    rows = [entry("/releases/gdptimeseries", title="GDP"), entry("/releases/gdp", title="gdp")]
    assert [r.id for r in Ons().read([page(*rows)]).releases] == ["gdptimeseries", "gdp"]


def test_the_change_notice_is_the_reason_and_the_title_stays_data():
    """What ONS writes is neither unescaped nor cleaned."""
    row = entry(notice="Late data <b>", title="Q&amp;A <script>")
    release = Ons().read([page(row)]).releases[0]
    assert (release.reason, release.title) == ("Late data <b>", "Q&amp;A <script>")
    assert release.url == "https://www.ons.gov.uk/releases/prices"


BROKEN = {
    "empty": b"",
    "no JSON": b"<html>",
    "cut off": page(entry()).body[:-20],
    "no releases": b'{"breakdown": {"total": 3}}',
    "none at all": b'{"releases": [], "breakdown": {"total": 0}}',
    "fewer than it counts": page(entry(), total=2).body,
    "deep": b'{"releases": ' + b"[" * 100_000,
    "a list": b"[]",
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_an_empty_or_cut_off_answer_is_an_error_as_a_whole(body):
    """Nothing is read from an answer that cannot be the whole one."""
    with pytest.raises(SourceError):
        Ons().read([Document(PLACE, body)])


def test_pages_are_counted_together():
    """Two pages that hold the total between them are whole."""
    pages = [page(entry("/releases/a"), total=2), page(entry("/releases/b"), total=2)]
    read = Ons().read(pages)
    assert [r.id for r in read.releases] == ["a", "b"]
    assert read.whole


@pytest.mark.parametrize(
    ("place", "total", "following"),
    [
        (PLACE, 3, f"{PLACE}&offset=2"),
        (f"{PLACE}&offset=2", 5, f"{PLACE}&offset=4"),
        (f"{PLACE}&offset=2", 4, None),
        (PLACE, 2, None),
        (f"{PLACE}&offset=x", 3, f"{PLACE}&offset=2"),
    ],
)
def test_the_next_page_starts_where_this_one_ends(place, total, following):
    """Paging goes by offset until the total is reached."""
    answer = page(entry("/releases/a"), entry("/releases/b"), total=total, place=place)
    assert Ons().next_page(answer) == following


def test_a_page_without_rows_has_no_successor():
    """A server that sends empty pages for ever is not followed."""
    assert Ons().next_page(page(total=9)) is None


def test_the_real_calendar_of_autumn_2026_is_read(real):
    """All 42 rows land, summer and winter both at 09:30 or 07:00 London."""
    path = real / "calendars" / "ons-search-releases.json"
    read = Ons().read([Document(path.name, path.read_bytes())])
    by_id = {r.id: r for r in read.releases}
    assert (len(by_id), read.refused) == (42, ())
    states = [r.state for r in read.releases]
    assert (states.count(State.CANCELLED), states.count(State.PROVISIONAL)) == (3, 10)
    assert {f"{london(r.release_at):%H:%M}" for r in read.releases} == {"09:30", "07:00"}
    summer = by_id["averagehouseholdincomeukfinancialyearending2025"]
    assert summer.release_at == datetime(2026, 10, 2, 8, 30, tzinfo=UTC)
    winter = by_id["quarterlyeconomiccommentaryjulytoseptember2026"]
    assert winter.release_at == datetime(2026, 12, 22, 9, 30, tzinfo=UTC)
    tourism = by_id["theuktourismsatelliteaccountuktsa2024"]
    assert tourism.provisional == "December 2026 to January 2027"
