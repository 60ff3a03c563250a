"""F15: how much faster appends become where nothing waits for the disk.

The same writer, alone and under eatmydata, in turn; the fastest of each. A small
ratio on a disk that does wait would mean that something is not really synced.
That every append syncs at least once is shown by counting, in tests/faults.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from pubguard_plugins.stores.sqlite import SqliteStore

WRITER = Path(__file__).parents[1] / "faults" / "writer.py"
EACH = 3000
RUNS = 3


def seconds(before: list[str], log: Path, name: str) -> float:
    """How long one writer takes for its appends, its start not counted."""
    writer = [sys.executable, str(WRITER), str(log), "0", str(EACH), "1000", name]
    with subprocess.Popen([*before, *writer], stdout=subprocess.PIPE) as running:
        assert running.stdout
        running.stdout.readline()
        start = perf_counter()
        assert running.stdout.read().count(b"ack") == EACH
        return perf_counter() - start


def main() -> None:
    """Print the ratio, or what is missing."""
    eatmydata = shutil.which("eatmydata")
    if eatmydata is None:
        print("eatmydata is not installed: not measured")
        return
    times: dict[str, list[float]] = {"alone": [], eatmydata: []}
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        log = Path(folder) / "log.db"
        store = SqliteStore(path=str(log))
        store.create()
        store.close()
        for turn in range(RUNS):
            for before, took in times.items():
                took.append(seconds([before] * (before == eatmydata), log, f"f{turn}{len(took)}"))
    waited, eaten = (min(took) for took in times.values())
    print(f"appends, synced       {EACH / waited:8,.0f}/s")
    print(f"appends, eatmydata    {EACH / eaten:8,.0f}/s")
    print(f"eatmydata/synced      {waited / eaten:8.2f}      (at least 3)")


if __name__ == "__main__":
    main()
