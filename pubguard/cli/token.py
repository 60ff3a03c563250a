"""`pubguard token`: make, list and revoke the tokens of enforcement points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from pubguard import clock
from pubguard.cli.frame import Session, command
from pubguard.errors import UsageError
from pubguard.model import Action

if TYPE_CHECKING:
    from pubguard.tokens import Token


@click.group(epilog="Example: pubguard token add wordpress")
def token() -> None:
    """Make, list and revoke the tokens with which publishing systems ask over HTTP."""


@command(group=token, example="pubguard token add wordpress --actions publish,revise,upload")
@click.argument("name")
@click.option(
    "--actions", metavar="A,B", help="The actions that it may ask about; all unless given."
)
@click.option("--assert-roles", is_flag=True, help="It may say which roles a person has.")
@click.option("--read", is_flag=True, help="It may read releases, permits' status and proofs.")
def add(
    session: Session,
    name: str,
    actions: str | None,
    assert_roles: bool,  # noqa: FBT001
    read: bool,  # noqa: FBT001
) -> None:
    """Make a token for the enforcement point NAME and print it, once.

    Only its hash is kept. Put the token where that system alone can read it.
    """
    made, secret = session.workspace.token_office.add(
        name,
        actions=_actions(actions),
        assert_roles=assert_roles,
        read=read,
    )
    session.say("This is shown once and kept nowhere:")
    session.emit({"name": made.name, "token": secret}, lambda: secret)


@command("list", group=token, example="pubguard token list")
def list_(session: Session) -> None:
    """List the tokens, the revoked ones too; never their text."""
    found = session.workspace.tokens.all()
    document = [_shown(each) for each in found]
    session.emit(document, lambda: _text(found))


@command(group=token, example="pubguard token revoke wordpress")
@click.argument("name")
def revoke(session: Session, name: str) -> None:
    """End the token NAME at once."""
    ended = session.workspace.token_office.revoke(name)
    session.emit(_shown(ended), lambda: f"Revoked: {ended.name}.")


def _actions(text: str | None) -> tuple[Action, ...]:
    if text is None:
        return tuple(Action)
    try:
        return tuple(Action(part.strip()) for part in text.split(","))
    except ValueError as error:
        raise UsageError(f"{error}.", f"Actions: {', '.join(Action)}.") from error


def _shown(each: Token) -> dict[str, object]:
    return {
        "name": each.name,
        "actions": each.actions,
        "assert_roles": each.assert_roles,
        "read": each.read,
        "created_at": each.created_at,
        "revoked_at": each.revoked_at,
    }


def _text(found: Sequence[Token]) -> str:
    from pubguard.cli.calendar_text import columns

    if not found:
        return "There is no token yet. Make one with: pubguard token add NAME"
    rows = [
        (
            each.name,
            f"revoked on {clock.say(each.revoked_at)}" if each.revoked_at else "valid",
            ", ".join(each.actions) if len(each.actions) < len(Action) else "all actions",
            " ".join(
                word for word, has in (("roles", each.assert_roles), ("reading", each.read)) if has
            ),
        )
        for each in found
    ]
    return "\n".join(line.removeprefix("  ") for line in columns(rows))
