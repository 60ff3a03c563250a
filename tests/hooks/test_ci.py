from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from pubguard import clock
from tests.guard.conftest import Office
from tests.hooks.conftest import CONTENT, OUTPUT, RELEASE, ROOT, Serve, armed, environment
from tests.servers.contract import POINT, TOKEN

CI = ROOT / "hooks" / "ci"
SLOT, LONDON = "2026-11-26T09:30:00Z", "2026-11-26T09:30"
SLOT_TIME = clock.parse(SLOT).timestamp()
KINDS = ["github-actions.yml", "gitlab-ci.yml"]


def _document(name: str) -> dict[Any, Any]:
    found = yaml.safe_load((CI / name).read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def _script(name: str) -> str:
    """What the deploying job's last step runs."""
    document = _document(name)
    if name.startswith("gitlab"):
        return "set -e\n" + "\n".join(document["deploy"]["script"])
    return "set -e\n" + document["jobs"]["deploy"]["steps"][-1]["run"]


class Runner:
    """A checkout with both hooks in it, and a runner that a test sets the clock of."""

    def __init__(self, folder: Path, preload: Path) -> None:
        self.folder, self.preload = folder / "checkout", preload
        self.shift = folder / "shift"
        (self.folder / ".pubguard").mkdir(parents=True)
        for name in ("ci", "shell"):
            (self.folder / ".pubguard" / name).symlink_to(ROOT / "hooks" / name)
        (self.folder / "bulletin.html").write_bytes(CONTENT)
        self.more: dict[str, str] = {"PUBGUARD_URL": ""}

    def run(self, name: str, until: float, **more: str) -> subprocess.CompletedProcess[str]:
        """The job, started so many seconds before the slot by a clock that goes on."""
        self.shift.write_text(f"+{SLOT_TIME - until - time.time():.6f}\n")
        deploy = "date +%s.%N >>deployed; env >>environment"
        inputs = {"RELEASE": RELEASE, "OUTPUT": OUTPUT, "FILE": "bulletin.html", "SLOT": SLOT}
        inputs |= {"DEPLOY": deploy, "DEPLOY_COMMAND": deploy, "PUBGUARD_ACTOR": "ci"}
        inputs |= {"RUNNER_TEMP": str(self.folder / "tmp"), "CI_PROJECT_DIR": str(self.folder)}
        inputs |= {"LD_PRELOAD": str(self.preload), "PUBGUARD_TEST_CLOCK": str(self.shift)}
        return subprocess.run(
            ["sh", "-c", _script(name)],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=environment(**{**inputs, **self.more, **more}),
        )

    @property
    def deployed(self) -> list[float]:
        """When the deploying command ran, by the runner's clock."""
        path = self.folder / "deployed"
        return [float(line) for line in path.read_text().split()] if path.exists() else []


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
    document = _document(name)
    job = document["deploy"] if name.startswith("gitlab") else document["jobs"]["deploy"]
    assert job["environment"] == "public"
    last = _script(name).strip().splitlines()[-1]
    assert last.startswith("sh .pubguard/ci/deploy-at-slot.sh ")
    assert "${{" not in _script(name)


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


@pytest.mark.parametrize("name", KINDS)
def test_over_http_the_token_does_not_reach_the_deploying_command(
    tmp_path: Path, serve: Serve, name: str
) -> None:
    """With a guard elsewhere, fresh permits are fetched, then it is asked."""
    guard = serve()
    runner = Runner(tmp_path, Path("/nowhere"))
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    more = {"PUBGUARD_URL": f"http://127.0.0.1:{guard.port}", "PUBGUARD_TOKEN": TOKEN}
    done = runner.run(name, 0, **more, PUBGUARD_POINT=POINT, LD_PRELOAD="", SLOT=now)
    assert done.returncode == 0, done.stderr
    assert len(guard.synced) == len(guard.asked) == 1
    assert TOKEN not in (runner.folder / "environment").read_text()


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
