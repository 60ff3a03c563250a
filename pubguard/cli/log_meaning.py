"""What the log commands share: the ledger's meaning of entries, keys, and files to read."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pubguard import ledger
from pubguard.cli.frame import Session
from pubguard.errors import UsageError
from pubguard.events import CheckDecided, CheckRehearsed
from pubguard.ledger.quiet import quiet
from pubguard.log.walk import Meaning

if TYPE_CHECKING:
    from pubguard.build import Workspace
    from pubguard.log.checkpoint import Checkpoint
    from pubguard.log.note import Key

_LARGEST = 10_000_000


def meaning(workspace: Workspace, *, replay: bool = False) -> Meaning:
    """How the ledger reads entries; with `replay`, also how to decide them again."""
    if not replay:
        return Meaning(ledger.fold, ledger.MOVES, quiet)
    decided = frozenset({CheckDecided.kind, CheckRehearsed.kind})
    redecider = workspace.redecider
    return Meaning(
        ledger.fold,
        ledger.MOVES,
        quiet,
        replay=lambda entry, look: redecider.differs(entry.event(), look),
        decided=decided,
    )


def public_key(session: Session, path: Path | None) -> Key:
    """The log's public key: from a file that was named, else the workspace's own.

    Raises:
        KeyFileError: missing, or not such a key.
    """
    from pubguard import keys
    from pubguard.log import note

    if path:
        return note.parse_key(text_of(path))
    return keys.load_log_public(private_path(session))


def private_path(session: Session) -> Path:
    """Where the configuration says the log's private key is."""
    config = session.workspace.config
    return config.beside(config.keys.log)


def kept_checkpoint(session: Session, path: Path, key: Path | None) -> Checkpoint:
    """A checkpoint from a file, its signature checked.

    Raises:
        Refused: not a checkpoint, or not signed by the key.
    """
    from pubguard.log.checkpoint import open_checkpoint

    return open_checkpoint(text_of(path), public_key(session, key))


def text_of(path: Path) -> str:
    """The text in a file; ``-`` is stdin.

    Raises:
        UsageError: it cannot be read or is no text.
    """
    try:
        if str(path) == "-":
            return sys.stdin.read(_LARGEST)
        with path.open("rb") as file:
            return file.read(_LARGEST).decode()
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}.", "Name another file."
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not text.", "Name the file as it was handed out.") from error
