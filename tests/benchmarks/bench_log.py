"""Appends and verification against controls measured in the same run.

Controls: bare fdatasync after each 800 bytes, and a plain loop that reads the
entries and hashes them. Medians of interleaved runs; the ratio is what counts.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import tempfile
import threading
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from time import perf_counter

from pubguard_plugins.stores.sqlite import SqliteStore

from pubguard import ledger
from pubguard.clock import SystemClock
from pubguard.events import CheckDecided, Event, Spoken
from pubguard.ledger.quiet import quiet
from pubguard.log.eventlog import EventLog
from pubguard.log.verify import verify
from pubguard.log.walk import Meaning
from pubguard.model import Action, Effect, Role

RUNS = 5
CALLERS = 128
ENTRIES = 100_000
CLOCK = SystemClock()
VERDICTS = tuple(Spoken(f"rule_{n}", f"PG10{n}", Effect.ALLOW) for n in range(6))


def decided() -> Event:
    """A recorded decision of about 800 bytes."""
    now = CLOCK.now()
    data = CheckDecided(
        action=Action.PUBLISH,
        decision=Effect.ALLOW,
        position=12345,
        effective_at=now,
        digests={"": "sha256:" + "ab" * 32},
        roles=(Role.PUBLISHER,),
        armed=True,
        world={"Synchronised": {"yes": True, "error_us": 1500}, "Holidays": {"until": 2028}},
        verdicts=VERDICTS,
    )
    return Event(at=now, data=data, release="cpi-october-2026", actor="a.jones",
                 identity="asserted:root", via="cli")  # fmt: skip


def rate(count: int, work: Callable[[], object]) -> float:
    """How many a second."""
    start = perf_counter()
    work()
    return count / (perf_counter() - start)


def synced(folder: Path, count: int) -> None:
    """The control: append 800 bytes and sync, again and again."""
    handle = os.open(folder / "control", os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    for _ in range(count):
        os.write(handle, b"x" * 800)
        os.fdatasync(handle)
    os.close(handle)


def append(log: EventLog, caller: int, events: Sequence[Event]) -> None:
    """One caller, waiting for each append; every one moves the caller's stream."""
    stream = f"release/{caller}"
    rows = log.snapshot([stream]).rows
    last = rows[stream].index if stream in rows else -1
    for event in events:
        (ref,) = log.append([event], {stream: (0, b"x" * 400)}, {stream: last})
        last = ref.index


def crowd(log: EventLog, callers: int, events: Sequence[Event]) -> None:
    """Many callers at once, each waiting for each of its appends."""
    threads = [threading.Thread(target=append, args=(log, n, events)) for n in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def plain_loop(file: Path) -> None:
    """The control: read every entry and hash it."""
    connection = sqlite3.connect(file)
    for _, body in connection.execute("SELECT idx, body FROM entry ORDER BY idx"):
        sha256(body).digest()
    connection.close()


def row(name: str, figures: list[float], controls: list[float], least: str) -> str:
    """One line of the table: medians and the median of the ratios."""
    ratio = statistics.median(f / c for f, c in zip(figures, controls, strict=True))
    middle, control = statistics.median(figures), statistics.median(controls)
    return f"{name:<28}{middle:>10,.0f}/s{control:>12,.0f}/s{ratio:>8.2f}   {least}"


def main() -> None:
    """Print the table."""
    appends: dict[str, list[float]] = {"bare": [], "one": [], "crowd": [], "loop": [], "verify": []}
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as name:
        folder = Path(name)
        store = SqliteStore(path="bench.db", folder=name)
        store.create()
        log = EventLog(store, CLOCK)
        events = [decided() for _ in range(800)]  # making them is the callers' affair
        for _ in range(RUNS):
            appends["bare"].append(rate(800, lambda: synced(folder, 800)))
            appends["one"].append(rate(800, lambda: append(log, 1000, events)))
            appends["crowd"].append(rate(CALLERS * 80, lambda: crowd(log, CALLERS, events[:80])))
        store.close()
        long = SqliteStore(path="long.db", folder=name)
        long.create()
        filled = EventLog(long, CLOCK)
        for _ in range(ENTRIES // 500):
            filled.append([decided() for _ in range(500)], {}, {})
        meaning = Meaning(ledger.fold, ledger.MOVES, quiet)
        for _ in range(RUNS):
            appends["loop"].append(rate(ENTRIES, lambda: plain_loop(long.file)))
            appends["verify"].append(rate(ENTRIES, lambda: verify(long, meaning)))
        long.close()
    print(f"{'event log':<28}{'here':>12}{'control':>14}{'ratio':>8}   at least")
    print(row("append, one caller", appends["one"], appends["bare"], "0.50 of bare fdatasync"))
    crowd_row = row(f"append, {CALLERS} callers", appends["crowd"], appends["bare"], "12,000/s")
    print(crowd_row)
    print(row("log verify", appends["verify"], appends["loop"], "0.33 of a plain read and hash"))


if __name__ == "__main__":
    main()
