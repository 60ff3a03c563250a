"""The units for systemd are ones, and let the service do what it has to."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "examples" / "deploy"
EXPOSED = 20
"""Tenths that systemd's own reckoning may come to at most; a service without any rule has 96."""


@pytest.fixture
def analyze(tmp_path: Path):
    """Runs systemd-analyze on copies whose command is there."""
    found = shutil.which("systemd-analyze")
    if found is None:
        pytest.skip("systemd-analyze is not installed: the units are not verified")
    for unit in DEPLOY.glob("pubguard.*"):
        text = unit.read_text().replace("/opt/pubguard/bin/pubguard", "/bin/true")
        (tmp_path / unit.name).write_text(text)
    service = tmp_path / "pubguard.service"

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [found, *arguments, service], capture_output=True, text=True, timeout=60, check=False
        )

    return run


def test_the_units_verify(analyze) -> None:
    """Their own checker finds nothing to complain of."""
    done = analyze("verify")
    assert done.returncode == 0, done.stderr
    assert "pubguard" not in done.stderr


def test_little_is_exposed(analyze) -> None:
    """By systemd's own reckoning."""
    done = analyze("security", "--offline=true", f"--threshold={EXPOSED}")
    assert done.returncode == 0, done.stdout[-500:]


def test_a_socket_that_is_handed_over_is_listened_on(tmp_path: Path) -> None:
    """As systemd does it: the socket as descriptor 3, and word once requests are answered."""
    import json
    import os
    import socket
    import sys

    import requests

    from tests.guard.conftest import Office

    office = Office(tmp_path / "office")
    notified = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notified.bind(str(tmp_path / "notify"))
    notified.settimeout(30)
    own = socket.create_server(("127.0.0.1", 0))
    code = (
        "import os, sys; os.dup2(int(sys.argv[1]), 3, inheritable=True);"
        "os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1');"
        "os.execv(sys.argv[2], sys.argv[2:])"
    )
    line = [Path(sys.executable).parent / "pubguard", "serve", "--json", "--config", office.folder]
    running = subprocess.Popen(
        [sys.executable, "-c", code, str(own.fileno()), *line],
        pass_fds=[own.fileno()],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify")},
    )
    try:
        assert notified.recv(100) == b"READY=1"
        assert running.stdout
        url = json.loads(running.stdout.readline())["url"]
        assert url.endswith(f":{own.getsockname()[1]}")
        assert requests.get(f"{url}/healthz", timeout=30).status_code == 200
    finally:
        running.terminate()
        assert running.wait(30) == 0
        running.stdout.close()
        own.close()
        notified.close()
