"""`pubguard calendar`: read calendars, announce releases, look at them."""

from __future__ import annotations

import click

from pubguard import clock
from pubguard.cli.calendar_holidays import holidays
from pubguard.cli.calendar_lint import lint
from pubguard.cli.check import ROLES, actor_of
from pubguard.cli.frame import Session, command


@click.group(epilog="Example: pubguard calendar import ons --dry-run")
def calendar() -> None:
    """Read and keep the release calendar."""


calendar.add_command(holidays)
calendar.add_command(lint)


@command(
    "import",
    group=calendar,
    example="""\
pubguard calendar import ons
pubguard calendar import announcements.toml --dry-run
pubguard calendar import https://api.beta.ons.gov.uk/v1/search/releases?limit=1000 --format ons""",
)
@click.argument("source")
@click.option(
    "--format", "format_name", metavar="NAME", help="ons, govuk, toml, or a plugin's own."
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

    report = session.workspace.importer.run(source, format_name, dry_run=dry_run, tell=session.say)
    for refusal in report.refused:
        session.say(f"Refused: {refusal.where}: {refusal.reason}")
    if not dry_run and (note := session.workspace.holidays.keep_packaged()):
        session.say(note)
    session.emit(report.document(), lambda: import_text(report, dry_run=dry_run))
    session.exit(report.exit_code)


@command(
    group=calendar,
    example="""\
pubguard calendar announce cpi-october-2026 --title "Consumer prices, October 2026" \\
    --release-at 2026-11-18T09:30 --actor a.jones
pubguard calendar announce wages-2026 --title "Wages, 2026" --provisional "January 2027" \\
    --actor a.jones""",
)
@click.argument("release")
@click.option("--title", required=True, metavar="TEXT", help="As it will be published.")
@click.option("--release-at", metavar="T", help="Date and time; London unless an offset is given.")
@click.option("--provisional", metavar="TEXT", help="Words for a date not fixed: January 2027.")
@click.option("--actor", required=True, metavar="ID", help="Who announces it.")
@click.option("--role", "roles", multiple=True, type=ROLES, help="A role they have; repeatable.")
@click.option("--reason", metavar="TEXT", help="Why, or why so late; can be erased later.")
def announce(
    session: Session,
    release: str,
    title: str,
    release_at: str | None,
    provisional: str | None,
    actor: str,
    roles: tuple[str, ...],
    reason: str | None,
) -> None:
    """Put RELEASE into the calendar, or give a provisional one its date.

    24 hours or more ahead it takes effect at once, unless [people] lists anybody.
    """
    from pubguard.calendar.announcing import Announcement
    from pubguard.cli.calendar_text import item_text

    announced = session.workspace.announcer.announce(
        Announcement(
            release=release,
            title=title,
            actor=actor_of(actor, roles),
            release_at=None if release_at is None else clock.parse(release_at),
            provisional=provisional,
            reason=reason,
        )
    )
    for note in announced.notes:
        session.say(note)
    item = session.workspace.calendar.item(announced.record)
    session.emit(item, lambda: item_text(item, announced.record))


@command("list", group=calendar, example="pubguard calendar list --json")
def list_(session: Session) -> None:
    """List all releases by date, those without one last."""
    from pubguard.cli.calendar_text import list_text

    shelf = session.workspace.calendar
    records = shelf.records()
    document = [shelf.item(record) for record in records] if session.json else []
    session.emit(document, lambda: list_text(records))


@command(group=calendar, example="pubguard calendar show cpi-october-2026")
@click.argument("release")
def show(session: Session, release: str) -> None:
    """Show RELEASE: its date, what is proposed, its outputs, and how it came about."""
    from pubguard.cli.calendar_text import item_text

    shelf = session.workspace.calendar
    record = shelf.record(release)
    item = shelf.item(record)
    session.emit(item, lambda: item_text(item, record))
