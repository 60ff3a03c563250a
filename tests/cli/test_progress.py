from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from pubguard.testing import call, make_workspace


@pytest.fixture
def long(tmp_path):
    """A workspace, and a list that takes some time to read."""
    workspace = make_workspace(tmp_path / "office")
    workspace.close()
    path = tmp_path / "list.csv"
    lines = [f"r{number},Release {number}," for number in range(12_000)]
    path.write_text("\n".join(["id,title,release_at", *lines]))
    return workspace.config.path, path


def test_lines_are_told_now_and_then(long):
    """Where there is no terminal: reading, then storing, in some ten lines each."""
    config, path = long
    done = call("calendar", "import", str(path), config=config)
    assert done.code == 0
    told = done.err.splitlines()
    assert "10,000 of 12,000 releases read ..." in told
    assert 5 <= sum("of 12,000 changes stored" in line for line in told) <= 12
    assert "\r" not in done.err


def test_json_stays_one_document(long):
    """Progress goes to stderr."""
    config, path = long
    done = call("calendar", "import", str(path), "--json", config=config)
    assert len(done.document["added"]) == 12_000
    assert "releases read" in done.err


def test_a_short_import_tells_nothing(long, tmp_path):
    """Nobody has to be told to wait."""
    config, path = long
    path.write_text("id,title,release_at\na,A,\n")
    assert call("calendar", "import", str(path), config=config).err == ""


@pytest.mark.parametrize(("more", "bar"), [((), True), (("--json",), False)])
def test_a_terminal_gets_one_line_that_moves(long, more, bar):
    """It is rewritten in place and wiped at the end; with --json there are plain lines."""
    config, path = long
    main, other = pty.openpty()
    command = [sys.executable, "-m", "pubguard", "calendar", "import", path, "--dry-run", *more]
    done = subprocess.Popen([*command, "--config", config], stdout=subprocess.DEVNULL, stderr=other)
    os.close(other)
    shown = b""
    try:
        while part := os.read(main, 65536):
            shown += part
    except OSError:  # the other end is closed
        pass
    os.close(main)
    assert done.wait(timeout=60) == 0
    text = shown.decode()
    assert ("\r[############------------------] 5,000 of 12,000 releases read ..." in text) is bar
    if bar:
        assert "\n" not in text
        assert text.endswith(" \r")
    else:
        assert "5,000 of 12,000 releases read ...\r\n" in text
