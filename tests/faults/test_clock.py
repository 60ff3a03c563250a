"""F8: whatever the wall clock does, nothing is early by it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pubguard import clock
from pubguard.build import Workspace
from pubguard.calendar.announcing import Announcement
from pubguard.model import Action, Actor, Attempt, Effect, Role
from pubguard.testing import Result, SettableClock, make_workspace

SLOTS = [
    pytest.param("2026-11-26T09:30", id="winter"),
    pytest.param("2027-06-24T09:30", id="summer"),
    pytest.param("2027-03-29T09:30", id="the morning after the clocks went forward"),
    pytest.param("2026-10-26T09:30", id="the morning after the clocks went back"),
    pytest.param("2028-02-29T09:30", id="29 February"),
]
Show = Callable[[str], dict[str, str]]


class Office:
    """The real command, each run in a process that sees the time it is shown."""

    def __init__(self, folder: Path, show: dict[str, str]) -> None:
        self.folder = folder
        self.show = show
        self.run("init", str(folder), "--organisation", "Example", "--nation", "england")

    def run(self, *arguments: str, **show: str) -> Result:
        where = [] if arguments[0] == "init" else ["--config", str(self.folder)]
        done = subprocess.run(
            [Path(sys.executable).parent / "pubguard", *arguments, *where, "--json"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={**os.environ, **(show or self.show)},
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def announce(self, slot: str) -> None:
        arguments = ("--title", "R", "--release-at", slot, "--actor", "c.lee")
        assert self.run("calendar", "announce", "r", *arguments).code == 0

    def arm(self, slot: str) -> None:
        approve = (
            *("check", "approve", "r", "--actor", "a.jones", "--role", "approver"),
            *("--author", "b.shah", "--effective-at", slot),
        )
        asked = self.run(*approve).document["challenge"]
        typed = ("--actor", "a.jones", "--typed", asked["type_this"])
        assert self.run("confirm", asked["id"], *typed).code == 0
        assert self.run(*approve).code == 0

    def publish(self, **show: str) -> Result:
        return self.run("check", "publish", "r", "--actor", "cron", **show)


@pytest.fixture
def office(tmp_path: Path, show: Show) -> Office:
    return Office(tmp_path / "office", show("2026-10-01T10:00"))


@pytest.mark.parametrize("slot", SLOTS)
def test_the_real_command_opens_at_the_microsecond(office: Office, show: Show, slot: str) -> None:
    """09:29:59.999999 is early and 09:30:00.000000 is not, by the process's own wall clock."""
    weeks_before = clock.london(clock.parse(slot) - timedelta(days=40)).isoformat()
    office.show = show(weeks_before)
    office.announce(slot)
    office.arm(slot)
    day = slot.partition("T")[0]
    early = office.publish(**show(f"{day}T09:29:59.999999"))
    assert (early.code, early.document["gap_us"]) == (1, -1)
    on_time = office.publish(**show(f"{day}T09:30:00.000000"))
    assert (on_time.code, on_time.document["gap_us"]) == (0, 0)


def test_a_clock_set_back_by_an_hour_shuts_the_gate_again(office: Office, show: Show) -> None:
    """What was allowed a moment ago is early again, and the log keeps its order."""
    office.show = show("2026-10-01T10:00")
    office.announce("2026-11-26T09:30")
    office.arm("2026-11-26T09:30")
    assert office.publish(**show("2026-11-26T09:30:01")).code == 0
    assert office.publish(**show("2026-11-26T08:30:01")).code == 1
    office.show = show("2026-11-26T08:30:02")
    assert office.run("log", "verify", "--replay").code == 0


@pytest.mark.parametrize("year", ["1902", "1969", "2038", "2100", "2200"])
def test_a_clock_in_another_century_opens_nothing_early(
    office: Office, show: Show, year: str
) -> None:
    """Before 1970 or after 2038 the answer is by that clock, the log takes it and verifies."""
    office.show = show("2026-10-01T10:00")
    office.announce("2026-11-26T09:30")
    office.arm("2026-11-26T09:30")
    result = office.publish(**show(f"{year}-11-26T09:29"))
    assert (result.code, result.document["decision"]) == (
        (1, "block") if year < "2026" else (3, "confirm")
    )
    office.show = show(f"{year}-11-26T09:30")
    assert office.run("check", "withdraw", "r", "--actor", "it.desk").code == 0
    assert office.run("log", "verify", "--replay").code == 0


@pytest.fixture(scope="module")
def armed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, SettableClock]:
    """A workspace in this process with one armed release."""
    now = SettableClock("2026-10-01T10:00")
    workspace = make_workspace(tmp_path_factory.mktemp("f8") / "office", clock=now)
    workspace.calendars.announcer.announce(
        Announcement(release="r", title="R", actor=Actor("c.lee"), release_at=SLOT)
    )
    approve = _attempt(now, Action.APPROVE, effective_at=SLOT, authors=("b.shah",))
    asked = workspace.guard.check(approve).challenge
    assert asked
    workspace.confirmer.answer(asked.id, approve.actor, asked.type_this)
    assert workspace.guard.check(approve).decision is Effect.ALLOW
    return workspace, now


SLOT = clock.parse("2026-11-26T09:30")


def _attempt(now: SettableClock, action: Action, **more: object) -> Attempt:
    actor = Actor("a.jones", frozenset({Role.APPROVER}), "asserted:test")
    return Attempt(action=action, release="r", actor=actor, at=now.now(), **more)


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(us=st.integers(-(10**13), 10**13) | st.integers(-5, 5) | st.integers(-(10**6), 10**6))
def test_nothing_is_early_however_the_clock_jumps(
    armed: tuple[Workspace, SettableClock], us: int
) -> None:
    """The armed release is allowed or asked about from the slot on, and never before it."""
    workspace, now = armed
    now.set((SLOT + timedelta(microseconds=us)).isoformat())
    decision = workspace.guard.check(_attempt(now, Action.PUBLISH))
    if us < 0:
        assert decision.decision is Effect.BLOCK
        assert decision.gap_us == us
    else:
        late = us > 2 * 3600 * 10**6
        assert decision.decision is (Effect.CONFIRM if late else Effect.ALLOW)
