"""Nothing is left out silently: every skipped test is named at the end, with its reason."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pubguard import clock

Show = Callable[..., dict[str, str]]
CLOCKSHIFT = Path(__file__).parent / "servers" / "clockshift.c"
STRICT = "PUBGUARD_NOTHING_LEFT_OUT"


def pytest_configure() -> None:
    """Hear Ctrl-C: what a shell starts in the background ignores it, and so do its children."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _left_out(config: pytest.Config) -> Counter[str]:
    reporter = config.pluginmanager.getplugin("terminalreporter")
    reports = reporter.stats.get("skipped", []) if reporter else []
    return Counter(_reason(report) for report in reports)


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return reason.removeprefix("Skipped: ")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail a strict run in which something was left out."""
    if os.environ.get(STRICT) == "1" and not exitstatus and _left_out(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say what was left out, and why."""
    left_out = _left_out(config)
    if left_out:
        terminalreporter.section("left out")
        for reason, count in left_out.most_common():
            terminalreporter.write_line(f"{count:5}  {reason}")
        if os.environ.get(STRICT) == "1":
            terminalreporter.write_line("Nothing may be left out here, so this run has failed.")


@pytest.fixture(scope="session")
def preload(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that shows a process another wall clock."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("needs a C compiler (gcc), to show the real command another wall clock")
    library = tmp_path_factory.mktemp("clock") / "clockshift.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, CLOCKSHIFT, "-ldl"], check=True)
    return library


@pytest.fixture
def show(preload: Path, tmp_path: Path) -> Show:
    """The environment in which a command sees that London time; other names are other clocks."""

    def at(text: str, name: str = "clock") -> dict[str, str]:
        file = tmp_path / name
        us = clock.microseconds(clock.parse(text) - datetime(1970, 1, 1, tzinfo=UTC))
        new = tmp_path / f"{name}.new"
        new.write_text(f"={us // 1_000_000}.{us % 1_000_000:06}\n")
        new.replace(file)  # whoever looks at the clock meanwhile sees the old time or the new
        return {"LD_PRELOAD": str(preload), "PUBGUARD_TEST_CLOCK": str(file)}

    return at
