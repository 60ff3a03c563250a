"""Signed notes and their keys, as C2SP signed-note prescribes, with Ed25519 alone.

A key is written ``name+id+base64``: the name, eight hex digits of an identifier,
and the public key after its type byte. https://c2sp.org/signed-note
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec import Struct

from pubguard.errors import KeyFileError, Refused

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_ED25519 = b"\x01"
_DASH = "\u2014 "
_MOST_SIGNATURES = 100
_MOST_CHARACTERS = 1_000_000


class Key(Struct, frozen=True):
    """A public key and its name: what a verifier must know beforehand."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The first four bytes of SHA-256 over name, newline, type and key."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def line(self) -> str:
        """The key as text, without a newline."""
        return f"{self.name}+{self.id.hex()}+{b64encode(_ED25519 + self.public).decode()}"


def key(name: str, public: bytes) -> Key:
    """A key under a name that a signed note can carry.

    Raises:
        KeyFileError: the name is empty or has a space, a plus or a control
            character, or the key is not 32 bytes.
    """
    printable = name.isprintable() and not any(each.isspace() for each in name)
    if not name or "+" in name or not printable or len(public) != 32:
        raise KeyFileError(
            f"{name!r} cannot name a key of {len(public)} bytes.",
            "A key's name has no spaces and no plus; an Ed25519 key has 32 bytes.",
        )
    return Key(name, public)


def parse_key(text: str) -> Key:
    """The key that was written as ``name+id+base64``.

    Raises:
        KeyFileError: not such a line, or its parts contradict each other.
    """
    name, _, rest = text.strip().partition("+")
    hint, _, encoded = rest.partition("+")
    raw = _base64(encoded)
    if raw and raw[:1] == _ED25519:
        found = key(name, raw[1:])
        if found.id.hex() == hint:
            return found
    raise KeyFileError(
        "This is not a log's public key.",
        "It is one line like name+1a2b3c4d+base64; keys/log.pub is such a file.",
    )


def sign(text: str, name: str, private: Ed25519PrivateKey) -> str:
    """The note: the text, which ends with a newline, and one signature.

    Raises:
        KeyFileError: the name cannot stand in a note.
    """
    signer = key(name, private.public_key().public_bytes_raw())
    signature = b64encode(signer.id + private.sign(text.encode())).decode()
    return f"{text}\n{_DASH}{name} {signature}\n"


def open_note(note: str, signer: Key) -> str:
    """The text of a note that this key signed; other keys' signatures are passed over.

    Raises:
        Refused: not a note, not signed by this key, or changed since.
    """
    text, gap, lines = note.rpartition("\n\n")
    ours = 0
    if gap and lines.endswith("\n") and _harmless(note):
        signatures = lines[:-1].split("\n")
        for line in signatures[:_MOST_SIGNATURES]:
            name, raw = _signature(line)
            if name == signer.name and raw[:4] == signer.id:
                _check(signer, raw[4:], text + "\n")
                ours += 1
        if ours and len(signatures) <= _MOST_SIGNATURES:
            return text + "\n"
    raise Refused(
        f"This is not a note signed by {signer.name}.",
        "Use the file as it was handed out, and the key that belongs to it.",
    )


def _harmless(note: str) -> bool:
    return len(note) <= _MOST_CHARACTERS and all(each >= " " or each == "\n" for each in note)


def _signature(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    raw = _base64(encoded)
    if not line.startswith(_DASH) or not name or raw is None or len(raw) < 5:
        raise Refused("A signature line cannot be read.", "Use the file as it was handed out.")
    return name, raw


def _check(signer: Key, signature: bytes, text: str) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(signer.public).verify(signature, text.encode())
    except (InvalidSignature, ValueError) as error:
        raise Refused(
            f"The signature of {signer.name} does not fit the text.",
            "The text was changed after it was signed, or the key is another one.",
        ) from error


def _base64(text: str) -> bytes | None:
    try:
        raw = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        return None
    return raw if b64encode(raw).decode() == text else None
