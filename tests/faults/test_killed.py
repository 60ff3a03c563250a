"""The real command, ended at any moment: what it had answered stands, what it had not is no yes."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.faults.conftest import APPROVE, WITHDRAW, command_line, pubguard
from tests.guard.conftest import Office, Result


@pytest.fixture
def calendar(tmp_path: Path) -> Path:
    """A calendar that takes a while to import."""
    path = tmp_path / "long.toml"
    path.write_text(
        "\n".join(
            f'[[release]]\nid = "r{n}"\ntitle = "R {n}"\nrelease_at = 2037-12-15T09:30:00Z\n'
            for n in range(3000)
        )
    )
    return path


def indexes(office: Office) -> dict[int, dict]:
    return {entry["index"]: entry for entry in office.events()}


def test_a_check_killed_at_any_moment_loses_nothing_that_it_answered(ahead: Office, many) -> None:
    """F1: whoever got an answer finds it in the log; the log is whole and the next check works."""
    dice = random.Random(7)
    start = time.monotonic()
    assert pubguard(ahead, *WITHDRAW).code == 0
    usual = time.monotonic() - start
    answered: list[Result] = []
    killed = 0
    for _ in range(many(40, 1000)):
        running = subprocess.Popen(
            command_line(ahead, *WITHDRAW),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        time.sleep(dice.uniform(0, 1.3) * usual)
        running.kill()
        out, _ = running.communicate(timeout=60)
        killed += running.returncode == -signal.SIGKILL
        if out.endswith("\n"):
            answered.append(Result(0, out, ""))
    last = pubguard(ahead, *APPROVE)
    assert last.code == 3
    held = indexes(ahead)
    for result in answered:
        assert held[result.doc["event"]["index"]]["data"]["action"] == "withdraw"
    assert killed
    assert sorted(held) == list(range(len(held)))
    assert ahead.run("log", "verify", "--replay").code == 0


@pytest.mark.parametrize("moment", range(1, 7))
def test_killed_between_deciding_and_answering_nobody_got_a_yes(
    ahead: Office, strace: str, moment: int
) -> None:
    """SIGKILL at each sync and at the answer's own write: recorded or not, and never half."""
    asked = pubguard(ahead, *APPROVE).doc["challenge"]
    typed = ("--actor", "a.jones", "--typed", asked["type_this"])
    assert pubguard(ahead, "confirm", asked["id"], *typed).code == 0
    at = "write:signal=SIGKILL:when=1" if moment == 6 else f"fdatasync:signal=SIGKILL:when={moment}"
    before = (strace, "-f", "-qq", "-o", "/dev/null", "-e", f"inject={at}")
    done = pubguard(ahead, *APPROVE, before=before)
    again = pubguard(ahead, *APPROVE)
    said = '"decision":"allow"' in done.out  # then it was killed while it put its files away
    assert done.code == -signal.SIGKILL or said
    # A confirmation is used up once: by the run that was killed, or by the one after it.
    allowed = [e["index"] for e in ahead.events() if e["data"].get("decision") == "allow"]
    assert len(allowed) == 1
    assert sum(e["kind"] == "release.armed" for e in ahead.events()) == 1
    if again.code == 0:
        assert (said, again.doc["event"]["index"]) == (False, allowed[0])
    else:
        assert again.code == 3
    assert ahead.run("log", "verify", "--replay").code == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_import_that_is_ended_can_be_given_again(
    ahead: Office, calendar: Path, number: signal.Signals
) -> None:
    """What landed stays whole, and the same import brings the rest and nothing twice."""
    line = command_line(ahead, "calendar", "import", str(calendar))
    running = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wal = ahead.folder / "pubguard.db-wal"
    size = 0
    while running.poll() is None and size < 100_000:
        time.sleep(0.002)
        size = wal.stat().st_size if wal.exists() else 0
    running.send_signal(number)
    _, err = running.communicate(timeout=60)
    assert running.returncode in {0, 130 if number == signal.SIGINT else -number}
    assert "Traceback" not in err
    assert ahead.run("log", "verify").code == 0
    assert pubguard(ahead, "calendar", "import", str(calendar)).code == 0
    last = pubguard(ahead, "calendar", "import", str(calendar))
    assert (last.doc["unchanged"], last.doc["added"]) == (3000, [])
    announced = [e["release"] for e in ahead.events() if e["kind"] == "release.announced"]
    assert len(announced) == len(set(announced)) == 3001


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_verification_that_is_ended_says_nothing_good(
    ahead: Office, calendar: Path, number: signal.Signals
) -> None:
    """No `ok`, an exit code that is not 0, and a log that is as it was."""
    assert pubguard(ahead, "calendar", "import", str(calendar)).code == 0
    line = command_line(ahead, "log", "verify", "--replay")
    running = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    shared = Path(f"/proc/{running.pid}/maps")
    while running.poll() is None and "pubguard.db-shm" not in shared.read_text():
        time.sleep(0.001)
    running.send_signal(number)
    out, err = running.communicate(timeout=60)
    assert running.returncode == (130 if number == signal.SIGINT else -number)
    assert '"ok":true' not in out
    assert "Traceback" not in err
    assert ahead.run("log", "verify").code == 0
