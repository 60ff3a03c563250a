"""A proof that one entry stands in the log, to be checked without the log.

The form is C2SP tlog-proof. Its `extra` line holds the entry itself, in base64;
whoever verifies hashes that. https://c2sp.org/tlog-proof
"""

from __future__ import annotations

from base64 import b64decode, b64encode

from msgspec import Struct

from pubguard.errors import Refused
from pubguard.log.checkpoint import Checkpoint, open_checkpoint
from pubguard.log.encoding import Entry, decode
from pubguard.log.merkle import included, leaf_hash
from pubguard.log.note import Key

_HEADER = "c2sp.org/tlog-proof@v1"
_LONGEST_PATH = 63


class Proof(Struct, frozen=True):
    """An entry's bytes, its place, its audit path, and the signed checkpoint they lead to."""

    entry: bytes
    index: int
    path: tuple[bytes, ...]
    note: str

    def text(self) -> str:
        """The proof as it is handed out."""
        lines = [_HEADER, f"extra {_encode(self.entry)}", f"index {self.index}"]
        return "\n".join([*lines, *map(_encode, self.path), "", self.note])


def parse(text: str) -> Proof:
    """The proof in a text.

    Raises:
        Refused: the text is not a proof that carries its entry.
    """
    front, gap, note = text.partition("\n\n")
    lines = front.split("\n")
    if not gap or len(lines) < 3 or lines[0] != _HEADER:
        raise _unreadable("it does not begin as one")
    number = _after("index ", lines[2])
    if not (number.isascii() and number.isdigit() and str(int(number[:20])) == number):
        raise _unreadable("its index is not a number")
    path = tuple(_decode(line) for line in lines[3:])
    if len(path) > _LONGEST_PATH or any(len(part) != 32 for part in path):
        raise _unreadable("its path is not made of hashes")
    return Proof(_decode(_after("extra ", lines[1])), int(number), path, note)


def verify(text: str, key: Key) -> tuple[Entry, Checkpoint]:
    """The entry that the proof shows to be in the log that `key` signs for.

    Raises:
        Refused: the proof does not hold.
        LogCorrupt: it holds, for something that is not an entry.
    """
    proof = parse(text)
    checkpoint = open_checkpoint(proof.note, key)
    leaf = leaf_hash(proof.entry)
    if not included(leaf, proof.index, checkpoint.size, proof.path, checkpoint.root):
        raise Refused(
            "The proof does not lead from the entry to the signed root.",
            "The entry or the path was changed. Ask for the proof again.",
        )
    entry = decode(proof.entry)
    if entry.index != proof.index:
        raise Refused(f"The entry says it is number {entry.index}, the proof {proof.index}.")
    return entry, checkpoint


def _after(start: str, line: str) -> str:
    if not line.startswith(start):
        raise _unreadable(f"a line does not begin with {start.strip()!r}")
    return line.removeprefix(start)


def _encode(raw: bytes) -> str:
    return b64encode(raw).decode()


def _decode(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise _unreadable("a line is not base64") from error


def _unreadable(why: str) -> Refused:
    return Refused(
        f"This is not a proof of an entry: {why}.", "Give the output of `pubguard log prove`."
    )
