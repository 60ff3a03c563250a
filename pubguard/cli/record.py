"""`pubguard record`: what people and systems say has happened."""

from __future__ import annotations

import click

from pubguard import clock
from pubguard.cli.check import ROLES, actor_of, resolve
from pubguard.cli.frame import Session, command
from pubguard.guard import manifest
from pubguard.guard.record import Recorded, Statement
from pubguard.ids import check_id
from pubguard.people import person

OUTCOMES = click.Choice(["approved", "published", "failed", "withdrawn", "corrected"])


@command(
    example="""\
pubguard record approved cpi-october-2026 --actor a.jones --author b.shah \\
    --digest sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"""
)
@click.argument("outcome", type=OUTCOMES, metavar="OUTCOME")
@click.argument("release")
@click.option("--actor", required=True, metavar="ID", help="Whose word it is.")
@click.option("--role", "roles", multiple=True, type=ROLES, help="A role they have; repeatable.")
@click.option("--author", "authors", multiple=True, metavar="ID", help="Who wrote or last edited.")
@click.option(
    "--digest", "digests", multiple=True, metavar="[OUTPUT=]sha256:HEX", help="Repeatable."
)
@click.option("--output", metavar="ID", help="Only this output of the release.")
@click.option("--url", default="", metavar="U", help="Where it is.")
@click.option("--happened-at", metavar="T", help="When it happened, if not just now.")
@click.option("--permit", metavar="ID|env:NAME", help="The permit it happened under.")
@click.option("--note", default="", metavar="TEXT", help="Anything to remember; can be erased.")
@click.option("--request-id", metavar="ID", help="The caller's own id, kept with the record.")
def record(
    session: Session,
    outcome: str,
    release: str,
    actor: str,
    roles: tuple[str, ...],
    authors: tuple[str, ...],
    digests: tuple[str, ...],
    output: str | None,
    url: str,
    happened_at: str | None,
    permit: str | None,
    note: str,
    request_id: str | None,
) -> None:
    """Record OUTCOME: RELEASE was approved, published, failed, withdrawn or corrected.

    Never refused. An approval counts only when an allowed `check approve` of the
    same person and digests stands behind it; otherwise it is kept as a claim and
    the exit code is 1. A publication that nothing allowed is marked as a bypass.
    """
    statement = Statement(
        outcome=outcome,
        release=check_id(release),
        actor=actor_of(actor, roles),
        authors=tuple(person(author) for author in authors),
        digests=manifest.parse(digests, output),
        output=output,
        happened_at=clock.parse(happened_at) if happened_at is not None else None,
        permit=resolve(permit),
        request_id=request_id,
        url=url,
        note=note,
    )
    recorded = session.workspace.recorder.record(statement)
    if recorded.reason:
        session.say(recorded.reason)
    for line in recorded.told.lines() if recorded.told else ():
        session.say(line)
    session.emit(recorded, lambda: _text(recorded))
    session.exit(recorded.exit_code)


def _text(recorded: Recorded) -> str:
    where = f" (entry {recorded.event.index})" if recorded.event else ""
    word = "Recorded" if recorded.counts else "Recorded, as a claim"
    if recorded.bypass:
        word = "Recorded, as a bypass"
    return f"{word}: {recorded.release} {recorded.recorded}{where}."
