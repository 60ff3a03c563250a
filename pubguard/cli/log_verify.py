"""`pubguard log verify`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pubguard.cli.frame import Session, command
from pubguard.cli.log_meaning import kept_checkpoint, meaning
from pubguard.log.verify import Report
from pubguard.log.verify import verify as verify_store
from pubguard.log.walk import Progress, silent

_FILE = click.Path(path_type=Path)
_BAR = 40


@command(
    example="""\
pubguard log verify
pubguard log verify --replay
pubguard log verify --checkpoint kept/checkpoint.txt --key kept/log.pub"""
)
@click.option("--replay", is_flag=True, help="Also decide every recorded check again.")
@click.option("--checkpoint", type=_FILE, metavar="FILE", help="A checkpoint kept elsewhere.")
@click.option("--key", type=_FILE, metavar="FILE", help="The log's public key; else keys/log.pub.")
def verify(session: Session, replay: bool, checkpoint: Path | None, key: Path | None) -> None:  # noqa: FBT001
    """Recompute every hash and state from the entries and compare.

    Without a checkpoint that was kept elsewhere nobody can tell a log that was
    rewritten as a whole; the answer says so. Exit codes: 0 everything fits,
    1 something does not.
    """
    kept = kept_checkpoint(session, checkpoint, key) if checkpoint else None
    workspace = session.workspace
    report = verify_store(
        workspace.store,
        meaning(workspace, replay=replay),
        checkpoint=kept,
        progress=bar(session),
    )
    session.emit(report, lambda: _text(session, report))
    session.exit(0 if report.ok else 1)


def bar(session: Session) -> Progress:
    """A progress bar on a terminal, nothing elsewhere."""
    if session.json or not sys.stderr.isatty():
        return silent

    def draw(done: int, size: int) -> None:
        full = _BAR if done >= size else done * _BAR // size
        line = f"\r{'#' * full}{'.' * (_BAR - full)} {done} of {size} entries"
        sys.stderr.write(line if done < size else "\r" + " " * len(line) + "\r")
        sys.stderr.flush()

    return draw


def _text(session: Session, report: Report) -> str:
    if report.ok:
        head = session.style("The log is sound.", "green")
        lines = [head, f"Entries  {report.size}", f"Root     {report.root}"]
    else:
        where = "" if report.first_bad is None else f" First bad entry: {report.first_bad}."
        head = session.style(f"The log is NOT sound.{where}", "red")
        lines = [
            head,
            f"Why      {report.reason}",
            "Keep a copy of the file as it is, and find out who changed it.",
        ]
    return "\n".join(
        [*lines, *(f"It cannot be excluded {each}." for each in report.cannot_exclude)]
    )
