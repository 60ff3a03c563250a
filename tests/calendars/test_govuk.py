from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from pubguard_plugins.calendars.govuk import Govuk

from pubguard.errors import SourceError
from pubguard.model import State
from pubguard.protocols import Document
from pubguard.testing import CalendarContract

FOLDER = "/government/statistics/announcements/"
SLOT = datetime(2026, 5, 21, 8, 30, tzinfo=UTC)
SEARCH = "https://www.example/api/search.json?count=2&fields=title&fields=link"


def announcement(slug="prices", **details):
    said = {"display_date": "21 May 2026 9:30am", "state": "confirmed", **details}
    return {
        "base_path": FOLDER + slug,
        "schema_name": "statistics_announcement",
        "title": "Prices",
        "details": {"format_sub_type": "official", **said},
    }


def document(content, place="a.json"):
    return Document(place, json.dumps(content).encode())


def result(slug="prices", **fields):
    said = {
        "title": "Prices",
        "release_timestamp": "2026-05-21T09:30:00.000+01:00",
        "display_date": "21 May 2026 9:30am",
        "statistics_announcement_state": "confirmed",
    }
    row = {"link": FOLDER + slug, **said, **fields}
    return {name: value for name, value in row.items() if value is not None}


def results(*rows, total=None, start=0, place=SEARCH):
    total = len(rows) if total is None else total
    return document({"results": rows, "total": total, "start": start}, place)


def only(read):
    assert not read.refused, read.refused
    (release,) = read.releases
    return release


class TestAnnouncementContract(CalendarContract):
    calendar = Govuk()
    good = (document(announcement()), document(announcement("wages")))


class TestSearchContract(CalendarContract):
    calendar = Govuk()
    good = (results(result(), result("wages")),)


DATES = {
    "confirmed": ({}, State.CONFIRMED, SLOT, None),
    "winter": (
        {"display_date": "20 January 2016 9:30am"},
        State.CONFIRMED,
        datetime(2016, 1, 20, 9, 30, tzinfo=UTC),
        None,
    ),
    "afternoon": (
        {"display_date": "1 June 2026 12:00PM"},
        State.CONFIRMED,
        datetime(2026, 6, 1, 11, tzinfo=UTC),
        None,
    ),
    "after midnight": (
        {"display_date": "1 January 2026 12:05am"},
        State.CONFIRMED,
        datetime(2026, 1, 1, 0, 5, tzinfo=UTC),
        None,
    ),
    "full hour": (
        {"display_date": "21 May 2026 7am"},
        State.CONFIRMED,
        datetime(2026, 5, 21, 6, tzinfo=UTC),
        None,
    ),
    "timestamp agrees": (
        {"release_timestamp": "2026-05-21T09:30:00.000+01:00"},
        State.CONFIRMED,
        SLOT,
        None,
    ),
    "a month": (
        {"display_date": "January 2016", "state": "provisional"},
        State.PROVISIONAL,
        None,
        "January 2016",
    ),
    "two months": (
        {"display_date": "November to December 2016", "state": "provisional"},
        State.PROVISIONAL,
        None,
        "November to December 2016",
    ),
    "a timestamp beside a provisional month": (
        {
            "display_date": "June 2026",
            "state": "provisional",
            "release_timestamp": "2026-06-25T09:30:00.000+01:00",
        },
        State.PROVISIONAL,
        None,
        "June 2026",
    ),
    "provisional with a time": (
        {"state": "provisional"},
        State.PROVISIONAL,
        SLOT,
        "21 May 2026 9:30am",
    ),
    "cancelled": ({"state": "cancelled"}, State.CANCELLED, SLOT, None),
    "cancelled in words": (
        {"state": "cancelled", "display_date": "May 2026"},
        State.CANCELLED,
        None,
        "May 2026",
    ),
}


@pytest.mark.parametrize(("said", "state", "slot", "words"), DATES.values(), ids=DATES)
def test_a_date_is_read(said, state, slot, words):
    """A date without a zone means London; only a confirmed one has a trusted timestamp."""
    release = only(Govuk().read([document(announcement(**said))]))
    assert (release.state, release.release_at, release.provisional) == (state, slot, words)


BAD = {
    "confirmed in words": (announcement(display_date="June 2026"), "no exact time"),
    "two times": (
        announcement(release_timestamp="2026-05-21T07:00:00+01:00"),
        "it has two times",
    ),
    "timestamp without a zone": (
        announcement(release_timestamp="2026-05-21T09:30:00"),
        "has no offset",
    ),
    "no such day": (announcement(display_date="31 February 2026 9:30am"), "is no time"),
    "no such month": (announcement(display_date="1 Brumaire 2026 9:30am"), "is no time"),
    "no such hour": (announcement(display_date="1 May 2026 13:30pm"), "is no time"),
    "a skipped time": (announcement(display_date="29 March 2026 1:30am"), "does not exist"),
    "a doubled time": (announcement(display_date="25 October 2026 1:30am"), "occurs twice"),
    "another state": (announcement(state="perhaps"), "Invalid enum value"),
    "redirect": (
        {
            "schema_name": "redirect",
            "base_path": "/old",
            "redirects": [{"destination": "/government/statistics/prices"}],
        },
        "'/old' is a 'redirect', not a 'statistics_announcement'; it points to "
        "'/government/statistics/prices'",
    ),
    "another schema": (
        {"schema_name": "publication", "base_path": "/p", "title": "P"},
        "'/p' is a 'publication', not a 'statistics_announcement'",
    ),
    "no schema": ({"base_path": "/x", "title": "schema_name"}, "it has no schema_name"),
    "bad slug": (announcement("a b"), "a space"),
}


@pytest.mark.parametrize(("content", "reason"), BAD.values(), ids=BAD)
def test_a_document_that_is_no_announcement_is_refused_by_name(content, reason):
    """The other documents of the folder land."""
    read = Govuk().read([document(announcement()), document(content, "b.json")])
    assert [r.id for r in read.releases] == ["prices"]
    (refusal,) = read.refused
    assert refusal.where == "b.json: row 1 (index 0)"
    assert reason in refusal.reason


def test_an_announcement_is_named_by_its_base_path():
    """Slugs are kept with their endings, whatever the content_id."""
    one, two = announcement("prices--1"), announcement("prices--2")
    read = Govuk().read([document(one), document(two, "b.json")])
    assert [r.id for r in read.releases] == ["prices--1", "prices--2"]
    assert read.releases[0].url == f"https://www.gov.uk{FOLDER}prices--1"
    assert read.releases[0].status == "official"
    assert not read.whole


@pytest.mark.parametrize(
    ("details", "reason"),
    [
        ({"latest_change_note": "Amended."}, "Amended."),
        ({"state": "cancelled", "cancellation_reason": "Merged."}, "Merged."),
        ({"cancellation_reason": "stale", "latest_change_note": "Moved."}, "Moved."),
        ({}, None),
    ],
)
def test_the_published_note_is_the_reason(details, reason):
    """A cancellation's own reason counts only for a cancelled announcement."""
    assert only(Govuk().read([document(announcement(**details))])).reason == reason


FOUND = {
    "confirmed": ({}, State.CONFIRMED, SLOT, None),
    "without display_date": ({"display_date": None}, State.CONFIRMED, SLOT, None),
    "without timestamp": ({"release_timestamp": None}, State.CONFIRMED, SLOT, None),
    "provisional": (
        {"statistics_announcement_state": "provisional", "display_date": "May 2026"},
        State.PROVISIONAL,
        None,
        "May 2026",
    ),
    "cancelled": (
        {"statistics_announcement_state": "cancelled"},
        State.CANCELLED,
        SLOT,
        None,
    ),
}


@pytest.mark.parametrize(("fields", "state", "slot", "words"), FOUND.values(), ids=FOUND)
def test_a_search_result_is_read(fields, state, slot, words):
    """Search results give the same releases as the Content API."""
    release = only(Govuk().read([results(result(**fields))]))
    assert (release.state, release.release_at, release.provisional) == (state, slot, words)
    assert release.id == "prices"


UNFIT = {
    "a publication": (
        result(link="/government/statistics/prices"),
        "is no statistics announcement",
    ),
    "no state": (result(statistics_announcement_state=None), "add it to the search's fields="),
    "no title": (result(title=None), "title is missing"),
    "no link": ({"title": "X"}, "link"),
}


@pytest.mark.parametrize(("row", "reason"), UNFIT.values(), ids=UNFIT)
def test_a_search_result_that_announces_nothing_is_refused(row, reason):
    """The other results land."""
    read = Govuk().read([results(result("a"), row, result("b"))])
    assert [r.id for r in read.releases] == ["a", "b"]
    assert reason in read.refused[0].reason
    assert "row 2 (index 1)" in read.refused[0].where


BROKEN = {
    "empty": b"",
    "cut off": document(announcement()).body[:-9],
    "no result at all": b'{"results": [], "total": 0, "start": 0}',
    "fewer than it counts": results(result(), total=2).body,
    "an empty list": b"[]",
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_an_empty_or_cut_off_source_is_an_error_as_a_whole(body):
    """Nothing is read from an answer that cannot be the whole one."""
    with pytest.raises(SourceError):
        Govuk().read([Document(SEARCH, body)])


def test_search_pages_are_counted_together():
    """A search is a whole list when all pages came."""
    pages = [results(result("a"), total=2), results(result("b"), total=2, start=1)]
    read = Govuk().read(pages)
    assert [r.id for r in read.releases] == ["a", "b"]
    assert read.whole


@pytest.mark.parametrize(
    ("start", "total", "following"),
    [(0, 3, f"{SEARCH}&start=2"), (2, 5, f"{SEARCH}&start=4"), (2, 4, None), (0, 2, None)],
)
def test_the_next_page_starts_where_this_one_ends(start, total, following):
    """Repeated query parameters survive, and start is replaced."""
    place = f"{SEARCH}&start={start}" if start else SEARCH
    here = results(result("a"), result("b"), total=total, start=start, place=place)
    assert Govuk().next_page(here) == following
    assert Govuk().next_page(document(announcement())) is None


def test_the_real_announcements_are_read(real):
    """Five published examples, four of which share a content_id, are five releases."""
    folder = real / "govuk" / "examples" / "statistics_announcement" / "frontend"
    documents = [Document(p.name, p.read_bytes()) for p in sorted(folder.glob("*.json"))]
    read = Govuk().read(documents)
    assert (len(read.releases), read.refused) == (5, ())
    moved = next(r for r in read.releases if r.id.endswith("--1"))
    assert moved.reason == "Amended after inputting an error."
    assert moved.release_at == datetime(2016, 1, 20, 9, 30, tzinfo=UTC)


def test_the_real_search_for_publications_is_refused_row_by_row(real):
    """1,086 results that announce nothing are 1,086 refusals, each named."""
    path = real / "govuk" / "live-recordings" / "moj-2024-11-20" / "search.json"
    read = Govuk().read([Document(path.name, path.read_bytes())])
    assert (len(read.releases), len(read.refused)) == (0, 1086)
    assert all("is no statistics announcement" in r.reason for r in read.refused)
    assert read.refused[-1].where == "search.json: row 1086 (index 1085)"


@pytest.mark.parametrize("kind", ["redirect", "gone", "publication", "html_publication"])
def test_other_real_documents_are_refused_by_name(real, kind):
    """Nothing else on GOV.UK is taken for an announcement."""
    for path in sorted((real / "govuk" / "examples" / kind / "frontend").glob("*.json")):
        read = Govuk().read([Document(path.name, path.read_bytes())])
        assert not read.releases
        assert f"is a {kind!r}" in read.refused[0].reason
