"""The WordPress site behind the guard does what its page says."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.examples import pages
from tests.examples.pages import ROOT
from tests.servers import mariadb
from tests.servers.wordpress import SYSTEM, free_port, php


def test_closed_before_the_slot_and_open_from_it_on() -> None:
    """In real time: the button says when it opens, nobody sees the figure; then it publishes."""
    mariadb.program("mariadbd")
    php()
    if not (SYSTEM / "wp-load.php").exists():
        pytest.skip("needs WordPress (Debian package wordpress), to guard a real one")
    if shutil.which("curl") is None:
        pytest.skip("needs curl, to look at the example's site as a reader would")
    done = subprocess.run(
        [ROOT / "examples/wordpress_site/run.sh"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=pages.environment(PORT=str(free_port())),
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    before, after = done.stdout.split("Before the slot")[1].split("From the slot on:")
    assert "Not published" in before
    assert "The text is kept as a draft" in before
    assert "2.4 per cent" not in before
    assert "2.4 per cent" in after
