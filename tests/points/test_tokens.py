"""Tokens are shown once, kept as hashes, and end at once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from pubguard.errors import ConfigError
from pubguard.model import Action
from pubguard.testing import SettableClock, call, make_workspace


class Office:
    def __init__(self, folder) -> None:
        self.folder = folder / "office"
        self.clock = SettableClock("2026-11-20T10:00")
        make_workspace(self.folder, clock=self.clock).close()
        self.file = self.folder / "tokens.json"

    def run(self, *arguments: str, code: int = 0):
        done = call("token", *arguments, "--json", config=self.folder, clock=self.clock)
        assert done.code == code, done.out + done.err
        return done.document

    def workspace(self):
        from pubguard.build import Workspace

        return Workspace.open(self.folder / "pubguard.toml", self.clock)


@pytest.fixture
def office(tmp_path) -> Office:
    return Office(tmp_path)


def test_a_token_is_shown_once_and_kept_as_a_hash(office: Office) -> None:
    """Neither the file, nor the list, nor the log has its text; the log not even its hash."""
    made = office.run("add", "cms")
    assert set(made) == {"name", "token"}
    assert office.file.stat().st_mode & 0o777 == 0o600
    exported = call("log", "export", config=office.folder).out
    listed = json.dumps(office.run("list"))
    for text in (office.file.read_text(), exported, listed):
        assert made["token"] not in text
    (kept,) = json.loads(office.file.read_text())
    assert kept["hash"] not in exported + listed


def test_a_plain_token_has_all_actions_and_nothing_else(office: Office) -> None:
    """No reading, no asserting of roles; narrower ones and wider ones are made by name."""
    office.run("add", "cms")
    office.run("add", "runner", "--actions", "publish, withdraw", "--assert-roles", "--read")
    plain, narrow = office.run("list")
    assert (plain["assert_roles"], plain["read"]) == (False, False)
    assert plain["actions"] == [str(action) for action in Action]
    assert narrow["actions"] == ["publish", "withdraw"]
    assert (narrow["assert_roles"], narrow["read"]) == (True, True)


def test_only_the_right_text_finds_its_token(office: Office) -> None:
    """Another one, a piece of it, the hash itself and none at all find nothing."""
    text = office.run("add", "cms")["token"]
    workspace = office.workspace()
    kept = json.loads(office.file.read_text())[0]["hash"]
    assert workspace.tokens.find(text).name == "cms"
    for wrong in ("", text[:-1], text + "x", kept, text.upper(), "\ud800"):
        assert workspace.tokens.find(wrong) is None
    workspace.close()


def test_a_revoked_token_ends_at_once(office: Office) -> None:
    """Also for a process that knew it; the name may be given again, and the log has it all."""
    text = office.run("add", "cms")["token"]
    workspace = office.workspace()
    assert workspace.tokens.find(text)
    office.run("revoke", "cms")
    assert workspace.tokens.find(text) is None
    workspace.close()
    office.run("revoke", "cms", code=1)
    again = office.run("add", "cms")["token"]
    assert again != text
    kinds = [
        json.loads(line)["kind"]
        for line in call("log", "export", config=office.folder).out.splitlines()
    ]
    assert [kind for kind in kinds if kind.startswith("token")] == [
        "token.added",
        "token.revoked",
        "token.added",
    ]


REFUSED = {
    "a name that is taken": (("add", "cms"), 1),
    "no name": (("add", "a b"), 2),
    "an action that is none": (("add", "x", "--actions", "publish,delete"), 2),
    "revoking nobody": (("revoke", "x"), 1),
}


@pytest.mark.parametrize(("arguments", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_changes_nothing(office: Office, arguments, code) -> None:
    """With what to do instead."""
    office.run("add", "cms")
    before = office.file.read_bytes()
    assert office.run(*arguments, code=code)["error"]["remedy"]
    assert office.file.read_bytes() == before


def test_a_file_that_others_can_read_is_refused(office: Office) -> None:
    """Hashes are no secret to guess from, but whoever reads them could also be let write."""
    office.run("add", "cms")
    office.file.chmod(0o644)
    assert "chmod 600" in office.run("list", code=2)["error"]["remedy"]


def test_a_damaged_file_lets_nobody_in(office: Office) -> None:
    """It is named, and no token is taken for valid."""
    text = office.run("add", "cms")["token"]
    office.file.write_text('[{"name": "cms"}]')
    workspace = office.workspace()
    with pytest.raises(ConfigError, match="damaged"):
        workspace.tokens.find(text)
    workspace.close()


def test_two_who_add_at_once_both_stay(office: Office) -> None:
    """The file is replaced as a whole, one at a time."""
    workspace = office.workspace()
    now = office.clock.now()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: workspace.tokens.add(f"p{n}", now), range(24)))
    assert len(workspace.tokens.points()) == 24
    workspace.close()
