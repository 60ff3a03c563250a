"""`pubguard calendar move`, `cancel`, `reinstate`, `agree` and `same`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from pubguard import clock
from pubguard.cli.check import ROLES, actor_of
from pubguard.cli.frame import Session, command
from pubguard.ids import check_id

if TYPE_CHECKING:
    from pubguard.calendar.changing import Changed, Wish
    from pubguard.model import Record

_ACTOR = click.option("--actor", required=True, metavar="ID", help="Who says so.")
_ROLES = click.option(
    "--role", "roles", multiple=True, type=ROLES, help="A role they have; repeatable."
)
_REASON = click.option(
    "--reason", required=True, metavar="TEXT", help="Why; it can be erased from the log later."
)


def _wish(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the arguments of every wish to change a date."""
    for option in (_REASON, _ROLES, _ACTOR, click.argument("release")):
        function = option(function)
    return function


@command(
    example="""\
pubguard calendar move cpi-october-2026 --to 2026-11-19T09:30 --actor b.shah \\
    --reason "The survey returns came in late\""""
)
@_wish
@click.option("--to", required=True, metavar="T", help="The new date and time; London.")
def move(
    session: Session, release: str, actor: str, roles: tuple[str, ...], reason: str, to: str
) -> None:
    """Propose another date and time for RELEASE, or the first for a provisional one.

    Until a second person agrees, the agreed date still shows and the release is
    blocked (PG104). Moving to the agreed date takes one's own proposal back.
    """
    wish = _made(release, actor, roles, reason)
    _show(session, session.workspace.calendars.changer.move(wish, clock.parse(to)))


@command(
    example="""\
pubguard calendar cancel wages-2026 --actor b.shah --reason "The survey was stopped\""""
)
@_wish
def cancel(session: Session, release: str, actor: str, roles: tuple[str, ...], reason: str) -> None:
    """Say that RELEASE will not come.

    The gate closes at once; a confirmed release is cancelled when a second person
    agrees, and goes out as planned if they keep it (agree --keep).
    """
    _show(session, session.workspace.calendars.changer.cancel(_made(release, actor, roles, reason)))


@command(
    example="""\
pubguard calendar reinstate wages-2026 --actor b.shah --reason "Cancelled by mistake\""""
)
@_wish
def reinstate(
    session: Session, release: str, actor: str, roles: tuple[str, ...], reason: str
) -> None:
    """Say that RELEASE, which was cancelled, is to come after all at its announced time."""
    _show(
        session, session.workspace.calendars.changer.reinstate(_made(release, actor, roles, reason))
    )


@command(
    example="""\
pubguard calendar agree cpi-october-2026 --actor c.lead --role lead-official
pubguard calendar agree cpi-october-2026 --actor c.lead --role lead-official --keep"""
)
@click.argument("release")
@_ACTOR
@_ROLES
@click.option("--keep", is_flag=True, help="Turn the change down; the agreed date stays.")
@click.option("--to", metavar="T", help="Only if this is the date that was proposed.")
def agree(
    session: Session,
    release: str,
    actor: str,
    roles: tuple[str, ...],
    keep: bool,  # noqa: FBT001
    to: str | None,
) -> None:
    """Agree the open change of RELEASE, or a new entry, as the second person.

    One of the two has to be a lead official. What a calendar's source proposes is
    nobody's word, so a lead official agrees it.
    """
    record = session.workspace.calendars.agreement.agree(
        check_id(release),
        actor_of(actor, roles),
        keep=keep,
        to=None if to is None else clock.parse(to),
    )
    _say(session, record)


@command(example="pubguard calendar same prices-october-2026 consumer-prices-2026-10")
@click.argument("release")
@click.argument("release2")
@click.option("--actor", metavar="ID", help="Who says so; else whoever runs this.")
@_ROLES
@click.option("--undo", is_flag=True, help="They are two after all: a lead official's word.")
def same(
    session: Session,
    release: str,
    release2: str,
    actor: str | None,
    roles: tuple[str, ...],
    undo: bool,  # noqa: FBT001
) -> None:
    """Say that RELEASE and RELEASE2, from two calendars, are one release.

    Nothing is merged. From then on either is blocked while the two calendars
    disagree on its date (PG104), and content approved for one may be the other's.
    """
    from pubguard.people import os_user

    who = actor_of(actor or os_user(), roles)
    record = session.workspace.calendars.twinner.link(
        check_id(release), check_id(release2), who, undo=undo
    )
    _say(session, record)


def _made(release: str, actor: str, roles: tuple[str, ...], reason: str) -> Wish:
    from pubguard.calendar.changing import Wish

    return Wish(release=check_id(release), actor=actor_of(actor, roles), reason=reason)


def _show(session: Session, changed: Changed) -> None:
    if changed.waits:
        session.say(
            "Not in force before a second person agrees, one of the two a lead official: "
            f"pubguard calendar agree {changed.record.release.id} --actor ID"
        )
    for line in changed.told.lines() if changed.told else ():
        session.say(line)
    _say(session, changed.record)


def _say(session: Session, record: Record) -> None:
    from pubguard.cli.calendar_page import item_text

    item = session.workspace.calendars.shelf.item(record)
    session.emit(item, lambda: item_text(item, record))
    if behind := item.not_yet_everywhere:
        session.say(
            f"Not yet everywhere: {', '.join(behind)}. What is cut off from the guard may go by "
            "what it was told last: tell whoever runs it, until calendar show names it no more."
        )
