"""`pubguard calendar import`, `list` and `show`."""

from __future__ import annotations

import click

from pubguard.cli.frame import Session, command


@command(
    "import",
    example="""\
pubguard calendar import ons
pubguard calendar import announcements.toml --dry-run
pubguard calendar import https://api.beta.ons.gov.uk/v1/search/releases?limit=1000 --format ons""",
)
@click.argument("source")
@click.option(
    "--format", "format_name", metavar="NAME", help="ons, govuk, ics, csv, toml, or a plugin's own."
)
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
def import_(session: Session, source: str, format_name: str | None, dry_run: bool) -> None:  # noqa: FBT001
    """Read SOURCE: a name under [sources], a file, a folder, or an https address.

    Good rows land and bad ones are named, each with its file, its index and the
    reason. A change to a confirmed release waits until it is agreed. What a source
    no longer names is reported and kept. Exit codes: 0 all rows were taken,
    1 some were refused or the source cannot be read.
    """
    from pubguard.cli.calendar_text import import_text
    from pubguard.cli.progress import Telltale

    with Telltale(session) as tell:
        report = session.workspace.calendars.importer.run(
            source, format_name, dry_run=dry_run, tell=tell
        )
    for refusal in report.refused:
        session.say(f"Refused: {refusal.where}: {refusal.reason}")
    if not dry_run and (note := session.workspace.calendars.holidays.keep_packaged()):
        session.say(note)
    for line in report.told.lines() if report.told else ():
        session.say(line)
    session.emit(report.document(), lambda: import_text(report, dry_run=dry_run))
    session.exit(report.exit_code)


@command("list", example="pubguard calendar list --json")
def list_(session: Session) -> None:
    """List all releases by date, those without one last."""
    from pubguard.cli.calendar_text import list_text

    shelf = session.workspace.calendars.shelf
    records = shelf.records()
    document = [shelf.item(record) for record in records] if session.json else []
    session.emit(document, lambda: list_text(records))


@command(example="pubguard calendar show cpi-october-2026")
@click.argument("release")
def show(session: Session, release: str) -> None:
    """Show RELEASE: its date, what is proposed, its outputs, and how it came about."""
    from pubguard.cli.calendar_page import item_text

    shelf = session.workspace.calendars.shelf
    record = shelf.record(release)
    item = shelf.item(record)
    session.emit(item, lambda: item_text(item, record))
