"""The unit that keeps nginx in step is one, may do little, and calls a command that there is."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from pubguard.testing import call
from tests.servers.nginx import CONFS

UNIT = CONFS / "pubguard-edge.service"
EXPOSED = 20
"""Tenths that systemd's own reckoning may come to at most, as for the guard's own unit."""


@pytest.fixture
def analyze(tmp_path: Path):
    """Runs systemd-analyze on a copy whose command is there."""
    found = shutil.which("systemd-analyze")
    if found is None:
        pytest.skip("systemd-analyze is not installed: the units are not verified")
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text().replace("/opt/pubguard/bin/pubguard", "/bin/true"))
    return lambda *how: subprocess.run(
        [found, *how, copy], capture_output=True, text=True, timeout=60, check=False
    )


def test_the_unit_verifies_and_exposes_little(analyze) -> None:
    """By systemd's own checker and reckoning; root's rights are none of it."""
    done = analyze("verify")
    assert (done.returncode, "pubguard" in done.stderr) == (0, False), done.stderr
    done = analyze("security", "--offline=true", f"--threshold={EXPOSED}")
    assert done.returncode == 0, done.stdout[-500:]


def test_it_calls_what_there_is() -> None:
    """Every option is known; what is missing here is only the token. It writes one folder."""
    text = UNIT.read_text().replace("\\\n", " ")
    program, *line = shlex.split(re.search("^ExecStart=(.*)$", text, re.MULTILINE)[1])
    assert program.endswith("/pubguard")
    done = call(*line, "--json")
    assert (done.code, done.document["error"]["code"]) == (2, "config")
    assert "edge.token cannot be read" in done.document["error"]["message"]
    output = line[line.index("--output") + 1]
    assert f"ReadWritePaths={output.rpartition('/')[0]}\n" in text
