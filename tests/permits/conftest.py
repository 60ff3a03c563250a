from __future__ import annotations

import json

import pytest

from pubguard.build import Workspace
from tests.guard.conftest import PAGE, Office

SLOT = 1795685400
"""26 November 2026, 09:30 in London, in seconds since 1970."""


class Armed(Office):
    """An office whose release can be armed, with its permits."""

    def token(self, name: str, *more: str) -> str:
        made = self.run("token", "add", name, *more)
        assert made.code == 0, made.out
        return made.doc["token"]

    def issue(self, code: int = 0):
        done = self.run("permit", "issue", "prices-october-2026", "--actor", "a.jones")
        assert done.code == code, done.out
        return done.doc

    def permits(self) -> dict[str, dict]:
        return {each["audience"]: each for each in self.issue()["permits"]}

    def verify(self, token: str, *more: str):
        return self.run("permit", "verify", token, *more)

    def workspace(self) -> Workspace:
        return Workspace.open(self.folder / "pubguard.toml", self.clock)

    def jwks(self) -> str:
        workspace = self.workspace()
        try:
            return json.dumps(workspace.permits.jwks())
        finally:
            workspace.close()


@pytest.fixture
def office(tmp_path) -> Armed:
    office = Armed(tmp_path / "office")
    office.announce()
    return office


@pytest.fixture
def armed(office: Armed) -> Armed:
    office.token("cms")
    assert office.arm(PAGE).code == 0
    return office
