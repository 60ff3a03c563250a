"""`pubguard calendar announce`."""

from __future__ import annotations

import click

from pubguard import clock
from pubguard.cli.check import ROLES, actor_of
from pubguard.cli.frame import Session, command


@command(
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
@click.option(
    "--contact", metavar="TEXT", help="The responsible statistician; can be erased later."
)
@click.option("--reason", metavar="TEXT", help="Why, or why so late; can be erased later.")
def announce(
    session: Session,
    release: str,
    title: str,
    release_at: str | None,
    provisional: str | None,
    actor: str,
    roles: tuple[str, ...],
    contact: str | None,
    reason: str | None,
) -> None:
    """Put RELEASE into the calendar, or give a provisional one its date.

    24 hours or more ahead it takes effect at once, unless [people] lists anybody.
    """
    from pubguard.calendar.announcing import Announcement
    from pubguard.cli.calendar_page import item_text

    announced = session.workspace.calendars.announcer.announce(
        Announcement(
            release=release,
            title=title,
            actor=actor_of(actor, roles),
            release_at=None if release_at is None else clock.parse(release_at),
            provisional=provisional,
            reason=reason,
            contact=contact,
        )
    )
    for note in announced.notes:
        session.say(note)
    item = session.workspace.calendars.shelf.item(announced.record)
    session.emit(item, lambda: item_text(item, announced.record))
