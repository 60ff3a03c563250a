"""`rules`: every code explained."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CODES = [
    "PG001",
    *("PG101", "PG102", "PG103", "PG104", "PG105", "PG106"),
    *("PG201", "PG202", "PG203", "PG204", "PG205", "PG206", "PG207"),
    *("PG301", "PG302", "PG303", "PG304", "PG305"),
    *("PG401", "PG402", "PG403", "PG404"),
]


@pytest.fixture
def run(tmp_path):
    """The real command, outside any workspace."""

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if k != "PUBGUARD_CONFIG"}
        return subprocess.run(
            [Path(sys.executable).parent / "pubguard", "rules", *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=tmp_path,
            env=environment,
        )

    return call


def test_all_codes_are_listed(run):
    """In order, with their titles in one column."""
    lines = run().stdout.splitlines()
    assert [line.split()[0] for line in lines] == CODES
    assert len({line.rindex("  ") for line in lines[1:]}) == 1


def test_the_list_as_json(run):
    """One document: an array of code, title, rule and plugin."""
    listed = json.loads(run("--json").stdout)
    assert [each["code"] for each in listed] == CODES
    assert {"code": "PG201", "title": "Early", "rule": "early", "plugin": "time_rules"} in listed


@pytest.mark.parametrize("code", ["PG201", "pg201", " PG201 "])
def test_a_code_is_explained(run, code):
    """What, why, how to put it right, the effects, and the practice per edition."""
    done = run(code)
    assert done.returncode == 0
    for part in ("Early", "Why", "Do", "Before", "From", "Protocol 2, Practice 4", "T3.6"):
        assert part in done.stdout
    assert "Standard 3 " in done.stdout
    assert "3.6" not in done.stdout.split("Standard 3", 1)[1]
    assert "the number is not certain" in done.stdout


@pytest.mark.parametrize("code", CODES)
def test_every_code_says_everything(run, code):
    """The document has words in all its parts."""
    found = json.loads(run(code, "--json").stdout)
    assert found["code"] == code
    assert all(found[part] for part in ("title", "why", "fix", "before", "from", "actions"))


def test_an_unknown_code_is_answered_with_the_nearest(run):
    """Exit code 2, and a guess at what was meant."""
    done = run("PG210")
    assert done.returncode == 2
    assert "PG201" in done.stderr
    assert json.loads(run("PG210", "--json").stdout)["error"]["code"] == "usage"


def test_help_has_an_example(run):
    """It can be copied."""
    assert "pubguard rules PG201" in run("--help").stdout
