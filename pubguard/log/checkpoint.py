"""Checkpoints: size and root of the log, signed, to be kept where nobody can change them.

The form is C2SP tlog-checkpoint, a signed note whose key name is the log's
origin. https://c2sp.org/tlog-checkpoint
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from msgspec import Struct

from pubguard.errors import Refused
from pubguard.log.note import Key, open_note, sign

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class Checkpoint(Struct, frozen=True):
    """What a log was at one moment: whose it is, its size, its root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The lines that are signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    def signed(self, private: Ed25519PrivateKey) -> str:
        """The checkpoint as a signed note under the name of its origin."""
        return sign(self.text(), self.origin, private)


def parse(text: str) -> Checkpoint:
    """The checkpoint in a note's text; extension lines are passed over.

    Raises:
        Refused: the text is not a checkpoint.
    """
    problem = Refused("This is not a checkpoint.", "Give the output of `pubguard log checkpoint`.")
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise problem
    origin, size, encoded = lines[:3]
    try:
        root = b64decode(encoded, validate=True)
    except ValueError as error:
        raise problem from error
    if not (size.isascii() and size.isdigit() and len(size) < 17 and str(int(size)) == size):
        raise problem
    if len(root) != 32:
        raise problem
    return Checkpoint(origin, int(size), root)


def open_checkpoint(note: str, key: Key) -> Checkpoint:
    """The checkpoint that this key signed for its own log.

    Raises:
        Refused: not a checkpoint, not signed by the key, or another log's.
    """
    found = parse(open_note(note, key))
    if found.origin != key.name:
        raise Refused(
            f"The checkpoint is of {found.origin!r}, the key of {key.name!r}.",
            "Use the key of the log that the checkpoint is of.",
        )
    return found
