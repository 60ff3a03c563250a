from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pubguard_plugins.calendars.csv import Csv
from pubguard_plugins.calendars.ics import Ics
from pubguard_plugins.calendars.toml import Toml

from pubguard.errors import ConfigError, SourceError
from pubguard.model import Release, State
from pubguard.plugins import load
from pubguard.protocols import Document
from pubguard.testing import CalendarContract
from tests.calendars import test_ics, test_toml

SLOT = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
HEADER = "id,title,release_at,state,series,url"
ROW = "prices,Prices,2026-11-26T09:30,confirmed,cpi,https://x.example/prices"
PRICES = Release(
    id="prices",
    title="Prices",
    state=State.CONFIRMED,
    release_at=SLOT,
    series="cpi",
    url="https://x.example/prices",
)


def document(*lines, end="\n", place="calendar.csv"):
    return Document(place, (end.join(lines) + end).encode())


def read(*lines, **settings):
    return Csv(**settings).read([document(*lines)])


def only(*lines, **settings):
    """The one release that is read, with nothing refused."""
    found = read(*lines, **settings)
    assert found.refused == ()
    (release,) = found.releases
    return release


class TestContract(CalendarContract):
    calendar = Csv()
    good = (document(HEADER, ROW, "wages,Wages,,provisional,,"),)


class TestMappedContract(CalendarContract):
    calendar = Csv(columns={"id": "Ref", "title": "Name", "release_at": "When"}, delimiter=";")
    good = (document("Name;Ref;When", "Prices;prices;2026-11-26T09:30Z"),)

    def test_reads_what_it_writes(self):
        """An export has our own headers, which a mapping does not find."""
        assert not self.calendar.recognises(document(HEADER, ROW))


LAYOUTS = {
    "comma": (HEADER, ROW),
    "semicolon": (HEADER.replace(",", ";"), ROW.replace(",", ";")),
    "tab": (HEADER.replace(",", "\t"), ROW.replace(",", "\t")),
    "sep line": ("sep=|", HEADER.replace(",", "|"), ROW.replace(",", "|")),
    "sep line in capitals": ("SEP=;", HEADER.replace(",", ";"), ROW.replace(",", ";")),
    "blank lines": ("", "  ", HEADER, "", ROW, "", ",,,,,", ""),
    "header in capitals and with spaces": (HEADER.upper().replace(",", " , "), ROW),
    "all in quotes": (
        ",".join(f'"{cell}"' for cell in HEADER.split(",")),
        ",".join(f'"{cell}"' for cell in ROW.split(",")),
    ),
    "more columns": (f"Owner,{HEADER},Notes", f'"a, b",{ROW},"say ""no"""'),
    "another order": ("url,series,state,release_at,title,id", ",".join(ROW.split(",")[::-1])),
    "spaces around cells": (HEADER, ROW.replace(",", " , ")),
    "a mark": ("\ufeff" + HEADER, ROW),
}


@pytest.mark.parametrize("lines", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_layout_is_read(lines, end):
    """The delimiter is told from the header; order, case and further columns do not matter."""
    found = Csv().read([document(*lines, end=end)])
    assert (found.releases, found.refused, found.whole) == ((PRICES,), (), True)


def test_headers_are_mapped():
    """The source's settings name the headers that differ from ours."""
    mapping = {"id": "Ref", "title": "Name of release", "release_at": "Date", "url": "Link"}
    lines = ("Ref;Date;Name of release;Link", "prices;2026-11-26 09:30;Prices;https://x.example/")
    release = only(*lines, columns=mapping)
    assert (release.id, release.title, release.url) == ("prices", "Prices", "https://x.example/")
    assert (release.release_at, release.state) == (SLOT, State.CONFIRMED)


def test_every_column_is_read():
    """Those that may be left out too."""
    header = "id,title,release_at,state,provisional,contact,status,reason"
    line = "a,A,,provisional,May 2027,Desk,official,late data"
    release = only(header, line)
    assert (release.provisional, release.contact) == ("May 2027", "Desk")
    assert (release.status, release.reason) == ("official", "late data")


STATES = {
    "a time and no state": ("a,A,2026-11-26T09:30,,", State.CONFIRMED, None),
    "no time and no state": ("a,A,,,", State.PROVISIONAL, None),
    "a date and no state": ("a,A,2026-11-26,,", State.PROVISIONAL, None),
    "capitals": ("a,A,2026-11-26T09:30,Provisional,", State.PROVISIONAL, None),
    "cancelled without a time": ("a,A,,cancelled,", State.CANCELLED, None),
    "status instead": ("a,A,2026-11-26T09:30,,Provisional", State.PROVISIONAL, None),
    "status of another kind": (
        "a,A,2026-11-26T09:30,published,official",
        State.PUBLISHED,
        "official",
    ),
}


@pytest.mark.parametrize(("line", "state", "status"), STATES.values(), ids=STATES)
def test_a_state_is_read(line, state, status):
    """Without one a release is confirmed if it has a time, else provisional."""
    release = only("id,title,release_at,state,status", line)
    assert (release.state, release.status) == (state, status)


def test_a_file_without_a_state_column_is_read():
    """Each release is as firm as its date."""
    found = read("id,title,release_at", "a,A,2026-11-26T09:30", "b,B,January 2027")
    assert [r.state for r in found.releases] == [State.CONFIRMED, State.PROVISIONAL]
    assert found.releases[1].provisional == "January 2027"


REFUSED = {
    "no id": (",A,2026-11-26T09:30,,,", "column 1 ('id'): '' is not an id: it is empty"),
    "id with a space": ("a b,A,2026-11-26T09:30,,,", "column 1 ('id'): 'a b' is not an id"),
    "no title": ("a,,2026-11-26T09:30,,,", "column 2 ('title'): it is empty"),
    "no such state": ("a,A,2026-11-26T09:30,sure,,", "column 4 ('state'): state 'sure' is none of"),
    "no time": ("a,A,next week,,,", "column 3 ('release_at'): 'next week' is no date and time"),
    "no such day": ("a,A,2026-11-31T09:30,,,", "column 3 ('release_at'): '2026-11-31T09:30' is no"),
    "a date alone": ("a,A,2026-11-26,confirmed,,", "is a date without a time"),
    "a month alone": ("a,A,January 2027,confirmed,,", "is no date and time"),
    "too few cells": ("a,A,2026-11-26T09:30", "3 cells and the header 6: column 4 ('state') is"),
    "too many cells": ("a,A,2026-11-26T09:30,,,,x", "7 cells and the header 6: column 7 ('x')"),
    "a comma without quotes": ("a,A, B,2026-11-26T09:30,,,", "put a cell with a delimiter"),
}


@pytest.mark.parametrize(("line", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_bad_line_is_refused_and_the_good_ones_land(line, reason):
    """The refusal names file, line, column and reason."""
    found = read(HEADER, ROW, "", line, ROW.replace("prices", "b", 1))
    assert [r.id for r in found.releases] == ["prices", "b"]
    (refused,) = found.refused
    assert refused.where == "calendar.csv: line 4"
    assert reason in refused.reason


def test_lines_are_counted_as_an_editor_counts_them():
    """A cell of several lines, blank lines and a line sep= count; a refusal names all its lines."""
    lines = (
        *("sep=,", "", HEADER),
        *('a,"A\n\nB",2026-11-26T09:30,,,', "", 'b,"B\nC",never,,,', "c,C,never,,,"),
    )
    found = read(*lines)
    assert found.releases[0].title == "A\n\nB"
    assert [r.where for r in found.refused] == [
        "calendar.csv: lines 8 to 9",
        "calendar.csv: line 10",
    ]
    assert found.places == ("calendar.csv: lines 4 to 6",)


@pytest.mark.parametrize("mark", "=+-@\t\r\uff1d")
def test_an_apostrophe_before_a_formula_is_taken_off(mark):
    """An export writes it; apostrophes elsewhere are part of the text."""
    found = only("id;title;release_at", f'a;"\'{mark}x";2026-11-26T09:30')
    assert found.title == f"{mark}x"
    assert only("id;title;release_at", "a;'Tis;2026-11-26T09:30").title == "'Tis"
    assert only("id;title;release_at", f'a;"x\'{mark}y";2026-11-26T09:30').title == f"x'{mark}y"


def test_a_formula_is_text():
    """Nothing is worked out."""
    assert only("id,title,release_at", "a,=1+1,2026-11-26T09:30").title == "=1+1"


WRONG = {
    "empty": ((), "no release at all"),
    "header alone": ((HEADER,), "no release at all"),
    "blank lines alone": ((HEADER, "", ",,"), "no release at all"),
    "title misspelt": (
        ("id,Titel,release_at", "a,A,"),
        "no column 'title'; the nearest is 'Titel'",
    ),
    "nothing like it": (("id,x,release_at", "a,A,"), "no column 'title'; it has 'id', 'x'"),
    "no date": (("id,title", "a,A"), "no column 'release_at'"),
    "state misspelt": (("id,title,release_at,Sate", "a,A,,"), "no column 'state'; the nearest is"),
    "header twice": (("id,title,release_at,Title", "a,A,,"), "the column 'title' twice"),
    "quote not closed": ((HEADER, ROW, 'a,"A,2026,,,', ROW), "cut off or no CSV"),
    "words after a quote": ((HEADER, 'a,"A"B,2026,,,'), "from line 2 on"),
    "another format": (("[[release]]", 'id = "a"'), "no column 'id'"),
}


@pytest.mark.parametrize(("lines", "reason"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_an_error_as_a_whole(lines, reason):
    """It names what is missing and the nearest that is there, and says how to map it."""
    with pytest.raises(SourceError) as caught:
        read(*lines)
    assert reason in caught.value.message
    if "no column" in reason:
        assert "columns = {" in caught.value.remedy


def test_a_mapped_header_that_is_not_there_is_an_error():
    """Also where the column may be left out."""
    with pytest.raises(SourceError, match="no column 'Serie'"):
        read(HEADER, ROW, columns={"series": "Serie"})


def test_a_column_that_only_sounds_alike_is_left_alone():
    """A list may have columns of its own."""
    header = "id,title,release_at,Statistician,Series title,Conduct"
    assert only(header, "a,A,2026-11-26T09:30,x,y,z").series is None


SETTINGS = {
    "unknown column": ({"columns": {"titel": "x"}}, "'titel' is none of id, title"),
    "no text": ({"columns": {"id": 7}}, "columns"),
    "dates": ({"dates": "ymd"}, "dates"),
    "two delimiters": ({"delimiter": ";;"}, "delimiter"),
    "a quote": ({"delimiter": '"'}, "delimiter"),
    "a letter": ({"delimiter": "x"}, "delimiter"),
    "unknown setting": ({"header": True}, "header"),
}


@pytest.mark.parametrize(("own", "reason"), SETTINGS.values(), ids=SETTINGS)
def test_settings_that_mean_nothing_are_refused(own, reason):
    """The error names the source's table and the setting."""
    with pytest.raises(ConfigError) as caught:
        load(("csv",)).make("calendars", "csv", {}, own, "[sources.ours]")
    assert "sources.ours" in caught.value.message
    assert reason in caught.value.message


def test_formats_know_their_own():
    """No document is claimed by two."""
    documents = {
        "csv": document(HEADER, ROW),
        "ics": test_ics.document(test_ics.event()),
        "toml": test_toml.document(test_toml.table()),
        "json": Document("x", b'["id","title","release_at"]'),
        "an object": Document("x", b'{"id": 1, "title": 2}'),
    }
    formats = {"csv": Csv(), "ics": Ics(), "toml": Toml()}
    for name, made in documents.items():
        claimed = [key for key, calendar in formats.items() if calendar.recognises(made)]
        assert claimed == [key for key in formats if key == name]


@given(
    st.lists(st.text(st.sampled_from("ai,;\t\"'=\n\r0/ "), max_size=12), max_size=6), st.booleans()
)
def test_any_lines_are_read_or_refused(lines, headed):
    """Nothing but a source error is raised, and every line is named or becomes a release."""
    made = document(*([HEADER] if headed else []), *lines)
    with suppress(SourceError):
        found = Csv(zone="Europe/London", dates="dmy").read([made])
        assert found.releases or found.refused
    assert Csv().recognises(made) in (True, False)


def test_several_files_are_one_source():
    """Each has headers of its own."""
    other = document("Title;ID;release_at", "Wages;wages;", place="b.csv")
    found = Csv().read([document(HEADER, ROW), other])
    assert [r.id for r in found.releases] == ["prices", "wages"]
    assert found.places == ("calendar.csv: line 2", "b.csv: line 2")
