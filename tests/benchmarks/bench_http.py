"""Durable decisions a second over HTTP, as a ratio to a Flask app that commits in each request.

Both are asked by the same small client over 1, 32 and 128 connections that are kept open,
in turn, several times; the medians count. Then the service's memory before and after many
requests.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from pubguard.testing import call, make_workspace

PUBGUARD = Path(sys.executable).parent / "pubguard"
BODY = json.dumps(
    {
        "action": "publish",
        "release": "far-ahead",
        "actor": {"id": "cron"},
        "digest": "sha256:" + "1a" * 32,
    }
).encode()
CONNECTIONS = (1, 32, 128)
RUNS = 5
SECONDS = 2.0
MANY = 100_000
LEAST = 10.0


async def _caller(port: int, head: bytes, until: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    done = 0
    while perf_counter() < until:
        writer.write(head + BODY)
        answer = await reader.readuntil(b"\r\n\r\n")
        assert b" 200 " in answer[:16], answer
        length = int(answer.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        done += 1
    writer.close()
    return done


async def _load(port: int, token: str, connections: int, seconds: float) -> float:
    head = (
        "POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {len(BODY)}\r\n\r\n"
    ).encode()
    start = perf_counter()
    callers = [_caller(port, head, start + seconds) for _ in range(connections)]
    return sum(await asyncio.gather(*callers)) / (perf_counter() - start)


def rate(port: int, token: str, connections: int, seconds: float = SECONDS) -> float:
    """Answers a second."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_load(port, token, connections, seconds))


def memory(pid: int) -> int:
    """Kilobytes that the process has in memory."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmRSS")))


def main() -> None:
    """Print rates, ratios and memory."""
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        office = Path(folder) / "office"
        make_workspace(office).close()
        announce = ("calendar", "announce", "far-ahead", "--title", "F", "--actor", "c.lee")
        assert call(*announce, "--release-at", "2037-12-15T09:30", config=office).code == 0
        token = call("token", "add", "bench", "--json", config=office).document["token"]
        ours = subprocess.Popen(
            [PUBGUARD, "serve", "--port", "0", "--json", "--config", office],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        control = Path(__file__).with_name("flask_commit.py")
        flask = subprocess.Popen(
            [sys.executable, control, Path(folder) / "flask.db"], stdout=subprocess.PIPE
        )
        assert ours.stdout
        assert flask.stdout
        try:
            port = int(json.loads(ours.stdout.readline())["url"].rpartition(":")[2])
            measure(port, int(flask.stdout.readline()), token)
            grow(ours.pid, port, token)
        finally:
            ours.terminate()
            flask.terminate()
            ours.wait(30)
            flask.wait(30)


def measure(port: int, control: int, token: str) -> None:
    """Both in turn, at each number of connections."""
    for connections in CONNECTIONS:
        found: dict[int, list[float]] = {port: [], control: []}
        for _ in range(RUNS):
            for each, rates in found.items():
                rates.append(rate(each, token, connections))
        own, theirs = (statistics.median(rates) for rates in found.values())
        print(
            f"{connections:4} connections: pubguard {own:8,.0f}/s  Flask {theirs:8,.0f}/s", end=""
        )
        least = f"  (at least {LEAST:g})" if connections == 32 else ""
        print(f"  ratio {own / theirs:6.2f}{least}", flush=True)


def grow(pid: int, port: int, token: str) -> None:
    """Memory over many requests, after the first ones have filled what is kept."""
    before = asked = 0
    for part in range(11):
        start = memory(pid)
        if part == 1:
            before = start
        while asked < MANY * part // 10:
            asked += round(rate(port, token, 32) * SECONDS)
    after = memory(pid)
    print(f"memory after {MANY // 10:,}: {before:,} kB; after {asked:,}: {after:,} kB")


if __name__ == "__main__":
    main()
