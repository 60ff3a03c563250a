"""Making everything again that follows from the entries: leaf hashes, tiles, states."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from pubguard.errors import LogCorrupt
from pubguard.log.encoding import decode
from pubguard.log.merkle import TILE, Growing, leaf_hash, perfect
from pubguard.log.scratch import Scratch
from pubguard.log.walk import Meaning, Progress, silent
from pubguard.protocols import Store


class Rebuilt(Struct, frozen=True):
    """What was made again: over how many entries, which root, which leaf hashes differed."""

    size: int
    root: str
    leaves_changed: tuple[int, ...]
    tiles: int
    states: int


def rebuild(store: Store, meaning: Meaning, progress: Progress = silent) -> Rebuilt:
    """Make leaf hashes, tiles and states again from the entries' bytes.

    This trusts the bytes: compare the root with a checkpoint kept elsewhere.

    Raises:
        LogCorrupt: an entry is missing or cannot be read; nothing was changed.
    """
    scratch = Scratch()
    tiles: list[tuple[int, bytes]] = []
    changed: list[int] = []
    growing, part = Growing(), list[bytes]()
    size = store.snapshot(()).size
    try:
        for expected, (index, _, body, leaf) in enumerate(store.read(0, size)):
            entry = decode(body)
            if not expected == index == entry.index:
                raise _gap(expected)
            part.append(leaf_hash(body))
            if part[-1] != leaf:
                changed.append(index)
            if entry.kind in meaning.moves:
                for stream, state in meaning.fold(entry.event(), scratch.look).items():
                    scratch.move(stream, index, state)
            if len(part) == TILE:
                tiles.append((index // TILE, perfect(part)))
                growing.add(tiles[-1][1], TILE)
                part.clear()
                progress(index + 1, size)
        if len(tiles) * TILE + len(part) != size:
            raise _gap(len(tiles) * TILE + len(part))
        for last in part:
            growing.add(last)
        rows = list(scratch.states())
        store.replace_derived(_leaves(store, size), tiles, rows)
    finally:
        scratch.close()
    return Rebuilt(size, growing.root().hex(), tuple(changed), len(tiles), len(rows))


def _leaves(store: Store, size: int) -> Iterator[tuple[int, str | None, bytes]]:
    for index, _, body, _ in store.read(0, size):
        yield index, decode(body).release, leaf_hash(body)


def _gap(index: int) -> LogCorrupt:
    return LogCorrupt(
        f"Entry {index} is missing or stands in another's place: nothing was changed.",
        "Put the last good copy of the log in its place.",
    )
