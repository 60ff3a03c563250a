"""Sealed values: personal data and free text that stay beside the log.

The entry carries the SHA-256 of a random salt and the value. Deleting salt and
value makes the value unknowable, and every hash in the log still holds.
"""

from __future__ import annotations

from hashlib import sha256
from os import urandom
from typing import NamedTuple

SALT = 16
"""Bytes of salt before each value: without it, short values could be guessed."""


class Sealed(NamedTuple):
    """A value with its salt and the digest that stands for it in the entry."""

    digest: bytes
    salt: bytes
    value: str


def seal(value: str) -> Sealed:
    """The value under a fresh salt.

    Raises:
        UnicodeEncodeError: the text has a lone surrogate.
    """
    salt = urandom(SALT)
    return Sealed(sha256(salt + value.encode()).digest(), salt, value)


def fits(digest: bytes, salt: bytes, value: str) -> bool:
    """True if salt and value are those that the digest was made of."""
    return len(salt) == SALT and sha256(salt + value.encode()).digest() == digest
