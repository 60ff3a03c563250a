"""The README's commands and the quick start do what they say."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.examples import pages
from tests.examples.pages import BIN, ROOT

EXITS = [0, 0, 0, 1, 3, 0, 0, 5, 0, 0]
CALENDAR_EXITS = [0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0]
WRITTEN = "2026-11-20T12:00"
"""The time the commands are run at, so that their dates never pass."""
Show = Callable[[str], dict[str, str]]


def test_the_quick_start_script_runs(show: Show) -> None:
    """Every exit code in the script is as the script says."""
    done = subprocess.run(
        [ROOT / "examples/quickstart/run.sh"],
        capture_output=True,
        text=True,
        env=pages.environment(**show(WRITTEN)),
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_readme_s_own_commands_run_in_order(show: Show, tmp_path: Path) -> None:
    """Line by line in one folder, each with the exit code that the text around it gives."""
    section = (ROOT / "README.md").read_text().split("## Quick start")[1].split("\n## ")[0]
    assert list(pages.run(pages.commands(section), tmp_path, show(WRITTEN))) == EXITS


def test_the_calendar_page_s_commands_run_in_order(show: Show, tmp_path: Path) -> None:
    """Each with the exit code that the page gives; its settings are put in where they stand."""
    page = (ROOT / "pubguard/calendar/README.md").read_text()
    settings = page.split("```toml\n")[1].split("```")[0]
    before = {"pubguard calendar import office": settings}
    found = list(pages.run(pages.commands(page), tmp_path, show(WRITTEN), before))
    assert found == CALENDAR_EXITS


def test_the_demonstration_runs_to_its_end() -> None:
    """`pubguard demo` blocks the early ones, lets the armed ones go, and verifies the log."""
    done = subprocess.run(
        [BIN / "pubguard", "demo"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for words in ("1 day 19 h 25 min early", "1 s early", "ALLOWED", "T3.6"):
        assert words in done.stdout


def test_the_demonstration_is_one_document_for_programs() -> None:
    """With --json every step stands in it, with its exit code and what it answered."""
    done = subprocess.run(
        [BIN / "pubguard", "demo", "--json"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    (line,) = done.stdout.splitlines()
    steps = json.loads(line)["steps"]
    checks = [step for step in steps if step["command"][0] == "check"]
    assert [step["exit_code"] for step in checks] == [1, 1, 3, 0, 3, 0, 1, 0, 1, 0]
    assert checks[0]["documents"][0]["gap"] == "1 day 19 h 25 min early"
    assert steps[-1]["documents"][0]["ok"]


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "pubguard/calendar/README.md"]
)
def test_links_between_pages_lead_somewhere(page: str) -> None:
    """Every relative link in a page at the top is a file of the project."""
    text = (ROOT / page).read_text()
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    assert not [link for link in links if not (ROOT / link.split("#")[0]).exists()]


def _blocked(text: str) -> list[str]:
    """The first refusal in the text, without what it says of this machine's own clock."""
    refusal = text[text.index("BLOCKED") :].split("\nRecorded as entry")[0]
    kept, ours = [], True
    for line in refusal.splitlines():
        if re.match(r"  (block|confirm|warn) +PG", line):
            ours = "PG207" not in line
        if ours or not line.startswith("  "):
            kept.append(line.rstrip())
    return [line for line in kept if line]


def test_the_readme_shows_what_a_publisher_really_sees() -> None:
    """The blocked approval in the README is the demonstration's, word for word, 80 columns wide."""
    done = subprocess.run(
        [BIN / "pubguard", "demo"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env=pages.environment(COLUMNS="80"),
    )
    assert _blocked((ROOT / "README.md").read_text()) == _blocked(done.stdout)
