"""The real guard of a site: its workspace, its releases and `pubguard serve` on a shifted clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.guard.conftest import Office
from tests.http.conftest import Service, add_token
from tests.servers.clock import ShiftedClock

SLOT = "2026-11-26T09:30"
SAID = "26 November 2026"
"""What the guard's own words have of the slot."""
POINT = "wordpress"
PEOPLE = {
    "wordpress": ["publisher"],
    "admin": ["publisher", "approver"],
    "editor": ["publisher", "approver"],
    "author": ["publisher", "author"],
    "contributor": ["author"],
    "lead": ["lead-official"],
}
RELEASE = """
[[release]]
id = "{id}"
title = "{title}"
release_at = "{slot}"
state = "confirmed"
"""


def _people() -> str:
    return "".join(f'[people."{name}"]\nroles = {roles}\n' for name, roles in PEOPLE.items())


class Guard:
    """`pubguard serve` for one site; `next()` is a release that nobody has used yet."""

    def __init__(self, folder: Path, clock: ShiftedClock) -> None:
        self.office = Office(folder / "office")
        self.clock = clock
        self.folder = folder
        self._ids = self._numbered()
        token = add_token(self.office, POINT, "--assert-roles", "--read")
        self.token_file = folder / "token"
        self.token_file.touch(mode=0o600)
        self.token_file.write_text(token)
        self.service = Service(self.office, token, "guard")

    def announce(self, slot: str, count: int, name: str, title: str = "Prices of October") -> None:
        """Put that many releases on the calendar."""
        ids = [f"{name}-{number}" for number in range(count)]
        calendar = self.folder / f"{name}.toml"
        calendar.write_text(
            "".join(RELEASE.format(id=each, title=title, slot=slot) for each in ids)
        )
        done = self.office.run("calendar", "import", str(calendar))
        assert done.code == 0, done.out + done.err

    def _numbered(self) -> Iterator[str]:
        number = 0
        while True:
            self.announce(SLOT, 50, f"prices-{number}")
            yield from (f"prices-{number}-{each}" for each in range(50))
            number += 1

    def next(self) -> str:
        """A confirmed release of SLOT."""
        return next(self._ids)

    def simple(self) -> None:
        """The date alone decides: nobody has to approve or confirm."""
        self.office.set('confirm = ["approve", "schedule", "publish"]', "confirm = []")
        self.office.set("two_person = true", "two_person = false")
        self.office.set("require_approval = true", "require_approval = false")
        self.people()

    def people(self) -> None:
        """The site's users and their roles are known to the guard."""
        path = self.office.folder / "pubguard.toml"
        path.write_text(path.read_text() + _people())

    def start(self) -> Guard:
        self.service.start(**self.clock.environment)
        return self

    def stop(self) -> None:
        self.service.stop()

    @property
    def constants(self) -> dict[str, str]:
        """What wp-config says of it."""
        return {
            "PUBGUARD_URL": self.service.url,
            "PUBGUARD_TOKEN_FILE": str(self.token_file),
            "PUBGUARD_POINT": POINT,
        }
