"""`pubguard override`: lifting a refusal together, and reviewing what was lifted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from pubguard import clock
from pubguard.cli.check import ACTIONS, ROLES, actor_of
from pubguard.cli.frame import Session, command
from pubguard.guard import manifest
from pubguard.ids import check_id
from pubguard.model import Action, Attempt

if TYPE_CHECKING:
    from pubguard.guard.overrides import Reviewed


@click.group(epilog="Example: pubguard override list")
def override() -> None:
    """Lift a refusal: one person asks, a second one seconds, one of them a lead official."""


@command(
    group=override,
    example="""\
pubguard override request cpi-october-2026 --action publish --actor b.shah \\
    --reason "Leaked at 09:05; everybody is to have it now\"""",
)
@click.argument("release")
@click.option("--action", required=True, type=ACTIONS, help="What was refused.")
@click.option("--actor", required=True, metavar="ID", help="Who asks.")
@click.option("--role", "roles", multiple=True, type=ROLES, help="A role they have; repeatable.")
@click.option("--reason", required=True, metavar="TEXT", help="Why; it can be erased later.")
@click.option(
    "--digest",
    "digests",
    multiple=True,
    metavar="[OUTPUT=]sha256:HEX",
    help="The content, of every output; else that of the refusal. Repeatable.",
)
@click.option("--author", "authors", multiple=True, metavar="ID", help="Who wrote it; repeatable.")
@click.option("--effective-at", metavar="T", help="As in the check that was refused.")
def request(
    session: Session,
    release: str,
    action: str,
    actor: str,
    roles: tuple[str, ...],
    reason: str,
    digests: tuple[str, ...],
    authors: tuple[str, ...],
    effective_at: str | None,
) -> None:
    """Ask for the refusal of an action on RELEASE to be lifted.

    Only the codes of that refusal are lifted, for this content, once for each output,
    within half an hour of being seconded. A typed confirmation is still asked for. PG001
    and PG101 cannot be lifted.
    """
    from pubguard.people import person

    attempt = Attempt(
        action=Action(action),
        release=check_id(release),
        actor=actor_of(actor, roles),
        at=session.workspace.clock.now(),
        effective_at=clock.parse(effective_at) if effective_at is not None else None,
        digests=manifest.parse(digests),
        authors=tuple(person(author) for author in authors),
    )
    asked = session.workspace.overrider.request(attempt, reason)
    if asked.seconders:
        session.say(f"Who can second it: {', '.join(asked.seconders)}.")
    else:
        session.say("Ask a second person; one of the two has to be a lead official.")
    for line in asked.told.lines() if asked.told else ():
        session.say(line)
    shown = session.workspace.overrides.reviewed(asked.override)
    session.emit(shown, lambda: _text(shown))


@command(
    group=override,
    example="pubguard override second 5f0c...e1 --actor c.lead --role lead-official",
)
@click.argument("override_id", metavar="ID")
@click.option("--actor", required=True, metavar="ID", help="The second person.")
@click.option("--role", "roles", multiple=True, type=ROLES, help="A role they have; repeatable.")
def second(session: Session, override_id: str, actor: str, roles: tuple[str, ...]) -> None:
    """Stand behind the override ID; the action can then be checked again."""
    found = session.workspace.overrider.second(override_id, actor_of(actor, roles))
    shown = session.workspace.overrides.reviewed(found)
    session.emit(shown, lambda: _text(shown))


@command("list", group=override, example="pubguard override list --json")
def list_(session: Session) -> None:
    """List every override, the latest first, for review."""
    found = session.workspace.overrides.all()
    session.emit(found, lambda: _list_text(found))


def _list_text(found: Sequence[Reviewed]) -> str:
    if not found:
        return "Nothing was ever overridden here."
    return "\n\n".join(map(_text, found))


def _text(shown: Reviewed) -> str:
    return "\n".join(_lines(shown))


def _lines(shown: Reviewed) -> Iterator[str]:
    from pubguard.cli.terminal import plain

    yield f"Override {shown.id}: {shown.status}"
    yield f"  {shown.action} {plain(shown.release)}, lifting {', '.join(shown.codes)}"
    yield f"  asked for by {shown.requested_by} on {clock.say(shown.requested_at)}"
    yield f"  because: {plain(shown.reason) if shown.reason else '(erased)'}"
    if shown.seconded_by and shown.seconded_at:
        yield f"  seconded by {shown.seconded_by} on {clock.say(shown.seconded_at)}"
    word = "can be used" if shown.seconded_by else "can be seconded"
    if shown.status in ("open", "in force"):
        yield f"  {word} until {clock.say(shown.expires_at)}"
    if not shown.seconded_by and shown.status == "open":
        yield f"  second it with: pubguard override second {shown.id} --actor ID"
    if shown.used:
        yield f"  used for: {', '.join(each or 'the whole release' for each in shown.used)}"
