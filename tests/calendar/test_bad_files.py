from __future__ import annotations

import pytest

ICS = """\
BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//x//EN\r
BEGIN:VEVENT\r
UID:good@x\r
SUMMARY:Good\r
DTSTART:20261126T093000Z\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:prices@x\r
SUMMARY:Prices\r
{}\r
END:VEVENT\r
END:VCALENDAR\r
"""
CSV = "id,title,release_at,state\ngood,Good,2026-11-26T09:30,\nprices,Prices,{}\n"
GOOD = ["good"]


def take(office, text, name, code=0):
    path = office.folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return office.ask("calendar", "import", str(path), code=code)


EVENTS = {
    "RRULE bomb": ("DTSTART:20261126T093000Z\r\nRRULE:FREQ=SECONDLY", "it repeats (RRULE)"),
    "nested RRULE bomb": (
        "DTSTART:20261126T093000Z\r\nRRULE:FREQ=YEARLY;BYHOUR=0,1;BYMINUTE=1,2;BYSECOND=1,2",
        "it repeats (RRULE)",
    ),
    "floating time": ("DTSTART:20261126T093000", "it has no time zone and no Z"),
    "unknown zone": ("DTSTART;TZID=Old Office:20261126T093000", "'Old Office' is unknown"),
    "non-RFC STATUS": ("DTSTART:20261126T093000Z\r\nSTATUS:Perhaps", "STATUS 'Perhaps' is none of"),
    "skipped time": ("DTSTART;TZID=GMT Standard Time:20270328T013000", "does not exist"),
    "doubled time": ("DTSTART;TZID=GMT Standard Time:20261025T013000", "occurs twice"),
}


@pytest.mark.parametrize(("lines", "reason"), EVENTS.values(), ids=EVENTS)
def test_an_event_that_cannot_be_taken_is_refused_by_name(office, lines, reason):
    """The good one lands, exit code 1; the refusal says where and why, on stderr too."""
    report = take(office, ICS.format(lines), "calendar.ics", code=1)
    assert report["added"] == GOOD
    (refused,) = report["refused"]
    assert refused["where"].endswith("calendar.ics: row 2 (index 1), line 9")
    assert reason in refused["reason"]
    told = office.run("calendar", "import", str(office.folder / "calendar.ics"))
    assert (told.code, reason in told.err) == (1, True)
    assert office.run("calendar", "show", "prices").code == 1


TAKEN = {
    "Windows London in winter": ("TZID=GMT Standard Time:20261126T093000", "2026-11-26T09:30:00Z"),
    "Windows London in summer": ("TZID=GMT Standard Time:20270701T093000", "2027-07-01T08:30:00Z"),
    "Windows without summer": (
        "TZID=Greenwich Standard Time:20270701T093000",
        "2027-07-01T09:30:00Z",
    ),
}


@pytest.mark.parametrize(("start", "slot"), TAKEN.values(), ids=TAKEN)
def test_windows_names_are_zones(office, start, slot):
    """London is "GMT Standard Time", summer time included; "Greenwich Standard Time" has none."""
    assert take(office, ICS.format(f"DTSTART;{start}"), "c.ics")["refused"] == []
    assert office.show()["release_at"] == slot


def test_a_floating_time_means_what_the_source_says(make_office):
    """Its setting names the zone."""
    office = make_office('[sources.o]\nformat="ics"\nplace="c.ics"\nzone="Europe/London"\n')
    text = ICS.format("DTSTART:20270701T093000")
    (office.folder / "c.ics").write_bytes(text.encode())
    assert office.ask("calendar", "import", "o")["added"] == ["good", "prices"]
    assert office.show()["release_at"] == "2027-07-01T08:30:00Z"


def test_a_date_opens_nothing(office):
    """VALUE=DATE lands as provisional words, and a publish of it is blocked."""
    lines = "DTSTART;VALUE=DATE:20261126\r\nSTATUS:CONFIRMED"
    take(office, ICS.format(lines), "c.ics")
    shown = office.show()
    assert (shown["state"], shown["release_at"]) == ("provisional", None)
    assert shown["provisional"] == "26 November 2026"


def test_a_postponed_release_never_opens_by_itself(office):
    """ONS's word, which is none of RFC 5545's, is provisional; a confirmed slot waits."""
    confirmed = "DTSTART:20261126T093000Z\r\nSTATUS:Confirmed"
    take(office, ICS.format(confirmed), "c.ics")
    take(office, ICS.format("DTSTART:20261124T093000Z\r\nSTATUS:Postponed"), "c.ics")
    shown = office.show()
    assert shown["release_at"] == "2026-11-26T09:30:00Z"
    assert shown["proposed"]["release_at"] == "2026-11-24T09:30:00Z"


def test_the_highest_sequence_counts(office):
    """Of one UID the older version is not even mentioned."""
    newer = (
        "DTSTART:20261126T093000Z\r\nSEQUENCE:1\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:prices@x\r\n"
        "SUMMARY:Prices\r\nDTSTART:20261203T093000Z\r\nSEQUENCE:2"
    )
    assert take(office, ICS.format(newer), "c.ics")["refused"] == []
    assert office.show()["release_at"] == "2026-12-03T09:30:00Z"


CELLS = {
    "day or month": ("03/04/2027 09:30,", "could be 3 April 2027 or 4 March 2027"),
    "no zone in summer": ("2027-07-01T09:30,", "has no time zone, and London's clocks differ"),
    "year of two digits": ("26/11/26 09:30,", "gives its year in two digits"),
    "a date for a confirmed release": ("2026-11-26,confirmed", "is a date without a time"),
    "no date": ("soon,", "'soon' is no date and time that can be read"),
}


@pytest.mark.parametrize(("cells", "reason"), CELLS.values(), ids=CELLS)
def test_a_line_that_cannot_be_taken_is_refused_by_name(office, cells, reason):
    """It names file, line and column, and what the line could have meant."""
    report = take(office, CSV.format(cells), "list.csv", code=1)
    assert report["added"] == GOOD
    (refused,) = report["refused"]
    assert refused["where"].endswith("list.csv: line 3")
    assert refused["reason"].startswith("column 3 ('release_at'): ")
    assert reason in refused["reason"]


def test_a_source_says_how_its_list_is_written(make_office):
    """Headers, order, zone and delimiter in the configuration."""
    office = make_office(
        '[sources.o]\nformat = "csv"\nplace = "list.csv"\ndates = "dmy"\nzone = "Europe/London"\n'
        'delimiter = "|"\ncolumns = {id = "Ref", title = "Name", release_at = "When"}\n'
    )
    (office.folder / "list.csv").write_text("Name|Ref|When\nPrices|prices|03/04/2027 09:30\n")
    assert office.ask("calendar", "import", "o")["added"] == ["prices"]
    assert office.show()["release_at"] == "2027-04-03T08:30:00Z"


def test_a_setting_that_means_nothing_is_an_error_of_the_configuration(make_office):
    """Exit code 2, naming table and setting."""
    office = make_office('[sources.o]\nformat="csv"\nplace="list.csv"\nzone="Mars"\n')
    (office.folder / "list.csv").write_text("id,title,release_at\n")
    error = office.ask("calendar", "import", "o", code=2)["error"]
    assert "sources.o" in error["message"]
    assert "'Mars' is no IANA time zone" in error["message"]


WHOLE = {
    "UTF-16 from a spreadsheet": (CSV.encode("utf-16"), "list.csv", "not UTF-8"),
    "cp1252 from a spreadsheet": (CSV.replace("Good", "\xa3").encode("cp1252"), "list.csv", "0xa3"),
    "UTF-16 calendar": (ICS.encode("utf-16"), "c.ics", "not UTF-8"),
    "Latin-1 calendar": (ICS.replace("Good", "Ver\xf6").encode("latin-1"), "c.ics", "0xf6"),
    "NUL": (ICS.replace("Good", "Go\0d"), "c.ics", "a NUL byte"),
    "empty file": ("", "c.ics", "no calendar that any enabled format reads"),
    "empty calendar": ("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "c.ics", "no release at all"),
    "header alone": ("id,title,release_at\n", "list.csv", "no release at all"),
    "cut off": (ICS.partition("END:VCALENDAR")[0], "c.ics", "is cut off"),
    "cut off in an event": (ICS.partition("UID:prices")[0], "c.ics", "is cut off"),
    "quote not closed": ('id,title,release_at\na,"A,2026\n', "list.csv", "cut off or no CSV"),
    "title misspelt": ("id,Titel,release_at\na,A,\n", "list.csv", "holds no calendar"),
    "no date": ("id,title,When\na,A,\n", "list.csv", "has no column 'release_at'"),
    "an error page": ("<html>Sorry</html>", "c.ics", "no calendar that any enabled format reads"),
}


@pytest.mark.parametrize(("text", "name", "reason"), WHOLE.values(), ids=WHOLE)
def test_a_bad_file_changes_nothing(office, text, name, reason):
    """What was known stays, nothing disappears, exit code 1."""
    take(office, ICS.format("DTSTART:20261126T093000Z"), "c.ics")
    before = office.events()
    error = take(office, text, name, code=1)["error"]
    assert error["code"] == "source"
    assert reason in error["message"]
    assert office.events() == before
    assert len(office.ask("calendar", "list")) == 2


def test_a_byte_order_mark_is_no_harm(office):
    """Spreadsheets and some calendar programmes write one."""
    mark = b"\xef\xbb\xbf"
    assert take(office, mark + ICS.format("DTSTART:20261126T093000Z").encode(), "c.ics")["added"]
    other = CSV.replace("good", "g").replace("prices", "p").format("2026-11-26T09:30,")
    assert take(office, mark + other.encode(), "list.csv")["added"] == ["g", "p"]


def test_a_missing_column_is_named_with_its_nearest(office):
    """With --format the error says how to map it."""
    path = office.folder / "list.csv"
    path.write_text("id,Titel,release_at\na,A,\n")
    done = office.ask("calendar", "import", str(path), "--format", "csv", code=1)["error"]
    assert "has no column 'title'; the nearest is 'Titel'" in done["message"]
    assert 'columns = {title = "Titel"}' in done["remedy"]
