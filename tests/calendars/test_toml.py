from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pubguard_plugins.calendars.toml import LARGEST, Toml

from pubguard.errors import SourceError
from pubguard.model import Lifetime, Output, State
from pubguard.protocols import Document
from pubguard.testing import CalendarContract

SLOT = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


def table(**fields):
    given = {"id": "'prices'", "title": "'Prices'", "release_at": "2026-11-26T09:30:00", **fields}
    lines = [f"{name} = {value}" for name, value in given.items() if value is not None]
    return "\n".join(["[[release]]", *lines, ""])


def document(*tables, place="calendar.toml"):
    return Document(place, "\n".join(tables).encode())


class TestContract(CalendarContract):
    calendar = Toml()
    good = (document(table(), table(id="'wages'")),)


TIMES = {
    "local datetime": ("2026-11-26T09:30:00", SLOT),
    "local text": ("'2026-11-26T09:30'", SLOT),
    "text with a space": ("'2026-11-26 09:30'", SLOT),
    "in summer": ("2026-07-01T09:30:00", datetime(2026, 7, 1, 8, 30, tzinfo=UTC)),
    "UTC": ("2026-11-26T09:30:00Z", SLOT),
    "offset": ("2026-11-26T10:30:00+01:00", SLOT),
    "text with offset": ("'2026-11-26T10:30+01:00'", SLOT),
    "doubled hour with its offset": (
        "2026-10-25T01:30:00+01:00",
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    ),
}


@pytest.mark.parametrize(("written", "slot"), TIMES.values(), ids=TIMES)
def test_a_time_is_read(written, slot):
    """TOML's own times and text are the same; without an offset both are London."""
    read = Toml().read([document(table(release_at=written))])
    assert [r.release_at for r in read.releases] == [slot]
    assert read.releases[0].state is State.CONFIRMED


BAD_TIMES = {
    "date only": ("2026-11-26", "a date without a time"),
    "date only as text": ("'2026-11-26'", "a date without a time"),
    "time only": ("09:30:00", "must be a date and a time"),
    "number": ("20261126", "must be a date and a time"),
    "words": ("'next Thursday'", "not a time that can be read"),
    "skipped": ("2027-03-28T01:30:00", "does not exist"),
    "doubled": ("2026-10-25T01:30:00", "occurs twice"),
    "before all years": ("0001-01-01T00:00:00+01:00", "outside the years"),
    "after all years": ("9999-12-31T23:59:59-01:00", "outside the years"),
}


@pytest.mark.parametrize(("written", "reason"), BAD_TIMES.values(), ids=BAD_TIMES)
def test_a_time_that_is_none_is_refused(written, reason):
    """No time is guessed."""
    read = Toml().read([document(table(release_at=written), table(id="'wages'"))])
    assert [r.id for r in read.releases] == ["wages"]
    assert reason in read.refused[0].reason
    assert read.refused[0].where == "calendar.toml: row 1 (index 0)"


STATES = {
    "by the time": ({}, State.CONFIRMED, None),
    "by its absence": ({"release_at": None}, State.PROVISIONAL, None),
    "state": ({"state": "'Provisional'"}, State.PROVISIONAL, None),
    "status instead": ({"status": "'cancelled'"}, State.CANCELLED, None),
    "both the same": ({"state": "'published'", "status": "'published'"}, State.PUBLISHED, None),
    "status of another kind": (
        {"state": "'confirmed'", "status": "'accredited official statistics'"},
        State.CONFIRMED,
        "accredited official statistics",
    ),
}


@pytest.mark.parametrize(("fields", "state", "status"), STATES.values(), ids=STATES)
def test_a_state_is_read(fields, state, status):
    """`state` decides, `status` only where it says the same or stands alone."""
    (release,) = Toml().read([document(table(**fields))]).releases
    assert (release.state, release.status) == (state, status)


REFUSED = {
    "two states": ({"state": "'confirmed'", "status": "'cancelled'"}, "status says 'cancelled'"),
    "no such state": ({"state": "'sure'"}, "state 'sure' is none of provisional, confirmed"),
    "status alone is no state": ({"status": "'provisionl'"}, "it has no state"),
    "unknown key": ({"releaseat": "'x'"}, "did you mean 'release_at'?"),
    "no id": ({"id": None}, "is empty"),
    "id with a slash": ({"id": "'a/b'"}, "a slash"),
    "id no text": ({"id": "7"}, "id must be text"),
    "title no text": ({"title": "[1]"}, "title must be text"),
    "output is no table": ({"output": "'x'"}, "[[release.output]]"),
    "output with an unknown key": ({"output": "[{id='a', mark='x'}]"}, "mark"),
    "output of an unknown life": ({"output": "[{id='a', lifetime='old'}]"}, "lifetime"),
}


@pytest.mark.parametrize(("fields", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_bad_row_is_refused_and_the_good_ones_land(fields, reason):
    """The refusal names place, index and reason."""
    read = Toml().read([document(table(id="'a'"), table(**fields), table(id="'b'"))])
    assert [r.id for r in read.releases] == ["a", "b"]
    (refusal,) = read.refused
    assert refusal.where == "calendar.toml: row 2 (index 1)"
    assert reason in refusal.reason


def test_every_field_is_read():
    """A release keeps what the table says of it, outputs included."""
    text = table(
        series="'cpi'", contact="'Statistics desk'", url="'https://x.example/'", reason="'late'"
    )
    outputs = """
[[release.output]]
id = "page"
url = "https://x.example/prices"
[[release.output]]
id = "table"
kind = "file"
marker = "October 2026"
lifetime = "evergreen"
"""
    (release,) = Toml().read([document(text + outputs)]).releases
    assert (release.series, release.contact, release.reason) == ("cpi", "Statistics desk", "late")
    assert release.outputs == (
        Output("page", "page", "https://x.example/prices"),
        Output("table", "file", None, "October 2026", Lifetime.EVERGREEN),
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"release_at": None, "provisional": "'January 2027'"}, "January 2027"),
        ({"release_at": "2027-01-05", "state": "'provisional'"}, "5 January 2027"),
        ({"release_at": "'2027-01-05'", "state": "'provisional'"}, "5 January 2027"),
    ],
)
def test_a_provisional_release_has_words(fields, words):
    """A day without a time is words, and opens nothing."""
    (release,) = Toml().read([document(table(**fields))]).releases
    assert (release.release_at, release.provisional) == (None, words)
    assert release.state is State.PROVISIONAL


def test_a_misspelt_table_is_refused_by_name():
    """A release that would be lost by a slip of the pen is named."""
    read = Toml().read([document(table(), "[[realease]]\nid = 'x'")])
    assert len(read.releases) == 1
    assert "'realease'" in read.refused[0].where


BROKEN = {
    "empty": b"",
    "no TOML": b"[[release]]\nid = ",
    "cut off": table().encode()[:-4] + b'"',
    "no release": b"title = 'x'",
    "one table": b"[release]\nid = 'x'",
    "too large": b"[[release]]\n" + b"#" * LARGEST,
    "deep": b"[[release]]\nid = " + b"[" * 100_000,
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_an_error_as_a_whole(body):
    """Nothing is read from it."""
    with pytest.raises(SourceError):
        Toml().read([Document("calendar.toml", body)])
