from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import vobject
from hypothesis import assume, given
from hypothesis import strategies as st
from pubguard_plugins.calendars.csv import Csv
from pubguard_plugins.calendars.ics import Ics

from pubguard.model import Release, State
from pubguard.protocols import Document, Listed, Writer
from pubguard.testing import make_release

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
CHANGED = datetime(2026, 11, 1, 9, 15, 30, tzinfo=UTC)
FORMATS = {"ics": Ics(name="Office for Example Statistics"), "csv": Csv()}

ids = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9_-]|\.(?!\.)){0,20}", fullmatch=True)
texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029\ufeff"),
    max_size=60,
).map(str.strip)
titles = texts.filter(bool)
slots = st.datetimes(datetime(2010, 1, 1), datetime(2035, 12, 31)).map(
    lambda t: t.replace(microsecond=0, tzinfo=UTC)
)


@st.composite
def releases(draw):
    slot = draw(st.none() | slots)
    firm = [State.CONFIRMED, State.PUBLISHED] if slot else []
    return Release(
        id=draw(ids),
        title=draw(titles),
        state=draw(st.sampled_from([State.PROVISIONAL, State.CANCELLED, *firm])),
        release_at=slot,
        provisional=draw(texts) or None,
        series=draw(texts) or None,
        url=draw(st.sampled_from([None, "https://x.example/a,b;c?d=%2C#e"])),
    )


many = st.lists(releases(), min_size=1, max_size=8, unique_by=lambda release: release.id)


def back(calendar, written, suffix="txt"):
    found = calendar.read([Document(f"export.{suffix}", written.text.encode())])
    assert found.refused == ()
    return list(found.releases)


@given(many)
def test_a_csv_file_is_read_back(made):
    """Exporting and importing gives the same releases."""
    assert back(Csv(), Csv().write([Listed(r) for r in made], NOW)) == made


@given(many)
def test_an_ics_file_is_read_back(made):
    """The same releases, but for those without a date and a time, which are named."""
    written = Ics().write([Listed(r) for r in made], NOW)
    timed = [r for r in made if r.release_at]
    assert list(written.left_out) == [r.id for r in made if not r.release_at]
    if timed:
        assert back(Ics(), written) == timed


@given(many)
def test_a_foreign_reader_reads_the_ics_file(made):
    """The reader vobject finds it valid and sees the same ids, titles, times and states."""
    timed = [r for r in made if r.release_at]
    assume(timed)
    written = Ics(name="Office").write([Listed(r, 2, CHANGED) for r in timed], NOW)
    calendar = vobject.readOne(written.text)
    calendar.validate(raiseException=True)
    assert calendar.version.value == "2.0"
    events = calendar.vevent_list
    assert [e.uid.value for e in events] == [f"{r.id}@pubguard" for r in timed]
    assert [e.summary.value for e in events] == [r.title for r in timed]
    assert [e.dtstart.value for e in events] == [r.release_at for r in timed]
    kinds = {"provisional": "TENTATIVE", "cancelled": "CANCELLED"}
    assert [e.status.value for e in events] == [kinds.get(r.state, "CONFIRMED") for r in timed]


@given(many)
def test_an_ics_file_is_folded_and_has_its_line_ends(made):
    """No line has more than 75 bytes, and each ends with CRLF (RFC 5545, 3.1)."""
    text = Ics(name="x" * 200).write([Listed(r) for r in made], NOW).text
    assert text.endswith("END:VCALENDAR\r\n")
    lines = text.encode().split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert not any(b"\n" in line or b"\r" in line for line in lines)


def test_an_ics_event_says_how_often_and_when_it_changed():
    """A subscriber takes a changed release for the same one."""
    release = make_release("2026-07-01T09:30", url="https://x.example/", series="cpi")
    text = FORMATS["ics"].write([Listed(release, 3, CHANGED)], NOW).text
    lines = text.split("\r\n")
    for line in (
        "X-WR-CALNAME:Office for Example Statistics",
        "NAME:Office for Example Statistics",
        "UID:prices-october-2026@pubguard",
        "DTSTART:20260701T083000Z",
        "DTSTAMP:20261101T091530Z",
        "LAST-MODIFIED:20261101T091530Z",
        "SEQUENCE:3",
        "STATUS:CONFIRMED",
        "URL:https://x.example/",
        "X-PUBGUARD-STATE:confirmed",
        "X-PUBGUARD-SERIES:cpi",
    ):
        assert line in lines
    assert sum(line.startswith("PRODID:") for line in lines) == 1


def test_a_newer_export_beats_an_older_one():
    """In one folder the copy that knows of more changes counts."""
    old = Ics().write([Listed(make_release(title="old"), 1, CHANGED)], NOW)
    later = CHANGED - timedelta(days=1)
    new = Ics().write([Listed(make_release(title="new"), 2, later)], NOW)
    documents = [Document(w.text[:0] or "x.ics", w.text.encode()) for w in (new, old)]
    assert [r.title for r in Ics().read(documents).releases] == ["new"]


HARMFUL = [
    f"{mark}cmd|' /C calc'!A0" for mark in ("=", "+", "-", "@", "\t=", "\r=", "\n=", "\uff1d")
]


@pytest.mark.parametrize("title", [*HARMFUL, "'=1+1", "''=1", "'Tis the title", "-1", "a=b"])
def test_no_cell_begins_a_formula(title):
    """An apostrophe makes it text for a spreadsheet, and is gone when we read it."""
    written = Csv().write([Listed(make_release(title=title))], NOW)
    _, (_, cell, *_) = csv.reader(StringIO(written.text, newline=""))
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d"))
    (release,) = back(Csv(), written)
    assert release.title == title


def test_a_csv_file_has_its_header_and_line_ends():
    """RFC 4180; times are London's, with their offset."""
    release = make_release("2026-07-01T09:30", title='Say "a, b"\nand c')
    text = Csv().write([Listed(release)], NOW).text
    assert text == (
        "id,title,release_at,state,series,url,provisional,status\r\n"
        'prices-october-2026,"Say ""a, b""\nand c",2026-07-01T09:30:00+01:00,confirmed,,,,\r\n'
    )


@pytest.mark.parametrize("calendar", FORMATS.values(), ids=FORMATS)
def test_control_characters_do_not_get_out(calendar):
    """What a terminal or a parser would obey is replaced."""
    assert isinstance(calendar, Writer)
    text = calendar.write([Listed(make_release(title="a\x1b[2J\x00\x07b\x7f"))], NOW).text
    assert not {character for character in text if ord(character) < 32} - set("\r\n")
    (release,) = back(calendar, calendar.write([Listed(make_release(title="a\x1bb"))], NOW))
    assert release.title == "a\ufffdb"


@pytest.mark.parametrize("title", ["C:\\New\\notes", "\\N", "\\\\n", "a\\;b", "\\"])
def test_a_backslash_stays_one(title):
    """Before an N too, which the library takes for a line break."""
    written = Ics().write([Listed(make_release(title=title))], NOW)
    assert back(Ics(), written)[0].title == title
    assert vobject.readOne(written.text).vevent.summary.value == title


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_a_title_cannot_end_its_line(end):
    """No text becomes a property of its own, for us or a foreign reader."""
    release = make_release(title=f"a{end}STATUS:CANCELLED{end}END:VEVENT")
    text = Ics().write([Listed(release)], NOW).text
    (event,) = vobject.readOne(text).vevent_list
    assert (event.status.value, event.summary.value.count("\n")) == ("CONFIRMED", 2)
    assert back(Ics(), Ics().write([Listed(release)], NOW))[0].state is State.CONFIRMED
