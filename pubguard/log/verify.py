"""Verification: everything is computed again from the entries and held against what is stored.

Every entry's bytes against its leaf hash, places without a gap, tiles, states
(by folding), sealed values, the store's own structure, and a kept checkpoint.
Memory stays flat however long the log is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from threading import Thread
from typing import TypeVar

from msgspec import Struct

from pubguard.errors import LogCorrupt, LogError
from pubguard.log.checkpoint import Checkpoint
from pubguard.log.scratch import Scratch
from pubguard.log.sealed import fits
from pubguard.log.walk import Bad, Meaning, Progress, Walk, silent
from pubguard.protocols import Reader, Row, Store

K = TypeVar("K", str, bytes)
A = TypeVar("A")
B = TypeVar("B")


class Report(Struct, frozen=True):
    """What verification found. `first_bad` is the index of the first entry that is wrong."""

    ok: bool
    size: int
    root: str | None
    first_bad: int | None
    cannot_exclude: tuple[str, ...]
    reason: str | None = None


def verify(
    store: Store,
    meaning: Meaning,
    *,
    checkpoint: Checkpoint | None = None,
    progress: Progress = silent,
) -> Report:
    """Verify everything that the store holds, as it is now.

    Args:
        store: what to verify.
        meaning: how entries make states, and how to decide again.
        checkpoint: one kept elsewhere, its signature already checked.
        progress: told how many of how many entries are done.
    """
    size, root = store.snapshot(()).size, None
    scratch, doubts, structure = Scratch(), _doubts(checkpoint), _Structure(store)
    try:
        with store.view() as reader:
            size = reader.snapshot(()).size
            root = Walk(scratch, meaning, checkpoint).run(reader, size, progress).hex()
            _states(reader, scratch)
            _sealed(reader, scratch)
        damage = structure.result()
    except Bad as bad:
        return Report(
            ok=False,
            size=size,
            root=root,
            first_bad=bad.index,
            cannot_exclude=doubts,
            reason=str(bad),
        )
    except LogCorrupt as error:
        damage = error.message
    except (TypeError, AttributeError) as error:  # NULL where bytes belong
        damage = f"the store holds a value of the wrong kind: {error}"
    finally:
        scratch.close()
    return Report(
        ok=damage is None,
        size=size,
        root=root,
        first_bad=None,
        cannot_exclude=doubts,
        reason=damage,
    )


class _Structure(Thread):
    """The store's own look at its files, on the side: it needs no interpreter."""

    def __init__(self, store: Store) -> None:
        super().__init__(name="structure", daemon=True)
        self._store = store
        self._found: str | LogError | None = None
        self.start()

    def run(self) -> None:
        """Look, and keep whatever comes of it."""
        try:
            self._found = self._store.damage()
        except LogError as error:
            self._found = error

    def result(self) -> str | None:
        """What is wrong, once that is known."""
        self.join()
        if isinstance(self._found, LogError):
            raise self._found
        return self._found and f"the store's file is damaged: {self._found}"


def _states(reader: Reader, scratch: Scratch) -> None:
    made = ((stream, Row(index, body)) for stream, index, body in scratch.states())
    for stream, folded, kept in _beside(made, reader.states("")):
        if folded != kept:
            row = folded or kept
            index = row.index if row else None
            raise Bad(index, f"the stored state of {stream} is not what the entries make it")


def _sealed(reader: Reader, scratch: Scratch) -> None:
    named = ((digest, (index, field, erased)) for digest, index, field, erased in scratch.seals())
    held = ((digest, (salt, value)) for digest, salt, value in reader.sealed())
    for digest, place, value in _beside(named, held):
        if place is None:
            raise Bad(None, "a sealed value is held that no entry names")
        index, field, erased = place
        what = f"the sealed {field} of entry {index}"
        if value and not fits(digest, *value):
            raise Bad(index, f"{what} does not fit its digest")
        if value and erased:
            again = f"run `pubguard log erase {index} {field}` again"
            raise Bad(index, f"{what} is recorded as erased and still held: {again}")
        if not value and not erased:
            raise Bad(index, f"{what} is gone, but not by `log erase`")


def _beside(
    left: Iterable[tuple[K, A]], right: Iterable[tuple[K, B]]
) -> Iterator[tuple[K, A | None, B | None]]:
    """Pair two sequences in order of their keys; None where one of them lacks a key."""
    lefts, rights = iter(left), iter(right)
    one, other = next(lefts, None), next(rights, None)
    while one or other:
        if one and (other is None or one[0] < other[0]):
            yield one[0], one[1], None
            one = next(lefts, None)
        elif other and (one is None or other[0] < one[0]):
            yield other[0], None, other[1]
            other = next(rights, None)
        elif one and other:
            yield one[0], one[1], other[1]
            one, other = next(lefts, None), next(rights, None)


def _doubts(checkpoint: Checkpoint | None) -> tuple[str, ...]:
    """What this verification cannot know."""
    if checkpoint is None:
        return (
            "that entries were cut off at the end",
            "that the whole log was rewritten with all its hashes,"
            " or an older copy of it put back (only a checkpoint kept elsewhere shows that)",
        )
    return (
        f"that entries from index {checkpoint.size} on, recorded after the checkpoint,"
        " were rewritten with all their hashes or cut off",
    )
