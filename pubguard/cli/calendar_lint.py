"""`pubguard calendar lint`."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import groupby

import click

from pubguard.calendar.findings import CODES, LintFinding
from pubguard.calendar.lint import CROWD, LintReport
from pubguard.cli.frame import Session, command
from pubguard.cli.terminal import plain
from pubguard.cli.verdicts import wrapped

_INDENT = " " * 10
_WIDEST = 100
_NOTHING = "Nothing to put right"
_HELP = f"""\
Look for what will go wrong if nobody puts it right.

Looks at releases whose slot has not passed, and at provisional ones. PG codes are
the guard's own (pubguard rules PG204). Exit codes: 0 nothing was found, 1 something was.

Codes, the worst first:

\b
{chr(10).join(f"{code:<7}{text}" for code, text in CODES.items())}"""


@command(
    example="""\
pubguard calendar lint
pubguard calendar lint --crowd 6 --json""",
    help=_HELP,
    short_help="Look for what will go wrong if nobody puts it right.",
)
@click.option(
    "--crowd",
    type=click.IntRange(min=1),
    default=CROWD,
    metavar="N",
    help=f"Releases that may share a slot on one site; {CROWD} unless given.",
)
def lint(session: Session, crowd: int) -> None:
    """Look for what will go wrong if nobody puts it right."""
    report = session.workspace.calendars.linter.run(crowd)
    session.emit(report, lambda: "\n".join(_lines(session, report)))
    session.exit(0 if report.ok else 1)


def _lines(session: Session, report: LintReport) -> Iterator[str]:
    width = max(min(shutil.get_terminal_size().columns, _WIDEST), 40) - len(_INDENT)
    for release, group in groupby(report.findings, lambda each: each.release):
        yield session.style(plain(release or "The calendar as a whole"), "bold")
        for each in group:
            yield from _finding(each, width)
        yield ""
    found = _counted(len(report.findings), "finding") if report.findings else _NOTHING
    yield f"{found} in {_counted(report.checked, 'release')} to come."


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _finding(found: LintFinding, width: int) -> Iterator[str]:
    first, *more = wrapped(f"{plain(found.reason)} [{plain(found.where)}]", width, hyphens=False)
    yield f"  {found.code:<8}{first}"
    yield from (f"{_INDENT}{line}" for line in more)
    first, *more = wrapped(plain(found.remedy), width - 3, hyphens=False)
    yield f"{_INDENT}-> {first}"
    yield from (f"{_INDENT}   {line}" for line in more)
