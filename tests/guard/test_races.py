"""Law 13: decide and record are one step, however many decide at once."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from pubguard.build import Workspace
from pubguard.clock import parse
from pubguard.decision import Decision
from pubguard.model import Action, Actor, Attempt, Effect, Role
from tests.guard.conftest import PAGE, RELEASE, SLOT, Office

THREADS = 200


def _attempt(office: Office, action: Action = Action.APPROVE) -> Attempt:
    return Attempt(
        action=action,
        release=RELEASE,
        actor=Actor("a.jones", frozenset({Role.APPROVER}), "asserted:root"),
        at=office.clock.now(),
        effective_at=parse(SLOT) if action is Action.APPROVE else None,
        digests={"": PAGE},
        authors=("b.shah",),
    )


def _all_at_once(office: Office, attempt: Attempt) -> list[Decision]:
    workspace = Workspace.open(office.folder, office.clock)
    barrier = Barrier(THREADS)

    def one(_: int) -> Decision:
        barrier.wait()
        return workspace.guard.check(attempt)

    with ThreadPoolExecutor(THREADS) as pool:
        decisions = list(pool.map(one, range(THREADS)))
    workspace.close()
    return decisions


def test_two_hundred_threads_use_one_confirmation_once(office: Office) -> None:
    """One is allowed; all the others are asked again, each with an entry of its own."""
    asked = office.approve()
    office.answer(asked)
    before = len(office.events())
    decisions = _all_at_once(office, _attempt(office))
    effects = [d.decision for d in decisions]
    assert effects.count(Effect.ALLOW) == 1
    assert effects.count(Effect.CONFIRM) == THREADS - 1
    indexes = {d.event.index for d in decisions if d.event}
    assert len(indexes) == THREADS
    assert len(office.events()) >= before + THREADS
    assert office.run("log", "verify", "--replay").code == 0


def test_an_armed_release_goes_out_for_all_who_ask_at_the_slot(office: Office) -> None:
    """Two hundred publishes at the same second are all allowed: none fails for the others."""
    office.arm()
    office.clock.set(SLOT)
    decisions = _all_at_once(office, _attempt(office, Action.PUBLISH))
    assert {d.decision for d in decisions} == {Effect.ALLOW}


PROGRAM = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from pubguard.build import Workspace
from pubguard.clock import parse
from pubguard.model import Action, Actor, Attempt, Role
workspace = Workspace.open(Path(sys.argv[1]))
attempt = Attempt(
    action=Action.APPROVE, release="far-ahead", at=workspace.clock.now(),
    actor=Actor("a.jones", frozenset({Role.APPROVER}), "asserted:root"),
    effective_at=parse("2037-12-15T09:30"), authors=("b.shah",),
)
print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor(100) as pool:
    decisions = list(pool.map(lambda _: workspace.guard.check(attempt), range(200)))
workspace.close()
print(sum(d.decision == "allow" for d in decisions), sum(d.decision == "error" for d in decisions))
"""


@pytest.fixture
def confirmed(office: Office) -> Office:
    """A release far ahead of the machine's clock, with one answered challenge."""
    office.command(
        *("calendar", "announce", "far-ahead", "--title", "Far ahead"),
        *("--release-at", "2037-12-15T09:30", "--actor", "c.lee"),
    )
    asked = office.command(
        *("check", "approve", "far-ahead", "--actor", "a.jones", "--role", "approver"),
        *("--author", "b.shah", "--effective-at", "2037-12-15T09:30"),
    )
    challenge = asked.doc["challenge"]
    typed = ("--actor", "a.jones", "--typed", challenge["type_this"])
    assert office.command("confirm", challenge["id"], *typed).code == 0
    return office


def test_two_processes_use_one_confirmation_once(confirmed: Office) -> None:
    """Four hundred checks from two processes: one allow, no decision lost, the log whole."""
    before = len(confirmed.events())
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(Path(confirmed.folder))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for run in runs:
        assert run.stdout
        assert run.stdout.readline() == "ready\n"
    for run in runs:
        assert run.stdin
        run.stdin.write("\n")
        run.stdin.flush()
    counts = [run.communicate(timeout=120)[0].split() for run in runs]
    assert [run.returncode for run in runs] == [0, 0]
    assert sum(int(allowed) for allowed, _ in counts) == 1
    assert sum(int(errors) for _, errors in counts) == 0
    assert len(confirmed.events()) >= before + 400
    assert confirmed.run("log", "verify").code == 0
