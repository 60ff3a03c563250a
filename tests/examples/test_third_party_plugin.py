"""The example plugin, built and installed as a third party's would be."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "third_party_plugin"
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the plugin's wheel was installed into."""
    folder = tmp_path_factory.mktemp("third_party")
    shutil.copytree(EXAMPLE, folder / "source", ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "-q",
            "--disable-pip-version-check",
            "install",
            "--no-build-isolation",
            "--no-deps",
            "--no-index",
            "--target",
            folder / "site",
            folder / "source",
        ],
        check=True,
        timeout=300,
    )
    return folder / "site"


class Office:
    """A workspace whose `pubguard` sees the installed plugin."""

    def __init__(self, folder: Path, site: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "PYTHONPATH": str(site)}
        self.run("init", str(folder), "--organisation", "Example", "--nation", "england")
        self.environment["PUBGUARD_CONFIG"] = str(folder / "pubguard.toml")

    def run(self, *arguments: str) -> tuple[int, Any]:
        done = subprocess.run(
            [BIN / "pubguard", *arguments, "--json"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=self.environment,
        )
        return done.returncode, json.loads(done.stdout)

    def enable(self) -> None:
        path = self.folder / "pubguard.toml"
        path.write_text(path.read_text().replace("\nplugins = [", '\nplugins = ["example", '))

    def plugin(self) -> dict[str, Any]:
        return {each["name"]: each for each in self.run("plugins")[1]}["example"]

    def refusals(self, release: str) -> dict[str, str]:
        _, decision = self.run(
            *("check", "approve", release, "--actor", "a.jones", "--role", "approver"),
            *("--author", "b.shah", "--effective-at", "2036-11-26T09:30"),
        )
        return {verdict["code"]: verdict["effect"] for verdict in decision["verdicts"]}


@pytest.fixture
def office(tmp_path: Path, site: Path) -> Office:
    return Office(tmp_path / "office", site)


@pytest.fixture
def lines(tmp_path: Path) -> str:
    """The example's releases, far enough ahead to be announced in any year."""
    text = (EXAMPLE / "releases.txt").read_text().replace("2026-", "2036-")
    (tmp_path / "releases.txt").write_text(text)
    return str(tmp_path / "releases.txt")


def test_it_is_listed_as_installed_and_not_enabled(office: Office) -> None:
    """After pip install the plugin is seen, and offers nothing yet."""
    found = office.plugin()
    assert (found["enabled"], found["offers"]) == (False, {})
    assert (found["distribution"], found["version"]) == ("pubguard-example", "1.0.0")


def test_installed_is_not_imported(office: Office, site: Path) -> None:
    """Until the configuration names it, not a line of it runs."""
    module = site / "pubguard_example" / "__init__.py"
    before = module.read_text()
    module.write_text("raise SystemExit('imported')")
    try:
        assert office.run("plugins")[0] == 0
        office.enable()
        code, document = office.run("plugins")
        assert code == 2
        assert "example" in document["error"]["message"]
    finally:
        module.write_text(before)


def test_enabled_it_offers_a_rule_and_a_calendar(office: Office) -> None:
    """The `plugins` command says what it brings."""
    office.enable()
    found = office.plugin()
    assert found["enabled"]
    assert found["offers"] == {"rules": ["named_contact"], "calendars": ["lines"]}


def test_its_calendar_imports_and_its_rule_blocks(office: Office, lines: str) -> None:
    """A release without a contact is blocked by EX101; one with a contact is not."""
    office.enable()
    code, document = office.run("calendar", "import", lines, "--format", "lines")
    assert (code, len(document["added"])) == (0, 2), document
    assert office.refusals("sunshine-october-2026")["EX101"] == "block"
    assert "EX101" not in office.refusals("rainfall-october-2026")


def test_without_it_the_format_is_unknown(office: Office, lines: str) -> None:
    """A format that no enabled plugin offers is a configuration error."""
    code, document = office.run("calendar", "import", lines, "--format", "lines")
    assert code == 2
    assert "lines" in document["error"]["message"]


def test_its_rule_is_explained_and_set_up(office: Office) -> None:
    """`rules EX101` explains it, and [rules.named_contact] reaches its fields."""
    office.enable()
    path = office.folder / "pubguard.toml"
    path.write_text(path.read_text() + '\n[rules.named_contact]\nexcept_series = ["weather"]\n')
    code, document = office.run("rules", "EX101")
    assert code == 0
    assert "No named contact" in json.dumps(document)
    path.write_text(path.read_text().replace("except_series", "except_serie"))
    code, document = office.run(
        *("check", "publish", "x", "--actor", "a.jones", "--effective-at", "2036-11-26T09:30")
    )
    assert code == 2
    assert "Did you mean rules.named_contact.except_series?" in document["error"]["message"]


def test_its_own_tests_pass(site: Path) -> None:
    """The contracts of pubguard.testing hold for the example, run as its author would."""
    done = subprocess.run(
        [
            BIN / "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "--rootdir",
            EXAMPLE,
            "--import-mode=importlib",
            EXAMPLE / "tests",
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": str(site)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed" in done.stdout
