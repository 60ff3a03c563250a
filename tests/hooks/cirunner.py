"""A deploying job as its template has it, on a runner whose clock a test sets."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from pubguard import clock
from tests.hooks.conftest import CONTENT, OUTPUT, RELEASE, ROOT, environment

CI = ROOT / "hooks" / "ci"
SLOT, LONDON = "2026-11-26T09:30:00Z", "2026-11-26T09:30"
SLOT_TIME = clock.parse(SLOT).timestamp()
KINDS = ["github-actions.yml", "gitlab-ci.yml"]


def document(name: str) -> dict[Any, Any]:
    found = yaml.safe_load((CI / name).read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def script(name: str) -> str:
    """What the deploying job's last step runs."""
    job = document(name)
    if name.startswith("gitlab"):
        return "set -e\n" + "\n".join(job["deploy"]["script"])
    return "set -e\n" + job["jobs"]["deploy"]["steps"][-1]["run"]


class Done(NamedTuple):
    """How a job ended."""

    returncode: int
    stderr: str


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

    def start(self, name: str, **more: str) -> subprocess.Popen[str]:
        """The job, which goes on by itself."""
        deploy = "date +%s.%N >>deployed; env >>environment"
        inputs = {"RELEASE": RELEASE, "OUTPUT": OUTPUT, "FILE": "bulletin.html", "SLOT": SLOT}
        inputs |= {"DEPLOY": deploy, "DEPLOY_COMMAND": deploy, "PUBGUARD_ACTOR": "ci"}
        inputs |= {"RUNNER_TEMP": str(self.folder / "tmp"), "CI_PROJECT_DIR": str(self.folder)}
        inputs |= {"LD_PRELOAD": str(self.preload), "PUBGUARD_TEST_CLOCK": str(self.shift)}
        return subprocess.Popen(
            ["sh", "-c", script(name)],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(**{**inputs, **self.more, **more}),
        )

    def run(self, name: str, until: float, **more: str) -> Done:
        """The job, started so many seconds before the slot by a clock that goes on."""
        self.shift.write_text(f"+{SLOT_TIME - until - time.time():.6f}\n")
        return ended(self.start(name, **more))

    @property
    def deployed(self) -> list[float]:
        """When the deploying command ran, by the runner's clock."""
        path = self.folder / "deployed"
        return [float(line) for line in path.read_text().split()] if path.exists() else []


def ended(job: subprocess.Popen[str]) -> Done:
    """How it ended, and what it said since somebody last listened."""
    with job:
        _, said = job.communicate(timeout=60)
    return Done(job.returncode, said)
