"""Tokens of enforcement points: only their hashes are kept, in a file beside the configuration.

A token is 32 random bytes, so that SHA-256 alone protects it; it is shown once. The file is
readable by its owner alone and replaced as a whole.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from fcntl import LOCK_EX, flock
from hashlib import sha256

from msgspec import MsgspecError, Struct, structs

from pubguard import ownership
from pubguard.decoding import reader
from pubguard.errors import ConfigError, Refused
from pubguard.ids import check_id
from pubguard.model import Action, Instant

NAME = "tokens.json"
LARGEST = 4_000_000
"""Bytes that the file may have."""
PREFIX = "pubguard_"
"""At the start of every token, so that one that leaked into a file is found by scanners."""
EVERY = tuple(Action)
RESERVED = frozenset({"cli"})
"""Doors that challenges may be bound to, and that are no token's."""


class Token(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one token may do; `hash` is the hex SHA-256 of its text, which nothing shows.

    `assert_roles`: whom it speaks for may be given roles by it. `read`: it may read
    releases, permits' status and the log's proofs.
    """

    name: str
    hash: str
    actions: tuple[Action, ...] = EVERY
    assert_roles: bool = False
    read: bool = False
    created_at: Instant
    revoked_at: Instant | None = None

    def __repr__(self) -> str:
        """Without the hash."""
        return f"Token({self.name!r})"


_read = reader(tuple[Token, ...])


class Tokens:
    """The tokens of one workspace.

    Args:
        folder: where the configuration lies.
    """

    def __init__(self, folder: str) -> None:
        self._path = os.path.join(folder, NAME)
        self._known: tuple[tuple[int, int, int], tuple[Token, ...]] | None = None

    def all(self) -> tuple[Token, ...]:
        """Every token there has been, in the order in which they were made.

        Raises:
            ConfigError: the file is damaged, or open to others.
        """
        try:
            found = os.stat(self._path)
        except FileNotFoundError:
            return ()
        mark = (found.st_ino, found.st_mtime_ns, found.st_size)
        if self._known is None or self._known[0] != mark:
            self._known = mark, self._read()
        return self._known[1]

    def valid(self) -> tuple[Token, ...]:
        """Those that were not revoked."""
        return tuple(token for token in self.all() if token.revoked_at is None)

    def find(self, secret: str) -> Token | None:
        """The valid token with this text, in a time that tells nothing of the others."""
        given = _hash(secret)
        found = None
        for token in self.valid():
            if hmac.compare_digest(token.hash, given):
                found = token
        return found

    def points(self) -> tuple[str, ...]:
        """The enforcement points that may publish, by the names of their tokens."""
        return tuple(token.name for token in self.valid() if Action.PUBLISH in token.actions)

    def add(
        self,
        name: str,
        now: datetime,
        *,
        actions: Sequence[Action] = EVERY,
        assert_roles: bool = False,
        read: bool = False,
    ) -> tuple[Token, str]:
        """Make a token; what it may do, and its text, which cannot be shown again.

        Raises:
            IdError: no name that can be one.
            Refused: a valid token has that name, or it is a door's of our own.
            ConfigError: the file cannot be read or written.
        """
        from base64 import urlsafe_b64encode

        if name in RESERVED:
            message = f"{name!r} is the name of a door of pubguard's own."
            raise Refused(message, "Choose another, for example the publishing system's.")
        secret = PREFIX + urlsafe_b64encode(os.urandom(32)).rstrip(b"=").decode()
        made = Token(
            name=check_id(name),
            hash=_hash(secret),
            actions=tuple(actions),
            assert_roles=assert_roles,
            read=read,
            created_at=now,
        )
        with self._locked():
            if any(token.name == name for token in self.valid()):
                message = f"There is a token {name!r} already."
                raise Refused(message, f"Revoke it first: pubguard token revoke {name}")
            self._write((*self.all(), made))
        return made, secret

    def revoke(self, name: str, now: datetime) -> Token:
        """End a token at once; it stays in the list.

        Raises:
            Refused: no valid token has that name.
            ConfigError: the file cannot be read or written.
        """
        with self._locked():
            found = next((token for token in self.valid() if token.name == name), None)
            if found is None:
                message = f"There is no valid token {name[:60]!r}."
                raise Refused(message, "See them with: pubguard token list")
            ended = structs.replace(found, revoked_at=now)
            self._write([ended if token == found else token for token in self.all()])
        return ended

    def _read(self) -> tuple[Token, ...]:
        body = ownership.read_secret(self._path, LARGEST)
        try:
            return _read(body)
        except (MsgspecError, UnicodeDecodeError) as error:
            raise ConfigError(
                f"{self._path} is damaged, so no token can be told from another.",
                "Put it back from a backup, or move it away and make new tokens.",
            ) from error

    def _write(self, tokens: Sequence[Token]) -> None:
        import msgspec

        body = msgspec.json.format(msgspec.json.encode(tokens), indent=1)
        beside = f"{self._path}.new"
        try:
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, self._path)
        except OSError as error:
            raise self._unwritable(error) from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One at a time, so that two who add at once both stay."""
        try:
            lock = os.open(f"{self._path}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            flock(lock, LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _unwritable(self, error: OSError) -> ConfigError:
        return ConfigError(
            f"{self._path} cannot be written: {error.strerror}.",
            "Check the folder's permissions and the space on its disk.",
        )


def _hash(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
