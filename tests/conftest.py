"""Nothing is left out silently: every skipped test is named at the end, with its reason."""

from __future__ import annotations

import os
from collections import Counter

import pytest

STRICT = "PUBGUARD_NOTHING_LEFT_OUT"


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
