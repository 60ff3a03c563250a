from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest
import vobject
from msgspec import Struct

from pubguard.calendar.exporting import Exporter
from pubguard.protocols import Written
from tests.calendar.conftest import table

SECRET = "https://statistics.example/embargoed/table.xlsx"
OUTPUT = f'[[release.output]]\nid = "page"\nurl = "{SECRET}"\nmarker = "a marker"\n'
LATER = "2026-12-03T09:30:00"


def export(office, name, *more):
    result = office.run("calendar", "export", "--format", name, *more)
    assert result.code == 0, result.err
    return result


@pytest.fixture
def full(office):
    """Releases of every state, one of them with all that may not get out."""
    office.take(
        table(contact="Named Person", reason="private words", url="https://x.example/prices"),
        OUTPUT,
        table("wages", "2026-07-01T09:30:00", state="published", series="pay"),
        table("jobs", "2026-12-10T09:30:00", state="provisional", provisional="December 2026"),
        table("trade", "2026-12-17T07:00:00", state="cancelled"),
        table("later", None, provisional="January 2027", title="=Later"),
    )
    return office


IDS = ["wages", "prices", "jobs", "trade", "later"]


def test_json_is_a_list_of_what_may_be_public(full):
    """By date, those without one last, with these fields and no others."""
    document = export(full, "json").document
    assert [each["id"] for each in document] == IDS
    assert document[1] == {
        "id": "prices",
        "title": "Prices",
        "state": "confirmed",
        "release_at": "2026-11-26T09:30:00Z",
        "provisional": None,
        "series": None,
        "status": None,
        "url": "https://x.example/prices",
    }
    assert export(full, "json", "--json").document == document


@pytest.mark.parametrize("name", ["ics", "csv", "json"])
@pytest.mark.parametrize("more", [(), ("--json",)])
def test_nothing_that_is_embargoed_gets_out(full, name, more):
    """No address of an output, no contact, reason, marker, source or actor."""
    full.run(
        "calendar",
        "announce",
        "late",
        "--title",
        "Late",
        "--actor",
        "secret.actor",
        "--provisional",
        "2027",
        "--reason",
        "private words",
    )
    result = export(full, name, *more)
    assert "prices" in result.out
    for secret in ("embargoed", "marker", "Named", "private", "sealed", "secret.actor", "toml"):
        assert secret not in result.out + result.err


def test_ics_can_be_subscribed_to(full):
    """A foreign reader sees the releases with a time; the others are counted on stderr."""
    result = export(full, "ics")
    events = {event.uid.value: event for event in vobject.readOne(result.out).vevent_list}
    assert list(events) == [f"{each}@pubguard" for each in IDS[:-1]]
    assert events["wages@pubguard"].dtstart.value.isoformat() == "2026-07-01T08:30:00+00:00"
    assert events["jobs@pubguard"].status.value == "TENTATIVE"
    assert events["trade@pubguard"].status.value == "CANCELLED"
    assert "Office for Example Statistics" in result.out
    assert "1 left out" in result.err
    assert "later" in result.err


def test_with_json_there_is_one_document(full):
    """It holds the text and the ids that were left out."""
    document = export(full, "ics", "--json").document
    assert document["format"] == "ics"
    assert document["left_out"] == ["later"]
    assert document["text"].startswith("BEGIN:VCALENDAR\r\n")


@pytest.mark.parametrize("name", ["ics", "csv"])
def test_another_office_can_import_it(full, make_office, name):
    """Id, title, state, slot, words, series and address arrive."""
    other = make_office(name="other")
    path = other.folder / f"export.{name}"
    path.write_bytes(export(full, name).out.encode())
    wanted = export(full, "json").document
    if name == "ics":
        wanted = wanted[:-1]
    imported = other.ask("calendar", "import", str(path))
    assert sorted(imported["added"]) == sorted(each["id"] for each in wanted)
    assert export(other, "json").document == wanted


def test_importing_the_same_export_again_changes_nothing(full, make_office):
    """Written at another time it is the same calendar."""
    other = make_office(name="other")
    path = other.folder / "export.ics"
    first = export(full, "ics").out
    path.write_bytes(first.encode())
    other.ask("calendar", "import", str(path))
    full.clock.set("2026-11-21T10:00")
    assert export(full, "ics").out == first
    assert other.ask("calendar", "import", str(path))["unchanged"] == 4


def test_a_change_that_is_not_agreed_does_not_show(office):
    """The last agreed slot does."""
    office.take(table())
    office.take(table(at=LATER, reason="late data"))
    (entry,) = export(office, "json").document
    assert (entry["release_at"], entry["state"]) == ("2026-11-26T09:30:00Z", "confirmed")
    assert "DTSTART:20261126T093000Z" in export(office, "ics").out
    assert "2026-12" not in export(office, "csv").out


def test_an_entry_that_nobody_agreed_to_is_provisional(office):
    """Less than a day ahead it is blocked, so nobody is told that it is certain."""
    office.take(table(at="2026-11-20T12:00:00"))
    assert export(office, "json").document[0]["state"] == "provisional"
    assert "STATUS:TENTATIVE" in export(office, "ics").out


def test_the_sequence_grows_with_every_change(office):
    """So that a subscriber's programme takes the newer one."""
    office.take(table())
    assert "SEQUENCE:0" in export(office, "ics").out
    office.clock.set("2026-11-21T10:00")
    office.take(table(title="Prices, new"))
    text = export(office, "ics").out
    assert "SEQUENCE:1" in text
    assert "LAST-MODIFIED:20261121T100000Z" in text


def test_formulas_do_not_run(full):
    """The cell is text for a spreadsheet."""
    assert ",'=Later," in f",{export(full, 'csv').out}"


@pytest.mark.parametrize("name", ["ons", "toml", "xlsx", ""])
def test_a_format_that_cannot_be_written_is_refused(office, name):
    """The error names those that can."""
    result = office.run("calendar", "export", "--format", name, "--json")
    assert result.code == 2
    assert result.document["error"]["remedy"] == "Formats: csv, ics, json."


class Eager(Struct, frozen=True):
    """A format that writes all that it is handed."""

    def write(self, listed, now):
        return Written(repr(listed))


def test_a_plugin_is_handed_nothing_that_is_embargoed(full):
    """Whatever a third party's format writes, it cannot give away what it never got."""
    workspace = full.workspace()
    exporter = Exporter(workspace.journal, full.clock, ("eager",), lambda _: Eager())
    text = exporter.write("eager").text
    workspace.close()
    assert "'prices'" in text
    assert not [secret for secret in ("embargoed", "marker", "sealed", "private") if secret in text]


def test_an_empty_calendar_is_an_empty_file(office):
    """Valid, and without a release."""
    assert export(office, "json").document == []
    assert vobject.readOne(export(office, "ics").out).contents.get("vevent") is None
    assert len(export(office, "csv").out.splitlines()) == 1


def test_a_real_process_writes_bytes_as_they_are(full):
    """CRLF and UTF-8 whatever the locale; nothing else on stdout."""
    full.take(table("ystadegau", "2026-12-04T09:30:00", title="\u0175"), name="more.toml")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pubguard",
            "calendar",
            "export",
            "--format",
            "csv",
            "--config",
            full.config,
        ],
        capture_output=True,
        timeout=60,
        check=True,
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"},
    )
    lines = done.stdout.split(b"\r\n")
    assert len(lines) == 8
    assert b"\n" not in b"".join(lines)
    assert "ystadegau,\u0175,".encode() in done.stdout


def test_a_terminal_gets_no_control_characters(full):
    """Whoever looks at it on a terminal sees lines and nothing that the terminal obeys."""
    main, other = pty.openpty()
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pubguard",
            "calendar",
            "export",
            "--format",
            "ics",
            "--config",
            full.config,
        ],
        stdout=other,
        stderr=subprocess.DEVNULL,
        timeout=60,
        check=True,
    )
    os.close(other)
    shown = os.read(main, 100_000).decode()
    os.close(main)
    assert shown.startswith("BEGIN:VCALENDAR\r\nVERSION")
    assert "\\x0d" not in shown
