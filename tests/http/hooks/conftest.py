"""A bulletin that is armed, the real service about it, and a publishing system's side."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from pubguard import clock
from tests.conftest import Show
from tests.guard.conftest import OTHER, Office, Result
from tests.hooks.conftest import DIGEST, OUTPUT, RELEASE, Site, tools
from tests.http.conftest import PUBGUARD, Service

SLOT, NEW_SLOT = "2026-11-26T09:30", "2026-11-27T09:30"
OPENING = "2026-11-26T09:20"
EARLY, LATE = "2026-11-26T09:29:59", "2026-11-26T09:30:02"
At = Callable[[str], None]
UNARMED = "wages-october-2026"
ADDRESS = "/releases/prices-october"
TABLE = """
[[release]]
id = "{id}"
title = "{id}"
state = "confirmed"
release_at = {slot}:00
[[release.output]]
id = "{output}"
url = "https://statistics.example{address}"
"""
PEOPLE = {
    "a.jones": "approver",
    "b.shah": "author",
    "c.lee": "lead-official",
    "cron": "publisher",
    "d.khan": "lead-official",
}


def announce(office: Office, release: str, address: str) -> None:
    """A calendar of its own for a release of the slot, with the page that it will be at."""
    file = office.folder.parent / f"{release}.toml"
    file.write_text(TABLE.format(id=release, slot=SLOT, output=OUTPUT, address=address))
    assert office.run("calendar", "import", str(file)).code == 0


def approve(office: Office, release: str, digest: str, *more: str) -> Result:
    """One person approves what another wrote, and types what is asked for."""
    line = ("--actor", "a.jones", "--author", "b.shah", "--digest", f"{OUTPUT}={digest}", *more)
    asked = office.check("approve", *line, release=release)
    assert asked.code == 3, asked.out
    assert office.answer(asked).code == 0
    return office.check("approve", *line, release=release)


def only_approved(office: Office) -> None:
    """The other release is approved at the slot, too late to be armed for it."""
    office.clock.set(SLOT)
    assert approve(office, UNARMED, OTHER).code == 0
    claim = ("--actor", "a.jones", "--author", "b.shah", "--digest", f"{OUTPUT}={OTHER}")
    assert office.run("record", "approved", UNARMED, *claim).code == 0


@pytest.fixture
def armed(ahead: Office, serve: Callable[..., Service]) -> Office:  # serve: the token is first
    """The bulletin is armed for its slot, another release of that slot is not."""
    people = (f'[people."{who}"]\nroles = ["{role}"]\n' for who, role in PEOPLE.items())
    config = ahead.folder / "pubguard.toml"
    config.write_text(config.read_text() + "".join(people))
    announce(ahead, RELEASE, ADDRESS)
    announce(ahead, UNARMED, "/releases/wages-october")
    ahead.clock.set("2026-11-25T09:00")
    assert approve(ahead, RELEASE, DIGEST, "--effective-at", SLOT).doc["armed"] is True
    return ahead


@pytest.fixture
def guard(armed: Office, serve: Callable[..., Service], show: Show) -> Service:
    """A service ten minutes before the slot."""
    return serve(**show(OPENING))


@pytest.fixture
def at(guard: Service, show: Show) -> At:
    """Sets the one clock of guard and site, and waits until the guard's Date header has it."""

    def set_to(text: str) -> None:
        show(text)
        wanted = format_datetime(clock.parse(text), usegmt=True)
        while guard.process.poll() is None and _date(guard) != wanted:
            pass

    return set_to


def _date(guard: Service) -> str:
    return guard.get("/healthz").headers["date"]


@pytest.fixture
def shell() -> list[str]:
    return ["sh"]


@pytest.fixture
def site(tmp_path: Path, guard: Service, shell: list[str], show: Show) -> Site:
    """A web root and the scripts in front of it, with the service's token and on its clock."""
    made = Site(tmp_path, shell)
    made.token.write_text(guard.token + "\n")
    made.environment |= {"PUBGUARD_POINT": "cms", "PUBGUARD_URL": guard.url}
    made.environment |= {"PUBGUARD_CONFIG": str(guard.office.folder), **show(OPENING)}
    (tmp_path / "bin" / "pubguard").symlink_to(PUBGUARD)
    return made


@pytest.fixture(params=["jq", "python3"])
def reader(request: pytest.FixtureRequest, site: Site) -> str:
    """The one program on the site that reads JSON."""
    folder = tools(site.folder / request.param, request.param)
    (folder / "pubguard").symlink_to(PUBGUARD)
    site.environment["PATH"] = str(folder)
    return request.param


def gone(guard: Service) -> None:
    """The guard's machine is off: there is no service and no workspace."""
    guard.stop()
    guard.office.folder.rename(_off(guard))


def back(guard: Service, site: Site, **shown: str) -> None:
    """It is on again, with that clock."""
    _off(guard).rename(guard.office.folder)
    guard.start(**shown)
    site.environment["PUBGUARD_URL"] = guard.url


def _off(guard: Service) -> Path:
    return guard.office.folder.with_name("off")


def sync(site: Site, code: int = 0, **more: str) -> str:
    """Fetch permits as the site's own timer does; what it says."""
    done = site.curl("sync", **more)
    assert done.returncode == code, done.stderr
    return done.stderr


def move(office: Office, at: str, to: str = NEW_SLOT) -> None:
    """Two people move the bulletin."""
    office.clock.set(at)
    why = ("--to", to, "--reason", "Late returns")
    moved = office.run("calendar", "move", RELEASE, "--actor", "c.lee", *why)
    assert moved.code == 0, moved.out
    agreed = office.run("calendar", "agree", RELEASE, "--actor", "d.khan")
    assert agreed.code == 0, agreed.out


def said(office: Office, kind: str = "outcome.recorded") -> list[dict[str, Any]]:
    """What the log holds of that kind about the bulletin."""
    ours = [event for event in office.events() if event.get("release") == RELEASE]
    return [event["data"] for event in ours if event["kind"] == kind]


def published(office: Office) -> list[str]:
    """When the bulletin went out by the log, to the second; nothing of it is a bypass."""
    found = [each for each in said(office) if each["outcome"] == "published"]
    assert not any(each.get("bypass") for each in found), found
    return [each["happened_at"][:19] for each in found]
