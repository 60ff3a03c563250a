"""What one `check` costs: cold from the shell, and in process as the log grows.

Every figure is a ratio to a control measured in the same run, medians of
interleaved runs. Needs a real install with its .pyc files.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

from pubguard.build import Workspace
from pubguard.clock import parse
from pubguard.events import CheckDecided, Event, ReleaseAnnounced
from pubguard.ledger import release_stream
from pubguard.model import Action, Actor, Attempt, Effect, Release, Role, State

RUNS = 21
CONTROL = """
import click, pluggy, msgspec, sqlite3, tomllib, zoneinfo, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("pragma journal_mode=wal")
db.execute("pragma synchronous=full")
db.execute("create table if not exists t(a integer primary key, b blob)")
db.execute("begin immediate")
db.execute("insert into t(b) values(?)", (b"x" * 700,))
db.execute("commit")
"""
SLOT = "2037-12-15T09:30"


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as folder:
        cold(Path(folder))
        slope(Path(folder))


def cold(folder: Path) -> None:
    """A whole `pubguard check` with its durable entry, beside the control."""
    office = _office(folder / "cold")
    command = [str(Path(sys.executable).parent / "pubguard"), "check", "approve", "r-0"]
    command += ["--actor", "a.jones", "--role", "approver", "--config", str(office), "--json"]
    control = [sys.executable, "-c", CONTROL, str(folder / "control.db")]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

    def run(arguments: list[str], codes: tuple[int, ...]) -> float:
        start = perf_counter()
        done = subprocess.run(arguments, capture_output=True, env=environment, check=False)
        assert done.returncode in codes, done.stderr
        return perf_counter() - start

    pairs = [(run(command, (1,)), run(control, (0,))) for _ in range(RUNS + 2)][2:]
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"cold check          {ours * 1e3:8.1f} ms")
    print(f"cold control        {theirs * 1e3:8.1f} ms")
    print(f"cold check/control  {ratio:8.2f}      (at most 1.6, aim 1.25)")


def slope(folder: Path) -> None:
    """One check in process, at growing numbers of events and of releases."""
    for name, releases, sizes in (
        ("events", 100, (1_000, 100_000, 1_000_000)),
        ("releases", 0, (100, 10_000, 100_000)),
    ):
        costs = []
        for size in sizes:
            made = folder / f"{name}-{size}"
            workspace = Workspace.open(_office(made) / "pubguard.toml")
            _fill(workspace, releases or size, 0 if not releases else size)
            costs.append(_cost(workspace))
            print(f"check at {size:>9,} {name:<9}{costs[-1] * 1e6:9.0f} us")
            workspace.close()
        print(f"largest/smallest    {costs[-1] / costs[0]:8.2f}      (flat is 1)")


def _cost(workspace: Workspace) -> float:
    attempts = _attempts(workspace)
    for _ in range(50):
        workspace.guard.check(next(attempts))
    costs = []
    for _ in range(400):
        attempt = next(attempts)
        start = perf_counter()
        workspace.guard.check(attempt)
        costs.append(perf_counter() - start)
    return statistics.median(costs)


def _attempts(workspace: Workspace) -> Iterator[Attempt]:
    actor = Actor("a.jones", frozenset({Role.APPROVER}), "asserted:bench")
    number = 0
    while True:
        number = (number + 37) % 100
        yield Attempt(
            action=Action.APPROVE,
            release=f"r-{number}",
            actor=actor,
            at=workspace.clock.now(),
        )


def _fill(workspace: Workspace, releases: int, events: int) -> None:
    now = workspace.clock.now()

    def announced(number: int) -> Event:
        release = Release(f"r-{number}", f"Release {number}", State.CONFIRMED, parse(SLOT))
        return Event(
            at=now, data=ReleaseAnnounced(release=release, source="bench"), release=release.id
        )

    def decided(number: int) -> Event:
        data = CheckDecided(action=Action.PUBLISH, decision=Effect.BLOCK, position=number)
        return Event(at=now, data=data, release=f"r-{number % 100}", actor="cron")

    _in_batches(workspace, releases, announced, release_stream)
    _in_batches(workspace, max(events - releases, 0), decided, None)


def _in_batches(
    workspace: Workspace,
    count: int,
    event: Callable[[int], Event],
    stream: Callable[[str], str] | None,
) -> None:
    for start in range(0, count, 5000):
        events = [event(number) for number in range(start, min(start + 5000, count))]
        names = [stream(e.release or "") for e in events] if stream else []
        workspace.journal.write(events, workspace.journal.read(*names))


def _office(folder: Path) -> Path:
    command = [str(Path(sys.executable).parent / "pubguard")]
    subprocess.run(
        [*command, "init", str(folder), "--organisation", "Bench", "--nation", "england"],
        check=True,
        capture_output=True,
    )
    subprocess.run(
        [
            *command,
            *("calendar", "announce", "r-0", "--title", "Release 0", "--release-at", SLOT),
            *("--actor", "c.lee", "--config", str(folder)),
        ],
        check=True,
        capture_output=True,
    )
    return folder


if __name__ == "__main__":
    main()
