"""The edge list on its way from the guard to a web server's machine."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, ValidationError

from pubguard.addresses import DEEPEST
from pubguard.decoding import reader
from pubguard.edge.listing import Listing, NotClosed
from pubguard.model import Instant
from pubguard.protocols import Closing, EdgeList

Root = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
"""It is written into web servers' files as it is, so it can hold nothing else."""


class EdgeDocument(Struct, frozen=True, kw_only=True):
    """What is closed until when, as of one size of the log.

    `root` is that log's Merkle root, as a checkpoint has it. `doubtful` are the opening
    times of addresses that cannot be closed each by itself, `refused` says which those are.
    """

    size: Annotated[int, Meta(ge=0, lt=2**53)]
    root: Root
    closings: tuple[Closing, ...]
    doubtful: tuple[Instant | None, ...]
    refused: tuple[NotClosed, ...]

    @property
    def listed(self) -> EdgeList:
        """What web servers are written files of."""
        return EdgeList(self.closings, self.doubtful, self.size, self.root)


def document(found: Listing) -> EdgeDocument:
    """The list as it is sent."""
    listed = found.listed
    return EdgeDocument(
        size=listed.size,
        root=listed.root,
        closings=listed.closings,
        doubtful=listed.doubtful,
        refused=found.refused,
    )


def read_document(body: bytes) -> EdgeDocument:
    """Read it back.

    Raises:
        MsgspecError, UnicodeDecodeError: it is none, or holds what cannot be written.
    """
    found = _read(body)
    if any(len(each.segments) > DEEPEST for each in found.closings):
        raise ValidationError(f"a path of more than {DEEPEST} parts")
    return found


_read = reader(EdgeDocument)
