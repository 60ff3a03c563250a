"""`pubguard log erase` and `log rebuild`."""

from __future__ import annotations

import click

from pubguard.cli.check import ROLES, actor_of
from pubguard.cli.frame import Session, command
from pubguard.cli.log_meaning import meaning
from pubguard.cli.log_verify import bar


@command(
    example="""\
pubguard log erase 17 note --actor d.khan --reason "asked for by the person named" """.rstrip()
)
@click.argument("index", type=click.IntRange(min=0))
@click.argument("field")
@click.option("--actor", required=True, metavar="ID", help="Who erases it.")
@click.option("--role", "roles", multiple=True, type=ROLES, help="A role they have; repeatable.")
@click.option("--reason", required=True, metavar="TEXT", help="Why; itself a sealed value.")
def erase(
    session: Session, index: int, field: str, actor: str, roles: tuple[str, ...], reason: str
) -> None:
    """Erase the sealed value FIELD of entry INDEX for good.

    The log keeps its digest, so everything still verifies; that it was erased, by
    whom and why is recorded. `log show` tells which fields an entry has.
    """
    from pubguard.log.erase import erase as erase_value

    ref = erase_value(session.workspace.log, index, field, actor_of(actor, roles), reason)
    recorded = f" (entry {ref.index})" if ref else " (it was recorded before)"
    session.emit(
        {"erased": {"entry": index, "field": field}, "event": ref},
        lambda: f"Erased: the {field} of entry {index}{recorded}.",
    )


@command(
    example="""\
pubguard log rebuild"""
)
def rebuild(session: Session) -> None:
    """Make leaf hashes, tiles and states again from the entries.

    For a log whose entries are whole but whose states are lost or wrong. It
    believes the entries' bytes: afterwards run `log verify` with a checkpoint that
    was kept elsewhere. Exit code 4: the entries themselves are damaged, and
    nothing was changed.
    """
    from pubguard.log.rebuild import rebuild as rebuild_store

    workspace = session.workspace
    made = rebuild_store(workspace.store, meaning(workspace), bar(session))
    for index in made.leaves_changed:
        session.say(f"Entry {index} did not fit its stored hash; the hash was made anew.")
    session.emit(
        made,
        lambda: (
            f"Made again over {made.size} entries: {made.tiles} tiles, {made.states} states.\n"
            f"Root     {made.root}\n"
            "Compare it with a checkpoint kept elsewhere:"
            " pubguard log verify --checkpoint FILE --key FILE"
        ),
    )
