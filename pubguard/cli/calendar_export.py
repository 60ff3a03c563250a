"""`pubguard calendar export`: the calendar for others to read or subscribe to."""

from __future__ import annotations

import sys

import click

from pubguard.cli import terminal
from pubguard.cli.frame import Session, command


@command(
    example="""\
pubguard calendar export --format ics > releases.ics
pubguard calendar export --format csv > releases.csv
pubguard calendar export --format json""",
)
@click.option(
    "--format",
    "format_name",
    required=True,
    metavar="NAME",
    help="ics (to subscribe to), csv, json, or a plugin's own.",
)
def export(session: Session, format_name: str) -> None:
    """Write all releases to stdout, as others may see them.

    Contacts, reasons, history and the addresses of outputs are left out. A change
    that is not agreed does not show: the last agreed date does.
    """
    from pubguard.calendar.exporting import JSON

    exporter = session.workspace.calendars.exporter
    if format_name == JSON:
        terminal.write(sys.stdout, terminal.as_json(exporter.entries()))
        return
    written = exporter.write(format_name)
    if written.left_out:
        first = ", ".join(written.left_out[:5])
        more = ", ..." if len(written.left_out) > 5 else ""
        session.say(
            f"{len(written.left_out)} left out, having no date and time yet, for which "
            f"{format_name} has no place: {first}{more}"
        )
    if session.json:
        document = {"format": format_name, "text": written.text, "left_out": written.left_out}
        session.emit(document, str)
    else:
        terminal.write_file(sys.stdout, written.text)
