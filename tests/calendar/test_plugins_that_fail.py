from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from msgspec import Struct

from pubguard.calendar.importing import Importer
from pubguard.errors import LogConflict, SourceError
from pubguard.model import Output, Release, State
from pubguard.protocols import Document, Read
from tests.calendar.conftest import table


class Odd(Struct, frozen=True):
    """A format that a third party got wrong."""

    result: Any = None
    raises: str = ""

    def recognises(self, document: Document) -> bool:
        if self.raises == "recognises":
            raise KeyError("x")
        return True

    def read(self, documents: Any) -> Any:
        if self.raises == "read":
            raise KeyError("x")
        return self.result

    def next_page(self, document: Document) -> str | None:
        return None


@pytest.fixture
def run(office):
    """Import a file through one odd format."""
    workspace = office.workspace()
    (office.folder / "x.json").write_text("{}")

    def run(calendar: Any, **others: Any):
        formats = {"odd": calendar, **others}
        importer = Importer(
            workspace.journal,
            office.clock,
            {},
            tuple(formats),
            lambda name, *_: formats[name],
            workspace.messenger,
        )
        return importer.run(str(office.folder / "x.json"))

    yield run
    workspace.close()


NONSENSE = {
    "raises when asked": Odd(raises="recognises"),
    "raises when reading": Odd(raises="read"),
    "returns nothing": Odd(),
    "returns a list": Odd([1, 2]),
    "returns no releases": Odd(Read((1,))),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("calendar", NONSENSE.values(), ids=NONSENSE)
def test_a_format_that_fails_changes_nothing_and_is_named(office, run, calendar):
    """It ends in a source error, not in a traceback."""
    with pytest.raises(SourceError, match="odd"):
        run(calendar)
    assert office.events() == []


def test_two_formats_that_both_recognise_are_named(run):
    """Nobody guesses: --format decides."""
    with pytest.raises(SourceError, match="could be any of odd, too") as caught:
        run(Odd(), too=Odd())
    assert "--format" in caught.value.remedy


def test_a_format_cannot_smuggle_in_what_is_no_release(office, run):
    """Ids, titles, dates, addresses and outputs are checked for every format."""
    slot = office.clock.now() + timedelta(days=7)
    good = Release("a", "A", State.CONFIRMED, slot)
    bad = [
        Release("a/b", "A", State.CONFIRMED, slot),
        Release("c", " ", State.CONFIRMED, slot),
        Release("d", "D", State.CONFIRMED),
        Release("e", "E" * 1001, State.CONFIRMED, slot),
        Release("f", "F", State.CONFIRMED, slot, url="ftp://h.example"),
        Release("g", "\ud800", State.CONFIRMED, slot),
        Release("h", "H", State.CONFIRMED, slot, outputs=(Output("o"), Output("o"))),
        Release("i", "I", State.CONFIRMED, slot, outputs=(Output("../o"),)),
    ]
    report = run(Odd(Read((good, *bad))))
    assert report.added == ("a",)
    assert [r.where for r in report.refused] == [
        f"row {n + 1} (index {n})" for n in range(1, len(bad) + 1)
    ]


def test_an_id_stands_twice_even_at_one_place(office, run):
    """A format that calls two rows by one name merges nothing either."""
    slot = office.clock.now() + timedelta(days=7)
    twice = (Release("a", "A", State.CONFIRMED, slot), Release("a", "B", State.CONFIRMED, slot))
    report = run(Odd(Read(twice, places=("a table", "a table"))))
    assert (report.added, [r.where for r in report.refused]) == ((), ["a table", "a table"])


def test_another_zone_is_the_same_instant(office, run):
    """A format that gives London or Tokyo time moves nothing."""
    slot = datetime(2026, 11, 26, 18, 30, tzinfo=timezone(timedelta(hours=9)))
    calendar = Odd(Read((Release("a", "A", State.CONFIRMED, slot),)))
    assert run(calendar).added == ("a",)
    assert run(calendar).unchanged == 1
    assert office.show("a")["release_at"] == "2026-11-26T09:30:00Z"


class Interfering:
    """A clock that lets somebody else act at the moment when the import reads it."""

    def __init__(self, office, act) -> None:
        self.office = office
        self.act = act

    def now(self):
        act, self.act = self.act, lambda: None
        act()
        return self.office.clock.now()


def test_an_import_decides_again_when_something_moved(office):
    """A release that another import brought meanwhile is compared, not announced twice."""
    path = office.folder / "calendar.toml"
    path.write_text(table() + table("wages"))
    workspace = office.workspace()
    plain = workspace.calendars.importer
    other = office.workspace()
    clock = Interfering(office, lambda: other.calendars.importer.run(str(path)))
    importer = Importer(workspace.journal, clock, {}, ("toml",), plain._make, workspace.messenger)
    importer.run(str(path))
    workspace.close()
    other.close()
    kinds = [kind for kind, _ in office.events()]
    assert kinds.count("release.announced") == 2
    assert kinds.count("calendar.imported") == 2


def test_an_import_that_never_gets_its_turn_says_so(office):
    """After three tries the conflict is told, and nothing of the batch is stored."""
    path = office.folder / "calendar.toml"
    office.take(table())
    path.write_text(table(title="Mine"))
    workspace, other = office.workspace(), office.workspace()
    titles = iter(range(99))

    class Always(Interfering):
        def now(self):
            (office.folder / "o.toml").write_text(table(title=f"Theirs {next(titles)}"))
            name = "calendar.toml"
            place = office.folder / name
            mine = place.read_text()
            place.write_text((office.folder / "o.toml").read_text())
            other.calendars.importer.run(str(place))
            place.write_text(mine)
            return office.clock.now()

    clock = Always(office, None)
    make = workspace.calendars.importer._make
    importer = Importer(workspace.journal, clock, {}, ("toml",), make, workspace.messenger)
    with pytest.raises(LogConflict):
        importer.run(str(path))
    workspace.close()
    other.close()
    assert office.show()["title"].startswith("Theirs")
