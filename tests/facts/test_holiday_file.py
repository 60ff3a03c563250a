"""GOV.UK's file of bank holidays, and what must not pass for it."""

from __future__ import annotations

import msgspec
import pytest
from pubguard_plugins.facts.holiday_file import LARGEST, parse_days

from pubguard.errors import SourceError
from pubguard.protocols import Document

NAMES = ("england-and-wales", "scotland", "northern-ireland")


def file(events=({"title": "Boxing Day", "date": "2026-12-26"},), **others):
    """The file's bytes, with these events in every division; None leaves a division out."""
    lists = dict.fromkeys(NAMES, events) | {n.replace("_", "-"): e for n, e in others.items()}
    found = {n: {"division": n, "events": list(e)} for n, e in lists.items() if e is not None}
    return msgspec.json.encode(found)


def day(date, title="Boxing Day", **more):
    return {"title": title, "date": date, "notes": "", "bunting": True, **more}


REFUSED = {
    "empty": (b"", "does not have that shape"),
    "a sign-in page": (b"<!DOCTYPE html><html>Sign in</html>", "does not have that shape"),
    "cut off": (file()[:-9], "does not have that shape"),
    "a list": (b"[]", "does not have that shape"),
    "no events": (b'{"scotland": {}}', "does not have that shape"),
    "another file": (b"{}", "no days for england-and-wales and scotland and northern-ireland"),
    "a division is missing": (file(scotland=None), "no days for scotland"),
    "a division is empty": (file(northern_ireland=()), "no days for northern-ireland"),
    "twice": (file([day("2026-12-26"), day("2026-12-26", "x")]), "has 2026-12-26 twice"),
    "no such day": (file([day("2026-02-30")]), "'2026-02-30', which is no date"),
    "another form of date": (file([day("20261226")]), "'20261226', which is no date"),
    "day first": (file([day("26/12/2026")]), "'26/12/2026', which is no date"),
    "a number": (file([day(20261226)]), "does not have that shape"),
    "no date": (file([{"title": "x"}]), "does not have that shape"),
    "no name": (file([day("2026-12-26", " ")]), "2026-12-26 without a name"),
    "a long name": (file([day("2026-12-26", "x" * 201)]), "2026-12-26 without a name"),
    "not UTF-8": (file().replace(b"Boxing", b"\xff"), "does not have that shape"),
    "too large": (file() + b" " * LARGEST, "bytes and may have 1,000,000"),
    "nested without end": (b"[" * 200_000, "does not have that shape"),
}


@pytest.mark.parametrize(("body", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_such_file_is_refused(body, words):
    """As a whole: a list with a hole must not read as a year without holidays."""
    with pytest.raises(SourceError) as caught:
        parse_days(Document("the file", body, "text/html"))
    assert caught.value.message.startswith("the file is not GOV.UK's list")
    assert words in caught.value.message
    assert "--from" in caught.value.remedy


def test_days_are_read_in_order():
    """Of the divisions that nations need, with their names; all else is left alone."""
    body = file([day("2027-01-01", " New Year "), day("2026-12-26", notes="Substitute day")])
    found = parse_days(Document("the file", body))
    assert list(found) == list(NAMES)
    assert list(found["scotland"].items()) == [
        ("2026-12-26", "Boxing Day"),
        ("2027-01-01", "New Year"),
    ]


def test_a_division_that_nobody_needs_is_left_out():
    """GOV.UK may add some; the log holds what is used."""
    assert list(parse_days(Document("the file", file(wales=())))) == list(NAMES)
