"""The static site behind the edge lock does what its page says."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable

import pubguard_hooks
import pytest

from tests.examples import pages
from tests.examples.pages import ROOT
from tests.servers.nginx import program


@pytest.fixture
def run() -> Callable[[], subprocess.CompletedProcess[str]]:
    """Runs the example's one command."""
    program()
    if shutil.which("curl") is None:
        pytest.skip("needs curl, to look at the example's site as a reader would")
    hooks = f"{pubguard_hooks.__path__[0]}/nginx"
    return lambda: subprocess.run(
        [ROOT / "examples/static_site/run.sh"],
        capture_output=True,
        text=True,
        env=pages.environment(HOOKS=hooks),
        timeout=120,
        check=False,
    )


def test_the_page_is_closed_before_the_slot_and_open_from_it_on(run) -> None:
    """In real time: three spellings are 404, then the page is served with its figures."""
    done = run()
    assert done.returncode == 0, done.stdout + done.stderr
    before, after = done.stdout.split("Before the slot")[1].split("From the slot on:")
    found = [line.split()[1:] for line in before.splitlines() if line.startswith("GET")]
    assert found == [
        ["/", "200"],
        ["/releases/prices", "404"],
        ["/releases/prices.html", "404"],
        ["/Releases/%70rices/?draft=1", "404"],
    ]
    assert "200" in after
    assert "The figures: up 2.4 per cent." in after


@pytest.mark.parametrize("page", ["examples/static_site/README.md"])
def test_the_steps_for_a_real_server_are_fewer_than_ten(page) -> None:
    """And every file that they name is there."""
    text = (ROOT / page).read_text()
    steps = text.split("```text\n")[1].split("```")[0].splitlines()
    assert len(steps) < 10
    for name in ("pubguard-edge.conf", "pubguard-proxy.conf", "pubguard-guard.conf", "README.md"):
        assert (ROOT / "hooks/nginx" / name).exists()
