"""`pubguard log checkpoint`, `log prove` and `log verify-proof`."""

from __future__ import annotations

from pathlib import Path

import click

from pubguard import proving
from pubguard.cli.frame import Session, command
from pubguard.cli.log_meaning import private_path, public_key, text_of


@command(
    example="""\
pubguard log checkpoint > checkpoint.txt"""
)
def checkpoint(session: Session) -> None:
    """Sign the log's size and root as they are now (C2SP tlog-checkpoint).

    Keep it where nobody who can write to the log can change it: then
    `log verify --checkpoint` finds every later change to these entries.
    """
    made = proving.checkpoint(session.workspace.log.store, private_path(session))
    session.emit(made, lambda: made.checkpoint.removesuffix("\n"))


@command(
    example="""\
pubguard log prove 17 > entry-17.tlog-proof"""
)
@click.argument("index", type=click.IntRange(min=0))
def prove(session: Session, index: int) -> None:
    """Prove that entry INDEX is in the log (C2SP tlog-proof, with the entry in it).

    Whoever has the proof and keys/log.pub can check it with `log verify-proof`,
    without the log.
    """
    made = proving.prove(session.workspace.log.store, index, private_path(session))
    session.emit(made, lambda: made.proof.removesuffix("\n"))


@command(
    "verify-proof",
    example="""\
pubguard log verify-proof entry-17.tlog-proof --key kept/log.pub""",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--key",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The log's public key; else keys/log.pub.",
)
def verify_proof(session: Session, file: Path, key: Path | None) -> None:
    """Check the proof in FILE (or - for stdin); needs no log, only its public key.

    Exit codes: 0 the entry was in the log when the checkpoint was signed,
    1 the proof does not hold.
    """
    from pubguard.log.proof import verify

    entry, signed = verify(text_of(file), public_key(session, key))
    session.emit(
        {"ok": True, "origin": signed.origin, "size": signed.size, "entry": entry},
        lambda: (
            f"Proved: entry {entry.index} ({entry.kind}) is one of the {signed.size}"
            f" that {signed.origin} signed."
        ),
    )
