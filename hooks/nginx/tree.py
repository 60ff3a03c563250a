"""Closed addresses as a tree, folder by folder, so that a request costs one look-up a part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from pubguard_hooks.nginx.spelling import Spelling
from pubguard_hooks.nginx.times import milliseconds

from pubguard.protocols import Closing

PREFIX = "$pubguard_"
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Node:
    """A folder or a page; `closed` tells whether it is listed itself."""

    def __init__(self) -> None:
        self.children: dict[str, Node] = {}
        self.closed = False
        self._opens_at: list[datetime | None] = []

    def add(self, closing: Closing, spelling: Spelling) -> None:
        """Put a closing in at its place below this node."""
        node = self
        for segment in closing.segments:
            node = node.children.setdefault(spelling.folded(segment), Node())
        node.closed = True
        node._opens_at.append(closing.opens_at)

    @property
    def opens_at(self) -> datetime | None:
        """When the page itself opens: at the last of its times, None for never."""
        return latest(self._opens_at)

    def last(self) -> datetime | None:
        """When all of it, with what is below, is open."""
        below = [child.last() for child in self.children.values()]
        return latest([*self._opens_at, *below])


def latest(times: Iterable[datetime | None]) -> datetime | None:
    """The last of some opening times; never, if one of them is."""
    last = _LONG_AGO
    for each in times:
        if each is None:
            return None
        last = max(last, each)
    return last


def state(opens_at: datetime | None) -> str:
    """The value that is 1 until that time."""
    return "1" if opens_at is None else f"{PREFIX}t{milliseconds(opens_at)}"


class Grower:
    """Numbers the folders of a tree and writes a map for each."""

    def __init__(self, spelling: Spelling) -> None:
        self._spelling = spelling
        self._numbers = iter(range(1_000_000_000))

    def grow(self, root: Node, front: str) -> tuple[str, Iterator[str]]:
        """The root's variable and the lines of all maps; `front` is the front page's value."""
        name = self._name()
        return name, self._maps(root, name, 1, '""', front)

    def _name(self) -> str:
        return f"{PREFIX}n{next(self._numbers)}"

    def _maps(
        self, node: Node, name: str, depth: int, inherited: str, front: str | None
    ) -> Iterator[str]:
        below = []
        rows: dict[str, str] = {}
        for segment, child in sorted(node.children.items()):
            own = state(child.opens_at) if child.closed else inherited
            rows[segment] = own
            if child.children:
                rows[segment] = self._name()
                below.append((child, rows[segment], own))
        most_closed = sorted(rows, key=lambda each: _rank(node.children[each].last()))
        foreign = [each for each in rows if not each.isascii()]
        yield f"map {PREFIX}s{depth} {name} {{"
        yield f"    volatile; default {inherited};"
        if front is not None:
            yield f'    "" {front};'
        for segment in most_closed:
            if segment not in foreign:
                yield f"    {self._spelling.exact(segment)} {rows[segment]};"
        yield f'    "~[\\x80-\\xff]" {name}u;'
        for segment in most_closed:
            if segment in foreign:
                yield f"    {self._spelling.loose(segment)} {rows[segment]};"
        yield "}"
        yield f"map {PREFIX}s{depth} {name}u {{"
        yield f"    volatile; default {inherited};"
        for segment in most_closed:
            yield f"    {self._spelling.loose(segment)} {rows[segment]};"
        yield "}"
        for child, variable, own in below:
            yield from self._maps(child, variable, depth + 1, own, None)


def _rank(opens_at: datetime | None) -> float:
    """The most closed first."""
    return float("-inf") if opens_at is None else -opens_at.timestamp()
