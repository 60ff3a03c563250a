"""Signs the log as it is now, and proves that an entry stands in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pubguard.errors import Refused
from pubguard.log.checkpoint import Checkpoint
from pubguard.log.eventlog import tree

if TYPE_CHECKING:
    from pathlib import Path

    from pubguard.log.merkle import Tree
    from pubguard.protocols import Store


class Signed(Struct, frozen=True):
    """A signed checkpoint: the document of ``log checkpoint --json``."""

    origin: str
    size: int
    root: str
    checkpoint: str


class Proved(Struct, frozen=True):
    """An entry's proof under a checkpoint of `size`: the document of ``log prove --json``."""

    index: int
    size: int
    proof: str


def checkpoint(store: Store, private: Path) -> Signed:
    """Sign size and root as they are now with the log's key.

    Raises:
        KeyFileError: the key cannot be used.
        LogError: the log cannot be read.
    """
    with store.view() as reader:
        return _signed(tree(reader, reader.snapshot(()).size), private)


def prove(store: Store, index: int, private: Path) -> Proved:
    """Prove that the entry is in the log.

    Raises:
        Refused: there is no such entry.
        KeyFileError, LogError: as `checkpoint`.
    """
    from pubguard.log.proof import Proof

    with store.view() as reader:
        size = reader.snapshot(()).size
        found = next(reader.read(index, index + 1), None) if index < size else None
        if found is None:
            raise Refused(f"There is no entry {index}.", f"The log has {size}, from 0 on.")
        hashes = tree(reader, size)
        signed = _signed(hashes, private)
        path = tuple(hashes.inclusion(index))
    return Proved(index, signed.size, Proof(found[2], index, path, signed.checkpoint).text())


def _signed(hashes: Tree, private: Path) -> Signed:
    from pubguard import keys

    key, public = keys.load_log_pair(private)
    made = Checkpoint(public.name, hashes.size, hashes.root())
    return Signed(made.origin, made.size, made.root.hex(), made.signed(key))
