"""`pubguard confirm`: the typed answer to a challenge."""

from __future__ import annotations

import click

from pubguard.cli.check import ROLES, actor_of
from pubguard.cli.frame import Session, command


@command(example='pubguard confirm 5f0c...e1 --actor a.jones --typed "26 November 2026"')
@click.argument("challenge")
@click.option("--actor", required=True, metavar="ID", help="Whoever ran the check.")
@click.option("--typed", required=True, metavar="TEXT", help="What the challenge asks for.")
@click.option("--role", "roles", multiple=True, type=ROLES, help="A role they have; repeatable.")
def confirm(
    session: Session, challenge: str, actor: str, typed: str, roles: tuple[str, ...]
) -> None:
    """Answer CHALLENGE; the same check then passes once.

    Capitals and spaces at the ends do not matter. Three wrong answers, fifteen
    minutes or a change of the announced date end a challenge.
    """
    answer = session.workspace.confirmer.answer(challenge, actor_of(actor, roles), typed)
    if answer.confirmed:
        text = "Confirmed. Run the same check again: it passes once."
    else:
        left = f" {answer.tries_left} tries left." if answer.tries_left else " The challenge ended."
        text = f"Not confirmed. {answer.reason}{left}"
    session.emit(answer, lambda: text)
    session.exit(answer.exit_code)
