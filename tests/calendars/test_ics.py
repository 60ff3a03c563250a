from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pubguard_plugins.calendars.ics import Ics
from pubguard_plugins.calendars.ics_lines import KEPT

from pubguard.errors import SourceError
from pubguard.model import State
from pubguard.protocols import Document
from pubguard.testing import CalendarContract

SLOT = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
GIVEN = {
    "UID": "prices@ons.example",
    "DTSTAMP": "20260901T100000Z",
    "DTSTART": "20261126T093000Z",
    "SUMMARY": "Prices",
}


def event(*more, **fields):
    """One VEVENT; None leaves a property out, `more` are lines of their own."""
    lines = [f"{name}:{value}" for name, value in {**GIVEN, **fields}.items() if value is not None]
    return "\r\n".join(["BEGIN:VEVENT", *lines, *more, "END:VEVENT", ""])


def document(*parts, head=(), end="\r\n", place="calendar.ics"):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", *head, *parts, "END:VCALENDAR"]
    text = "\r\n".join(line.removesuffix("\r\n") for line in lines) + "\r\n"
    return Document(place, text.replace("\r\n", end).encode())


def read(*parts, **more):
    settings = {name: more.pop(name) for name in ("zone",) if name in more}
    return Ics(**settings).read([document(*parts, **more)])


def only(*parts, **more):
    """The one release that is read, with nothing refused."""
    found = read(*parts, **more)
    assert found.refused == ()
    (release,) = found.releases
    return release


def refusal(*parts, **more):
    """The reason of the one row that is refused."""
    found = read(*parts, **more)
    assert found.releases == ()
    assert len({r.reason for r in found.refused}) == 1
    return found.refused[0].reason


class TestContract(CalendarContract):
    calendar = Ics()
    good = (document(event(), event(UID="/releases/wages", DTSTART=None, STATUS="Cancelled")),)


LAYOUTS = {
    "CRLF": document(event()),
    "LF": document(event(), end="\n"),
    "blank lines": document(event(), end="\r\n\r\n"),
    "lower case": Document(
        "x",
        b"begin:vcalendar\nbegin:vevent\nuid:prices@x\ndtstart:20261126T093000Z\n"
        b"summary:Prices\nend:vevent\nend:vcalendar\n",
    ),
    "folded": document(event("SEQ\r\n UENCE:1", SUMMARY="Pri\r\n ces", UID="pri\r\n\tces@x")),
    "folded at every character": document(event(SUMMARY="\r\n ".join(["", *"Prices"]))),
    "no end of line at the end": Document("x", document(event()).body.rstrip()),
    "an alarm inside": document(
        event("BEGIN:VALARM", "SUMMARY:Alarm", "DTSTART:20200101", "UID:alarm", "END:VALARM")
    ),
    "a to-do and a zone beside": document(
        "BEGIN:VTODO", "UID:x", "RRULE:FREQ=DAILY", "END:VTODO", event()
    ),
    "two calendars": Document("x", document(event()).body + document(event(UID="b@x")).body),
    "words without a property": document(event("and more of it", "   ", ":", ";;")),
}


@pytest.mark.parametrize("made", LAYOUTS.values(), ids=LAYOUTS)
def test_a_layout_is_read(made):
    """Folding, line ends, case and nested components change nothing."""
    found = Ics().read([made])
    assert found.refused == ()
    first = found.releases[0]
    assert (first.id, first.title, first.release_at) == ("prices", "Prices", SLOT)
    assert first.state is State.CONFIRMED
    assert found.whole


TEXTS = {
    "escapes": (r"a\, b\; c\\ d\ne\Nf", "a, b; c\\ d\ne\nf"),
    "an escaped backslash before an n": (r"a\\nb", "a\\nb"),
    "HTML is text": ("<b>a</b> &amp; b", "<b>a</b> &amp; b"),
    "colons and quotes": ('a: "b"; c', 'a: "b"; c'),
    "beyond ASCII": ("Ystadegau \u0175 \U0001f4c8", "Ystadegau \u0175 \U0001f4c8"),
}


@pytest.mark.parametrize(("written", "title"), TEXTS.values(), ids=TEXTS)
def test_a_title_is_text(written, title):
    """Escapes are undone once; nothing in it is markup."""
    assert only(event(SUMMARY=written)).title == title
    assert only(event(f"SUMMARY;LANGUAGE=en:{written}", SUMMARY=None)).title == title


IDS = {
    "prices@ons.example": "prices",
    "/releases/prices-2026": "prices-2026",
    "https://x.example/a/prices": "prices",
    "prices": "prices",
}


@pytest.mark.parametrize(("uid", "release"), IDS.items())
def test_the_end_of_the_uid_is_the_id(uid, release):
    """After the last slash, before the @."""
    assert only(event(UID=uid)).id == release


STATES = {
    "TENTATIVE": State.PROVISIONAL,
    "CONFIRMED": State.CONFIRMED,
    "CANCELLED": State.CANCELLED,
    "Confirmed": State.CONFIRMED,
    "Provisional": State.PROVISIONAL,
    "Cancelled": State.CANCELLED,
    "canceled": State.CANCELLED,
    "Published": State.PUBLISHED,
    " published ": State.PUBLISHED,
    "Postponed": State.PROVISIONAL,
    None: State.CONFIRMED,
}


@pytest.mark.parametrize(("status", "state"), STATES.items())
def test_a_status_is_read(status, state):
    """RFC 5545's and those of the ONS feed, whatever their case; without one it is confirmed."""
    release = only(event(STATUS=status))
    assert (release.state, release.release_at) == (state, SLOT)


def test_a_postponed_release_opens_nothing():
    """ONS writes Postponed for a date that was changed, to an earlier one too."""
    assert only(event(STATUS="Postponed")).state is not State.CONFIRMED


@pytest.mark.parametrize("start", ["DTSTART;VALUE=DATE:20261126", "DTSTART:20261126"])
@pytest.mark.parametrize("status", ["CONFIRMED", "Published", "TENTATIVE", "Postponed", None])
def test_a_date_stays_a_date(start, status):
    """Without a time it is provisional words, whatever its STATUS."""
    release = only(event(start, DTSTART=None, STATUS=status))
    assert (release.release_at, release.provisional) == (None, "26 November 2026")
    assert release.state is State.PROVISIONAL


CANCELLED = {
    "a time": "DTSTART:20261126T093000Z",
    "a date": "DTSTART;VALUE=DATE:20261126",
    "a floating time": "DTSTART:20261126T093000",
    "an unknown zone": "DTSTART;TZID=Nowhere:20261126T093000",
    "nothing": "X-NONE:1",
}


@pytest.mark.parametrize("start", CANCELLED.values(), ids=CANCELLED)
def test_a_cancellation_counts_whatever_its_time(start):
    """It closes the gate, so no doubt about its time may keep it out."""
    assert only(event(start, DTSTART=None, STATUS="CANCELLED")).state is State.CANCELLED


def test_a_calendar_that_cancels_cancels():
    """METHOD:CANCEL says it for every event without a STATUS."""
    assert only(event(), head=["METHOD:CANCEL"]).state is State.CANCELLED
    assert only(event(), head=["METHOD:PUBLISH"]).state is State.CONFIRMED


def test_our_own_properties_are_read_back():
    """State, series and words that an export wrote."""
    own = ("X-PUBGUARD-STATE:published", r"X-PUBGUARD-SERIES:a\, b", "X-PUBGUARD-PROVISIONAL:May")
    release = only(event(*own, STATUS="CONFIRMED", URL="https://x.example/a,b"))
    assert (release.state, release.series) == (State.PUBLISHED, "a, b")
    assert (release.provisional, release.url) == ("May", "https://x.example/a,b")


CATEGORIES = {
    "one": (["CATEGORIES:Prices"], "Prices"),
    "one with a comma": ([r"CATEGORIES:Prices\, monthly"], "Prices, monthly"),
    "several": (["CATEGORIES:Prices,Economy"], None),
    "several lines": (["CATEGORIES:Prices", "CATEGORIES:Economy"], None),
    "empty": (["CATEGORIES:"], None),
    "with parameters": (['CATEGORIES;X="a:b";LANGUAGE=en:Prices'], "Prices"),
    "with a type that is none": (["CATEGORIES;VALUE=DATE:Prices"], "Prices"),
    "an empty date": (["CATEGORIES;VALUE=DATE:"], None),
    "beside ours": (["CATEGORIES:Prices", "X-PUBGUARD-SERIES:cpi"], "cpi"),
}


@pytest.mark.parametrize(("lines", "series"), CATEGORIES.values(), ids=CATEGORIES)
def test_one_category_is_the_series(lines, series):
    """Of several none is chosen."""
    assert only(event(*lines)).series == series


REFUSED = {
    "floating": ({"DTSTART": "20261126T093000"}, (), "it has no time zone and no Z"),
    "repeats": ({}, ("RRULE:FREQ=SECONDLY",), "it repeats (RRULE); each release is an event"),
    "more dates": ({}, ("RDATE:20270101T093000Z",), "it repeats (RDATE)"),
    "one of many": ({}, ("RECURRENCE-ID:20261126T093000Z",), "it repeats (RECURRENCE-ID)"),
    "unknown status": ({"STATUS": "Maybe"}, (), "STATUS 'Maybe' is none of provisional, confirmed"),
    "unknown own state": ({}, ("X-PUBGUARD-STATE:sure",), "X-PUBGUARD-STATE 'sure' is none of"),
    "two states": ({"STATUS": "CANCELLED"}, ("X-PUBGUARD-STATE:confirmed",), "STATUS says"),
    "opened by our own": (
        {"STATUS": "TENTATIVE"},
        ("X-PUBGUARD-STATE:confirmed",),
        "X-PUBGUARD-STATE says",
    ),
    "no UID": ({"UID": None}, (), "it has no UID"),
    "empty UID": ({"UID": " "}, (), "it has no UID"),
    "UID ends in a slash": ({"UID": "/releases/"}, (), "it is empty"),
    "UID no id": ({"UID": "prices 2026@x"}, (), "a space"),
    "UID with a look-alike": ({"UID": "pr\u0456ces"}, (), "only looks like an ASCII letter"),
    "no time": ({"DTSTART": None}, (), "it has no DTSTART"),
    "empty time": ({"DTSTART": ""}, (), "it has no DTSTART"),
    "two times": ({}, ("DTSTART:20261127T093000Z",), "DTSTART stands twice"),
    "two statuses": ({"STATUS": "CONFIRMED"}, ("STATUS:CANCELLED",), "STATUS stands twice"),
    "no such day": ({"DTSTART": "20261131T093000Z"}, (), "no date that a calendar has"),
    "no such date": ({"DTSTART": "20261131"}, (), "no date that a calendar has"),
    "no such second": ({"DTSTART": "20261126T093060Z"}, (), "no date that a calendar has"),
    "an offset": ({"DTSTART": "20261126T093000+0100"}, (), "is no date and no time"),
    "signs": ({"DTSTART": "2026 1 6T 9 0 0Z"}, (), "is no date and no time"),
    "other digits": ({"DTSTART": "2026112\u0666T093000Z"}, (), "is no date and no time"),
    "a period": ({"DTSTART": "20261126T093000Z/PT1H"}, (), "is no date and no time"),
    "a time that says date": (
        {"DTSTART": None},
        ("DTSTART;VALUE=DATE:20261126T093000Z",),
        "is no date and no time",
    ),
    "before all years": (
        {"DTSTART": None},
        ("DTSTART;TZID=Asia/Tokyo:00010101T000000",),
        "outside the years",
    ),
    "broken parameter": ({"DTSTART": None}, ("DTSTART;TZID:20261126T093000",), "cannot be read"),
}


@pytest.mark.parametrize(("fields", "more", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_bad_event_is_refused_and_the_good_ones_land(fields, more, reason):
    """The refusal names place, index, line and reason."""
    found = read(event(UID="a"), event(*more, **fields), event(UID="b"))
    assert [r.id for r in found.releases] == ["a", "b"]
    (refused,) = found.refused
    assert refused.where == "calendar.ics: row 2 (index 1), line 10"
    assert reason in refused.reason


VERSIONS = {
    "by sequence": (("1", "20260101", "20260101"), ("2", "20250101", "20250101")),
    "by a sequence of two digits": (("9", None, "20260101"), ("10", None, "20250101")),
    "sequence or none": ((None, "20260101", "20260101"), ("1", None, "20250101")),
    "by last change": ((None, "20260101", "20260301"), (None, "20260102", "20260201")),
    "by last change or none": ((None, None, "20260301"), (None, "20260102", "20260201")),
    "by stamp": (("1", "20260101", "20260101"), ("1", "20260101", "20260102")),
}


def version(title, sequence, modified, stamp):
    return event(
        **{
            "SUMMARY": title,
            "SEQUENCE": sequence,
            "LAST-MODIFIED": modified and f"{modified}T000000Z",
            "DTSTAMP": f"{stamp}T000000Z",
        }
    )


@pytest.mark.parametrize(("old", "new"), VERSIONS.values(), ids=VERSIONS)
@pytest.mark.parametrize("turned", [False, True])
def test_of_one_uid_the_latest_version_counts(old, new, turned):
    """SEQUENCE decides, then LAST-MODIFIED, then DTSTAMP, wherever in the file each stands."""
    parts = [version("old", *old), version("new", *new)]
    assert only(*reversed(parts) if turned else parts).title == "new"


def test_versions_may_stand_in_several_files():
    """A folder is one source."""
    old, new = document(version("old", "1", None, "2026")), document(version("new", "2", None, "2"))
    assert [r.title for r in Ics().read([new, old]).releases] == ["new"]


def test_a_version_that_is_refused_does_not_bring_the_old_one_back():
    """What the latest version meant is not known, so nothing is taken."""
    assert "floats" in refusal(event(SEQUENCE="1"), event(SEQUENCE="2", DTSTART="20261126T093000"))


TIED = {
    "equally late": (event(SUMMARY="a"), event(SUMMARY="b")),
    "three": (event(SUMMARY="a"), event(SUMMARY="b"), event(SUMMARY="a")),
    "no number": (event(SEQUENCE="1"), event(SEQUENCE="x")),
    "one repeats": (event(SEQUENCE="1"), event("RRULE:FREQ=DAILY", SEQUENCE="0")),
}


@pytest.mark.parametrize("parts", TIED.values(), ids=TIED)
def test_versions_without_a_latest_are_refused(parts):
    """Of none it can be said that it counts."""
    found = read(*parts, event(UID="b"))
    assert [r.id for r in found.releases] == ["b"]
    assert [r.id for r in found.refused] == ["prices"] * len(parts)


def test_many_versions_of_one_event_are_one_release():
    """Twenty thousand of them take no longer than as many events."""
    versions = [event(SEQUENCE=str(number)) for number in range(20_000)]
    assert only(*versions).id == "prices"


def test_the_same_event_twice_is_one():
    """Where nothing differs nothing has to be chosen."""
    assert only(event(), event()).id == "prices"


def test_two_uids_with_one_id_are_left_to_the_calendar():
    """They are different events, which it refuses as a doubled id."""
    assert [r.id for r in read(event(UID="/a/x"), event(UID="/b/x")).releases] == ["x", "x"]


GOOD = document(event()).body
BROKEN = {
    "empty": b"",
    "no calendar": b"SUMMARY:x\r\n",
    "HTML": b"<html></html>",
    "no event": document().body,
    "only a to-do": document("BEGIN:VTODO", "END:VTODO").body,
    "no end": GOOD.replace(b"END:VCALENDAR\r\n", b""),
    "cut off in an event": GOOD[: GOOD.index(b"SUMMARY")],
    "no end of the event": GOOD.replace(b"END:VEVENT\r\n", b""),
    "event in an event": GOOD.replace(b"UID:", b"BEGIN:VEVENT\r\nUID:"),
    "closed twice": GOOD.replace(b"END:VEVENT\r\n", b"END:VEVENT\r\nEND:VEVENT\r\n"),
    "words after the end": GOOD + b"SUMMARY:x\r\n",
    "event outside": GOOD + event().encode(),
    "calendar in a calendar": GOOD.replace(b"BEGIN:VEVENT", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT"),
    "vCalendar 1.0": GOOD.replace(b"VERSION:2.0", b"VERSION:1.0"),
    "another calendar": GOOD.replace(b"PRODID:", b"CALSCALE:HEBREW\r\nPRODID:"),
    "no UTF-8": GOOD.replace(b"Prices", b"Pr\xefces"),
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_an_error_as_a_whole(body):
    """Nothing is read from it."""
    with pytest.raises(SourceError):
        Ics().read([Document("calendar.ics", body)])


def test_long_lines_take_time_that_grows_with_them():
    """A title of five million characters, folded at each, is read like any other."""
    long = only(event(SUMMARY="\r\n ".join("x" * 1_000_000)))
    assert long.title == "x" * 1_000_000


LINES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["BEGIN:VEVENT", "END:VEVENT", "BEGIN:VTIMEZONE", "END:VTIMEZONE", "TZID:X"]),
    st.builds(
        "{}{}:{}".format,
        st.sampled_from(sorted(KEPT)),
        st.sampled_from(["", ";TZID=X", ";TZID=GB", ";VALUE=DATE", ';A="', ";A", ";=;", ";\\:"]),
        st.sampled_from(["", "20261126", "20260701T093000Z", "20261025T013000", "\\n,;", "x", "1"]),
    ),
)


@given(st.lists(LINES, max_size=12), st.booleans())
def test_any_lines_are_read_or_refused(lines, inside):
    """Nothing but a source error is raised, and no release without an instant in UTC."""
    made = document(event(*lines)) if inside else document(*lines)
    with suppress(SourceError):
        for release in Ics(zone="Europe/London").read([made]).releases:
            assert release.release_at is None or release.release_at.utcoffset() == timedelta(0)


def test_the_feed_of_ons_is_read():
    """Its events as dp-frontend-release-calendar writes them: unfolded, unescaped, LF."""
    feed = (
        "BEGIN:VCALENDAR\nPRODID:-//Office for National Statistics//NONSGML//EN\nVERSION:2.0\n"
        "CALSCALE:GREGORIAN\nBEGIN:VEVENT\nDTSTAMP:20260901T100000Z\nDTSTART:20260715T060000Z\n"
        "DTEND:20260715T060000Z\nSUMMARY:Consumer price inflation, UK: June 2026; monthly\n"
        "UID:/releases/consumerpriceinflationukjune2026\nSTATUS:Confirmed\n"
        "DESCRIPTION:Price indices, and\npercentage changes: all of it\n\nEND:VEVENT\n"
        "END:VCALENDAR\n"
    )
    (release,) = Ics().read([Document("releases.ics", feed.encode())]).releases
    assert release.id == "consumerpriceinflationukjune2026"
    assert release.title == "Consumer price inflation, UK: June 2026; monthly"
    assert release.release_at == datetime(2026, 7, 15, 6, tzinfo=UTC)
