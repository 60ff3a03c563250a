from __future__ import annotations

import os
from pathlib import Path

import pytest

from pubguard import plugins
from pubguard.testing import SettableClock, call

VARIABLE = "PUBGUARD_TEST_DATA"
SETTINGS = """
plugins = ["sqlite", "ons", "govuk", "ics", "csv", "toml"]
[organisation]
name = "Office for Example Statistics"
nation = "england"
[gate]
[store]
kind = "sqlite"
path = "pubguard.db"
[keys]
"""


class Office:
    """A workspace with calendars and a log, used through the command line."""

    def __init__(self, folder: Path, settings: str = "", now: str = "2026-11-20T10:00") -> None:
        self.folder = folder
        self.config = folder / "pubguard.toml"
        self.config.write_text(SETTINGS + settings)
        self.config.chmod(0o600)
        self.clock = SettableClock(now)
        own = {"path": "pubguard.db"}
        store = plugins.load(["sqlite"]).make("stores", "sqlite", {"folder": str(folder)}, own)
        store.create()
        store.close()

    def run(self, *arguments: str):
        return call(*arguments, config=self.config, clock=self.clock)

    def ask(self, *arguments: str, code: int = 0):
        """The JSON document of a command that must end with that exit code."""
        result = self.run(*arguments, "--json")
        assert result.code == code, (result.out, result.err)
        return result.document

    def take(self, *tables: str, name: str = "calendar.toml", code: int = 0):
        """Import a TOML calendar."""
        path = self.folder / name
        path.write_text("\n".join(tables))
        return self.ask("calendar", "import", str(path), code=code)

    def show(self, release: str = "prices"):
        return self.ask("calendar", "show", release)

    def workspace(self):
        from pubguard.build import Workspace

        return Workspace.open(self.config, self.clock)

    def events(self):
        """Kind and release of every event."""
        workspace = self.workspace()
        try:
            return [(entry.kind, entry.release) for entry in workspace.log.read()]
        finally:
            workspace.close()

    def record(self, release: str = "prices"):
        workspace = self.workspace()
        try:
            return workspace.calendars.shelf.record(release)
        finally:
            workspace.close()


@pytest.fixture
def make_office(tmp_path):
    def make(settings: str = "", now: str = "2026-11-20T10:00", name: str = "office") -> Office:
        folder = tmp_path / name
        folder.mkdir(mode=0o755)
        return Office(folder, settings, now)

    return make


@pytest.fixture
def office(make_office):
    return make_office()


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder with real calendars and GOV.UK documents."""
    folder = os.environ.get(VARIABLE)
    if not folder:
        pytest.skip(f"{VARIABLE} is not set: real calendars and GOV.UK documents are left out")
    return Path(folder)


def table(release: str = "prices", at: str | None = "2026-11-26T09:30:00", **fields: str) -> str:
    """One [[release]] as TOML; `fields` are text."""
    lines = ["[[release]]", f'id = "{release}"', f'title = "{fields.pop("title", "Prices")}"']
    lines += [f"release_at = {at}"] if at else []
    return "\n".join([*lines, *(f'{name} = "{text}"' for name, text in fields.items()), ""])


@pytest.fixture
def make_guard(make_office):
    """An office with the rules and the holidays too."""

    def make(
        settings: str = "",
        now: str = "2026-10-01T10:00",
        nation: str = "england",
        closed: str = "",
        name: str = "office",
    ) -> Office:
        office = make_office(settings, now, name)
        rules = '"calendar_rules", "time_rules", "people_rules", "content_rules", "sqlite"'
        text = office.config.read_text().replace('"sqlite"', rules, 1)
        text = text.replace('"england"', f'"{nation}"\nextra_closed_days = [{closed}]', 1)
        office.config.write_text(text)
        return office

    return make
