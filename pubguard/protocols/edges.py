"""The edge lock: which addresses are closed until when, and what writes that for a web server."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from pubguard.model import Instant


class Closing(Struct, frozen=True):
    """An embargoed address, and everything below it: closed before `opens_at`.

    None means closed without an opening time. `segments` are the parts of the
    normalised path, () for the front page of the site `host`, of which alone the
    host counts. `releases` are the ids of those whose address it is.
    """

    host: str
    segments: tuple[str, ...]
    opens_at: Instant | None
    releases: tuple[str, ...] = ()


class EdgeList(Struct, frozen=True):
    """Every closing, in a fixed order, and the log that it was made from.

    `size` counts the entries read, `root` is their Merkle root as a checkpoint has
    it. `doubtful` are the opening times of addresses that cannot be closed each by
    itself; spellings that two programs could read differently, theirs among them,
    stay closed until all of them and all closings are open.
    """

    closings: tuple[Closing, ...]
    doubtful: tuple[Instant | None, ...]
    size: int
    root: str


class EdgeFormat(Protocol):
    """Writes an edge list for one kind of web server."""

    def __call__(
        self, listed: EdgeList, *, case_sensitive: bool, per_host: bool, refusal: int
    ) -> str:
        """The text of the file."""
        ...
