"""`pubguard doctor`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pubguard import config
from pubguard.testing import call, make_workspace


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_workspace(tmp_path / "guard").close()
    return tmp_path / "guard"


def findings(folder: Path) -> dict[str, list[dict[str, Any]]]:
    done = call("doctor", "--json", config=folder)
    found = done.document["findings"]
    wrong = any(each["state"] == "wrong" for each in found)
    assert (done.code, done.document["ok"]) == (1, False) if wrong else (0, True)
    by_code: dict[str, list[dict[str, Any]]] = {}
    for each in found:
        assert set(each) == {"code", "state", "what", "why", "fix"}
        assert each["what"]
        assert each["state"] == "ok" or (each["why"] and each["fix"])
        by_code.setdefault(each["code"], []).append(each)
    return by_code


def states(folder: Path, code: str) -> set[str]:
    return {each["state"] for each in findings(folder)[code]}


def test_a_new_workspace_is_in_order(folder: Path) -> None:
    """Everything that init makes is found well; identity and people are advice."""
    found = {code: {each["state"] for each in many} for code, many in findings(folder).items()}
    for code in (
        "config",
        "ownership",
        "plugins",
        "settings",
        "log-key",
        "permit-key",
        "store",
        "zone",
        "holidays",
    ):
        assert found[code] == {"ok"}, code
    assert found["identity"] == found["people"] == {"advice"}
    assert found["clocks"] <= {"ok", "wrong"}


def test_what_is_wrong_is_told_with_what_to_do(folder: Path) -> None:
    """In text each finding has its code, reason and remedy, and data stays on its line."""
    (folder / "keys" / "log.pem").chmod(0o644)
    done = call("doctor", config=folder)
    assert done.code == 1
    assert "wrong   log-key" in done.out
    assert f"-> Take that right away: chmod 600 {folder}/keys/log.pem" in done.out


@pytest.mark.parametrize("name", ["log", "permit"])
def test_a_missing_key_is_found(folder: Path, name: str) -> None:
    """A key that is not there is named, and the other looks are still taken."""
    (folder / "keys" / f"{name}.pem").unlink()
    assert states(folder, f"{name}-key") == {"wrong"}
    assert states(folder, "store") == {"ok"}


@pytest.mark.parametrize("name", ["log", "permit"])
def test_halves_of_two_pairs_are_found(folder: Path, tmp_path: Path, name: str) -> None:
    """A public key that does not belong to the private one is worse than none."""
    make_workspace(tmp_path / "other").close()
    (tmp_path / "other" / "keys" / f"{name}.pub").rename(folder / "keys" / f"{name}.pub")
    (found,) = findings(folder)[f"{name}-key"]
    assert found["state"] == "wrong"
    assert "not a pair" in found["what"]


def test_a_log_that_others_can_write_is_found(folder: Path) -> None:
    """The log's file is looked at like the configuration."""
    (folder / "pubguard.db").chmod(0o666)
    assert states(folder, "ownership") == {"wrong"}


@pytest.mark.parametrize("body", [b"", b"not a database" * 1000])
def test_a_log_that_is_none_is_found(folder: Path, body: bytes) -> None:
    """An emptied or overwritten log is named; the rest is still looked at."""
    (folder / "pubguard.db").write_bytes(body)
    assert states(folder, "store") == {"wrong"}
    assert states(folder, "zone") == {"ok"}


def test_a_missing_log_is_found(folder: Path) -> None:
    """A log that was removed is not silently made anew."""
    for path in folder.glob("pubguard.db*"):
        path.unlink()
    assert states(folder, "store") == {"wrong"}
    assert not (folder / "pubguard.db").exists()


def test_a_broken_configuration_is_a_finding(folder: Path) -> None:
    """Without a configuration the doctor still looks at what it can."""
    (folder / config.NAME).write_text("plugins = [")
    found = findings(folder)
    assert found["config"][0]["state"] == "wrong"
    assert found["zone"][0]["state"] == "ok"


def test_settings_that_fit_nothing_are_found(folder: Path) -> None:
    """A table for a rule that nobody offers has no effect, and that is told."""
    path = folder / config.NAME
    path.write_text(path.read_text() + "\n[rules.no_such_rule]\nx = 1\n")
    assert "wrong" in states(folder, "settings")


def test_a_guard_without_rules_is_found(folder: Path) -> None:
    """Leaving the rules out opens nothing, and the doctor says what is the matter."""
    path = folder / config.NAME
    text = path.read_text()
    start, end = text.index("plugins = ["), text.index("]", text.index("plugins = ["))
    path.write_text(f'{text[:start]}plugins = ["sqlite"{text[end:]}')
    assert "wrong" in states(folder, "plugins")


def test_people_without_a_lead_official_are_advised(folder: Path) -> None:
    """A role that nobody has is a duty that nobody can do."""
    path = folder / config.NAME
    path.write_text(path.read_text() + '\n[people."a.jones"]\nroles = ["approver"]\n')
    told = [each["what"] for each in findings(folder)["people"]]
    assert any("lead-official" in what for what in told)


def test_authenticated_ids_need_no_advice(folder: Path) -> None:
    """With require_authenticated the honour system is over."""
    path = folder / config.NAME
    old = "require_authenticated = false"
    path.write_text(path.read_text().replace(old, "require_authenticated = true"))
    assert states(folder, "identity") == {"ok"}


def test_withdrawals_that_wait_or_cannot_be_read_are_found(folder: Path) -> None:
    """What was allowed without being recorded is not forgotten."""
    assert states(folder, "spool") == {"ok"}
    (folder / "withdrawals.spool").write_text("{}\n")
    (folder / "withdrawals.spool").chmod(0o600)
    assert states(folder, "spool") == {"advice"}
    (folder / "withdrawals.spool.unreadable").write_text("?")
    (folder / "withdrawals.spool.unreadable").chmod(0o600)
    assert states(folder, "spool") == {"advice", "wrong"}
