"""The Merkle tree of RFC 6962, section 2.1, over leaves kept in tiles of 256.

Ranges are half open. Verification follows RFC 9162, sections 2.1.3.2 and
2.1.4.2, and says True or False; it never raises on what it was handed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

TILE = 256
"""Leaves in one full tile, whose hash is kept."""

EMPTY = sha256().digest()
"""The root of a tree without leaves."""

Leaves = Callable[[int, int], Sequence[bytes]]


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry's bytes."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


def perfect(hashes: Sequence[bytes]) -> bytes:
    """The hash over as many leaves (or subtrees of one size) as a power of two."""
    while len(hashes) > 1:
        hashes = [
            sha256(b"\x01" + left + right).digest()
            for left, right in zip(hashes[::2], hashes[1::2], strict=True)
        ]
    return hashes[0]


class Growing:
    """A root that grows leaf by leaf and holds no more than one hash per level."""

    def __init__(self) -> None:
        self._parts: list[tuple[int, bytes]] = []

    def add(self, part: bytes, width: int = 1) -> None:
        """Put a leaf, or a perfect subtree of `width` leaves, at the end."""
        while self._parts and self._parts[-1][0] == width:
            part = node_hash(self._parts.pop()[1], part)
            width *= 2
        self._parts.append((width, part))

    def copy(self) -> Growing:
        """The same tree, to grow on its own."""
        twin = Growing()
        twin._parts = list(self._parts)
        return twin

    def root(self) -> bytes:
        """The root over everything added so far."""
        if not self._parts:
            return EMPTY
        found = self._parts[-1][1]
        for _, part in reversed(self._parts[:-1]):
            found = node_hash(part, found)
        return found


class Tree:
    """A tree of `size` leaves, from the hashes of its full tiles and the leaves beyond."""

    def __init__(self, size: int, tiles: Sequence[bytes], leaves: Leaves) -> None:
        self.size = size
        self._tiles = tiles
        self._leaves = leaves

    def root(self, size: int | None = None) -> bytes:
        """The root as it is, or as it was at a smaller size."""
        size = self.size if size is None else size
        return self._over(0, size) if size else EMPTY

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The audit path of a leaf, from its sibling up (RFC 6962, 2.1.1)."""
        size = self.size if size is None else size
        if not 0 <= index < size <= self.size:
            raise IndexError(index)
        return self._path(index, 0, size)

    def consistency(self, old: int, size: int | None = None) -> list[bytes]:
        """The proof that the tree of `old` leaves is a prefix (RFC 6962, 2.1.2)."""
        size = self.size if size is None else size
        if not 0 < old <= size <= self.size:
            raise IndexError(old)
        return self._prefix(old, 0, size, whole=True)

    def _over(self, start: int, stop: int) -> bytes:
        """The hash over a range that is a subtree: its start is a multiple of its width."""
        if stop - start <= TILE:
            tile = start // TILE
            if stop - start == TILE and tile < len(self._tiles):
                return self._tiles[tile]
            part = Growing()
            for leaf in self._leaves(start, stop):
                part.add(leaf)
            return part.root()
        middle = start + _split(stop - start)
        return node_hash(self._over(start, middle), self._over(middle, stop))

    def _path(self, index: int, start: int, stop: int) -> list[bytes]:
        if stop - start == 1:
            return []
        middle = start + _split(stop - start)
        if index < middle:
            return [*self._path(index, start, middle), self._over(middle, stop)]
        return [*self._path(index, middle, stop), self._over(start, middle)]

    def _prefix(self, old: int, start: int, stop: int, *, whole: bool) -> list[bytes]:
        if old == stop:
            return [] if whole else [self._over(start, stop)]
        middle = start + _split(stop - start)
        if old <= middle:
            return [*self._prefix(old, start, middle, whole=whole), self._over(middle, stop)]
        return [*self._prefix(old, middle, stop, whole=False), self._over(start, middle)]


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """True if the path proves that the leaf stands at `index` in the tree of that root."""
    if not 0 <= index < size:
        return False
    last, found = size - 1, leaf
    for part in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            found = node_hash(part, found)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            found = node_hash(found, part)
        index, last = index >> 1, last >> 1
    return last == 0 and found == root


def consistent(old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """True if the proof shows that the larger tree begins with the whole smaller one."""
    if not 0 <= old <= size or old == 0:
        return old == 0 and not proof and old_root == EMPTY
    if old == size:
        return not proof and old_root == root
    parts = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not parts:
        return False
    index, last = old - 1, size - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    then = now = parts[0]
    for part in parts[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            then, now = node_hash(part, then), node_hash(part, now)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            now = node_hash(now, part)
        index, last = index >> 1, last >> 1
    return last == 0 and then == old_root and now == root


def _split(width: int) -> int:
    """The largest power of two smaller than `width`."""
    return 1 << (width - 1).bit_length() - 1
