from __future__ import annotations

import os
import re
import stat
from itertools import permutations

import pytest

from pubguard.clock import parse as instant
from pubguard.edge.listing import made_of
from pubguard.model import Lifetime, Output, Proposed, State
from pubguard.testing import make_record
from tests.calendar.conftest import make_guard, make_office, office, table

__all__ = ["make_guard", "make_office", "office"]

SLOT = "2026-11-26T09:30:00"
LATER = "2026-12-03T09:30:00"
PAGE = "https://statistics.example/releases/prices"


def output(url: str = PAGE, name: str = "page", **more: str) -> str:
    fields = "".join(f'{key} = "{value}"\n' for key, value in more.items())
    return f'[[release.output]]\nid = "{name}"\nurl = "{url}"\n{fields}'


def export(office, *more: str, code: int = 0):
    return office.ask("edge", "export", "--format", "nginx", *more, code=code)


def opening(document) -> list[str]:
    """The opening times that stand in the file, in its comments."""
    return re.findall(r"# closed before (\S+)", document["text"])


def test_a_confirmed_release_opens_at_its_slot(office) -> None:
    """Its new output is listed with the slot, from the log as it is."""
    office.take(table(), output())
    found = export(office)
    assert opening(found) == ["2026-11-26T09:30:00.000000Z"]
    assert (found["addresses"], found["without_time"], found["refused"]) == (1, 0, [])
    checkpoint = office.workspace()
    assert found["size"] == checkpoint.log.size()
    checkpoint.close()
    assert f"# log entries  {found['size']}\n# root         {found['root']}\n" in found["text"]


@pytest.mark.parametrize("state", ["provisional", "cancelled"])
def test_what_is_not_fixed_stays_closed(office, state) -> None:
    """A date that was only intended, or withdrawn, opens nothing."""
    office.take(table(state=state), output())
    found = export(office)
    assert opening(found) == []
    assert found["without_time"] == 1


def test_evergreen_addresses_and_outputs_without_one_are_left_alone(office) -> None:
    """Their pages are public already, or nobody knows where they are."""
    office.take(
        table(), output(lifetime="evergreen"), '[[release.output]]\nid = "mail"\n', table("b", SLOT)
    )
    assert export(office)["addresses"] == 0


def test_a_change_that_is_not_agreed_closes(office) -> None:
    """PG104: no opening time while it is open, the old slot again when it is kept."""
    office.take(table(), output())
    office.take(table(at=LATER, reason="late data"), output())
    assert opening(export(office)) == []
    lead = ("--actor", "d.khan", "--role", "lead-official")
    office.ask("calendar", "agree", "prices", "--keep", *lead)
    assert opening(export(office)) == ["2026-11-26T09:30:00.000000Z"]


def test_a_moved_release_has_only_its_new_time(office) -> None:
    """Once agreed, the old opening time is gone."""
    office.take(table(), output())
    office.take(table(at=LATER, reason="late data"), output())
    office.ask("calendar", "agree", "prices", "--actor", "d.khan", "--role", "lead-official")
    assert opening(export(office)) == ["2026-12-03T09:30:00.000000Z"]


def test_an_entry_that_nobody_agreed_to_stays_closed(office) -> None:
    """Less than a day ahead it waits for a second person."""
    office.take(table(at="2026-11-20T12:00:00"), output())
    assert opening(export(office)) == []


@pytest.mark.parametrize("umask", [0, 0o077])
def test_the_file_is_written_as_a_whole_and_not_for_everybody(office, umask) -> None:
    """Mode 640 whatever was there before, in one step; nothing else is left in the folder."""
    office.take(table(), output())
    place = office.folder / "out" / "pubguard-map.conf"
    place.parent.mkdir()
    place.write_text("old")
    place.chmod(0o644)
    before = place.stat().st_ino
    old = os.umask(umask)
    try:
        found = export(office, "--output", str(place))
    finally:
        os.umask(old)
    assert found["text"] is None
    assert place.read_text() == export(office)["text"]
    assert stat.S_IMODE(place.stat().st_mode) == 0o640
    assert place.stat().st_ino != before
    assert [each.name for each in place.parent.iterdir()] == [place.name]


def test_what_cannot_be_written_changes_nothing(office) -> None:
    """A folder that is not there is named, exit code 2."""
    office.take(table(), output())
    error = export(office, "--output", str(office.folder / "no" / "map"), code=2)["error"]
    assert "cannot be written" in error["message"]


def test_a_killed_export_stands_in_nobody_s_way(office) -> None:
    """What one left behind is replaced, a link there is not followed."""
    office.take(table(), output())
    place = office.folder / "map.conf"
    (office.folder / f"map.conf.{os.getpid()}.new").symlink_to(office.folder / "pubguard.toml")
    before = office.config.read_text()
    export(office, "--output", str(place))
    assert office.config.read_text() == before
    assert not place.is_symlink()


def test_an_address_that_cannot_be_closed_by_itself_is_named(office) -> None:
    """Exit code 1 with release, output and reason; the others are written, no address is told."""
    odd = "https://statistics.example/?p=12345"
    office.take(table(), output(), output(odd, "query"), output(f"{PAGE}%252e", "twice"))
    found = export(office, code=1)
    assert [(each["release"], each["output"]) for each in found["refused"]] == [
        ("prices", "query"),
        ("prices", "twice"),
    ]
    assert found["addresses"] == 1
    told = office.run("edge", "export", "--format", "nginx").err
    assert "prices / query" in told
    assert "12345" not in told
    assert "statistics.example" not in told


def test_an_address_that_is_too_deep_to_be_written_is_named(office) -> None:
    """One of a hundred parts is closed; with more it is no list's, and does not spoil the list."""
    office.take(
        table(), output(f"https://x.example{'/a' * 100}"), output(f"{PAGE}{'/a' * 500}", "b")
    )
    found = export(office, code=1)
    assert [each["output"] for each in found["refused"]] == ["b"]
    assert found["addresses"] == 1


def test_two_releases_with_one_address_open_it_at_the_last_slot(office) -> None:
    """However the calendar spells it; both are named."""
    office.take(
        table(),
        output(),
        table("wages", LATER),
        output("http://www.Statistics.example//releases/./prices/"),
    )
    found = export(office)
    assert opening(found) == ["2026-12-03T09:30:00.000000Z"]
    assert found["shared"] == [["prices", "wages"]]


def test_without_output_the_file_is_on_stdout(office) -> None:
    """For a pipe; with --output a person reads what was done and what to do next."""
    office.take(table(), output())
    text = office.run("edge", "export", "--format", "nginx").out
    assert text == export(office)["text"]
    said = office.run("edge", "export", "--format", "nginx", "--output", str(office.folder / "m"))
    assert "at their slot: 1; that stay closed: 0" in said.out
    assert "nginx -s reload" in said.out


def test_an_unknown_format_is_refused(office) -> None:
    """The error names those there are."""
    assert "nginx" in office.ask("edge", "export", "--format", "iis", code=2)["error"]["message"]


# The list itself, from records.

NEW = (Output(id="page", url=PAGE),)


def listed(*records):
    return made_of(records, 3, "ab").listed


def test_what_went_out_at_its_slot_stays_out() -> None:
    """A later wish to change the date closes no public page; one recorded too early does."""
    wish = Proposed(instant(LATER), "x", "toml", instant("2026-11-27T10:00"))
    fields = {"release": {"outputs": NEW}, "proposed": wish}
    out = make_record(SLOT, State.PUBLISHED, published=instant(SLOT), **fields)
    early = make_record(SLOT, State.PUBLISHED, published=instant("2026-11-25T09:30"), **fields)
    never = make_record(SLOT, State.PUBLISHED, **fields)
    found = [listed(each).closings[0].opens_at for each in (out, early, never)]
    assert found == [instant(SLOT), None, None]


def test_two_calendars_that_disagree_close() -> None:
    """The same release under two ids opens only where both say the same slot."""
    one = make_record(SLOT, release={"outputs": NEW}, same=("b",))
    for slot, wanted in ((SLOT, instant(SLOT)), (LATER, None)):
        other = make_record(slot, release={"id": "b"}, same=(one.release.id,))
        assert listed(one, other).closings[0].opens_at == wanted


def test_the_order_of_releases_does_not_matter() -> None:
    """The same releases give the same list."""
    many = [
        make_record(slot, release={"id": name, "outputs": (Output(id="p", url=f"{PAGE}/{name}"),)})
        for name, slot in (("c", SLOT), ("a", LATER), ("b", SLOT))
    ]
    assert len({listed(*order) for order in permutations(many)}) == 1


def test_only_new_outputs_are_listed() -> None:
    """An evergreen one is left alone whatever its release's state."""
    outputs = (*NEW, Output(id="ever", url="https://x.example/", lifetime=Lifetime.EVERGREEN))
    for state in State:
        record = make_record(SLOT, state, release={"outputs": outputs})
        assert [each.host for each in listed(record).closings] == ["statistics.example"]
