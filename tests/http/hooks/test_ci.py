"""A deploying job that waits for the slot, and the real service that it asks over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import Popen

import pytest

from tests.conftest import Show
from tests.hooks.cirunner import KINDS, Runner, ended
from tests.http.conftest import Service
from tests.http.hooks.conftest import LATE, SLOT, At, gone, move, published

NEAR = "2026-11-26T09:29:45"
Start = Callable[..., Popen[str]]


@pytest.fixture
def runner(tmp_path: Path, preload: Path, guard: Service, at: At) -> Runner:
    """A runner with the service's address and token, a quarter of a minute before the slot."""
    made = Runner(tmp_path, preload)
    made.more = {"PUBGUARD_URL": guard.url, "PUBGUARD_TOKEN": guard.token, "PUBGUARD_POINT": "cms"}
    at(NEAR)
    return made


@pytest.fixture
def waiting(runner: Runner, show: Show) -> Callable[[str], Popen[str]]:
    """Starts a job on the guard's clock, and returns when it waits for the slot."""

    def start(name: str) -> Popen[str]:
        job = runner.start(name, **show(NEAR))
        assert job.stderr
        said = ""
        while "Waiting for the slot" not in said:
            line = job.stderr.readline()
            assert line, said
            said += line
        assert "1 permits are held here" in said
        return job

    return start


@pytest.mark.parametrize("name", KINDS)
def test_a_job_waits_asks_at_the_slot_and_deploys(
    runner: Runner, guard: Service, waiting: Start, show: Show, name: str
) -> None:
    """Nothing before; it is recorded; the deploying command never sees the token."""
    job = waiting(name)
    assert runner.deployed == []
    show(SLOT)
    done = ended(job)
    assert done.returncode == 0, done.stderr
    assert len(runner.deployed) == 1
    assert published(guard.office) == [f"{SLOT}:00"]
    assert guard.token not in (runner.folder / "environment").read_text()


def test_the_guard_is_asked_after_the_wait(
    runner: Runner, guard: Service, waiting: Start, show: Show
) -> None:
    """Moved later while the job waited: it is not deployed at the old slot."""
    job = waiting(KINDS[0])
    move(guard.office, NEAR)
    show(SLOT)
    done = ended(job)
    assert done.returncode == 1, done.stderr
    assert "PG201" in done.stderr
    assert runner.deployed == []


def test_what_is_deployed_is_what_lies_there_after_the_wait(
    runner: Runner, waiting: Start, show: Show
) -> None:
    """Changed while the job waited, it is not what was approved."""
    job = waiting(KINDS[0])
    (runner.folder / "bulletin.html").write_bytes(b"Corrected.\n")
    show(SLOT)
    done = ended(job)
    assert done.returncode == 1, done.stderr
    assert "PG401" in done.stderr
    assert runner.deployed == []


def test_a_guard_that_goes_while_the_job_waits_is_not_the_breach(
    runner: Runner, guard: Service, waiting: Start, show: Show
) -> None:
    """The permit that the job fetched at its start stands in; the record waits."""
    job = waiting(KINDS[0])
    gone(guard)
    show(LATE)
    done = ended(job)
    assert done.returncode == 0, done.stderr
    assert "goes out on permit" in done.stderr
    assert len(runner.deployed) == 1
    assert "The record waits" in done.stderr


@pytest.mark.parametrize("name", KINDS)
def test_a_slot_in_the_job_that_is_wrong_opens_nothing(
    runner: Runner, guard: Service, show: Show, name: str
) -> None:
    """It only ends the wait: the service knows the date."""
    done = ended(runner.start(name, SLOT="2026-11-25T09:30:00Z", **show(NEAR)))
    assert done.returncode == 1, done.stderr
    assert "PG201" in done.stderr
    assert runner.deployed == []
