from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.guard.conftest import Office
from tests.hooks.cirunner import CI, KINDS, LONDON, SLOT, SLOT_TIME, Runner, document, script
from tests.hooks.conftest import armed


@pytest.fixture
def runner(tmp_path: Path, preload: Path) -> Runner:
    """A runner for one test."""
    return Runner(tmp_path, preload)


@pytest.fixture
def office(tmp_path: Path, runner: Runner) -> Office:
    """A workspace in which the bulletin is armed, and which the runner asks."""
    office = Office(tmp_path / "office")
    armed(office, LONDON)
    runner.more["PUBGUARD_CONFIG"] = str(office.folder)
    return office


@pytest.mark.parametrize("name", KINDS)
def test_the_template_is_what_it_says(name: str) -> None:
    """Valid YAML; one job deploys, in a protected environment, and the check is its last step."""
    whole = document(name)
    job = whole["deploy"] if name.startswith("gitlab") else whole["jobs"]["deploy"]
    assert job["environment"] == "public"
    last = script(name).strip().splitlines()[-1]
    assert last.startswith("sh .pubguard/ci/deploy-at-slot.sh ")
    assert "${{" not in script(name)


@pytest.mark.parametrize("name", KINDS)
def test_a_job_waits_for_the_slot_and_deploys_then(
    runner: Runner, office: Office, name: str
) -> None:
    """Started before the slot it waits, is allowed at the slot, and is never early."""
    done = runner.run(name, 3)
    assert done.returncode == 0, done.stderr
    (at,) = runner.deployed
    assert at >= SLOT_TIME
    assert "Waiting for the slot" in done.stderr


@pytest.mark.parametrize("name", KINDS)
def test_a_job_that_starts_far_too_early_ends(runner: Runner, office: Office, name: str) -> None:
    """It says how far away the slot is, and nothing is public."""
    done = runner.run(name, 3700)
    assert done.returncode == 7
    assert "s away, longer than this job may wait" in done.stderr
    assert runner.deployed == []


@pytest.mark.parametrize("name", KINDS)
def test_the_slot_in_the_job_opens_nothing(runner: Runner, office: Office, name: str) -> None:
    """A wrong slot only ends the wait; the guard knows the date."""
    done = runner.run(name, 300, SLOT="2026-11-25T09:30:00Z")
    assert done.returncode == 1, done.stderr
    assert "PG201" in done.stderr
    assert runner.deployed == []


@pytest.mark.parametrize("name", KINDS)
def test_a_re_run_of_a_green_job_asks_again(runner: Runner, office: Office, name: str) -> None:
    """What was changed since is not approved, whatever the job did before."""
    assert runner.run(name, 0).returncode == 0
    (runner.folder / "bulletin.html").write_bytes(b"Corrected.\n")
    done = runner.run(name, -30)
    assert done.returncode == 1, done.stderr
    assert "PG401" in done.stderr
    assert len(runner.deployed) == 1


@pytest.mark.parametrize(
    "call",
    [
        (),
        ("x", "y", "nowhere", SLOT, "--", "true"),
        ("x", "y", "README.md", "2026-11-26T09:30", "--", "true"),
        ("x", "y", "README.md", "26/11/2026", "--", "true"),
        ("x", "y", "README.md", SLOT, "true", "x"),
    ],
)
def test_a_call_that_cannot_be_meant_deploys_nothing(call: tuple[str, ...]) -> None:
    """Exit code 2, and what to write instead."""
    done = subprocess.run(
        ["sh", CI / "deploy-at-slot.sh", *call],
        cwd=CI,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=dict(os.environ),
    )
    assert done.returncode == 2
    assert done.stderr.startswith("pubguard: ")
