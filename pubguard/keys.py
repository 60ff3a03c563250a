"""Key files: Ed25519 pairs, the private half readable by its owner alone, the public one beside.

``log.pub`` is a C2SP verifier key line, ``permit.pub`` a PEM SubjectPublicKeyInfo.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from pubguard import ownership
from pubguard.errors import KeyFileError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from pubguard.log.note import Key

_LARGEST = 10_000


def public_path(private: Path) -> Path:
    """Where the public half lies: ``keys/log.pem`` -> ``keys/log.pub``."""
    return private.with_suffix(".pub")


def origin(organisation: str) -> str:
    """The name that an organisation's log signs under: ``pubguard/office-for-example-statistics``.

    ASCII without spaces or plus signs, as a C2SP key name must be.
    """
    ascii_only = unicodedata.normalize("NFKD", organisation).encode("ascii", "ignore").decode()
    return "pubguard/" + (re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")[:80] or "log")


def create_log_pair(private: Path, name: str) -> tuple[Path, Path]:
    """Make the pair that signs checkpoints under `name`; returns the two paths.

    Raises:
        KeyFileError: one of the files exists or cannot be written.
    """
    from pubguard.log import note

    made = _generate()
    line = note.key(name, made.public_key().public_bytes_raw()).line()
    return _write_pair(private, made, line.encode() + b"\n")


def create_permit_pair(private: Path) -> tuple[Path, Path]:
    """Make the pair that signs permits; returns the two paths.

    Raises:
        KeyFileError: one of the files exists or cannot be written.
    """
    made = _generate()
    return _write_pair(private, made, _permit_public(made))


def load_private(path: Path) -> Ed25519PrivateKey:
    """The private key in a file that nobody else can read or change.

    Raises:
        KeyFileError: missing, unreadable, open to others, or no Ed25519 key.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(_read_private(path), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyFileError(
            f"{path} does not hold a private key that can be used.",
            "Put the right file back from a backup; a key cannot be repaired.",
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"{path} is not an Ed25519 key.", "Use the key that init made.")
    return key


def load_log_pair(private: Path) -> tuple[Ed25519PrivateKey, Key]:
    """The log's private key and the public key, with its name, that belongs to it.

    Raises:
        KeyFileError: one is missing or unusable, or they are not a pair.
    """
    made, public = load_private(private), load_log_public(private)
    if made.public_key().public_bytes_raw() != public.public:
        raise _no_pair(private)
    return made, public


def load_log_public(private: Path) -> Key:
    """The log's public key, from the file beside the private one.

    Raises:
        KeyFileError: missing or not such a key.
    """
    from pubguard.log import note

    return note.parse_key(_read(public_path(private)).decode("utf-8", "replace"))


def check_permit_pair(private: Path) -> None:
    """Make sure that the two halves of the permit key belong together.

    Raises:
        KeyFileError: one is missing or unusable, or they are not a pair.
    """
    if _read(public_path(private)).strip() != _permit_public(load_private(private)).strip():
        raise _no_pair(private)


def _no_pair(private: Path) -> KeyFileError:
    return KeyFileError(
        f"{private} and {public_path(private)} are not a pair.",
        "Put both files back from the same backup.",
    )


def _generate() -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate()


def _permit_public(key: Ed25519PrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _write_pair(private: Path, key: Ed25519PrivateKey, public: bytes) -> tuple[Path, Path]:
    from cryptography.hazmat.primitives import serialization as form

    body = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    beside = public_path(private)
    _write(private, body, 0o600)
    try:
        _write(beside, public, 0o644)
    except KeyFileError:
        private.unlink()
        raise
    return private, beside


def _write(path: Path, body: bytes, mode: int) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise KeyFileError(
            f"{path} exists and is never overwritten.", "Move it away if you mean to replace it."
        ) from error
    except OSError as error:
        raise KeyFileError(
            f"{path} cannot be written: {error.strerror}.", "Check the folder and its permissions."
        ) from error


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST)
    except OSError as error:
        raise _unreadable(path, error) from error


def _read_private(path: Path) -> bytes:
    try:
        with open(path, "rb", opener=ownership.at_once) as file:
            found = os.fstat(file.fileno())
            problem = ownership.no_file(path, found) or ownership.exposed(path, found)
            problem = problem or ownership.exposed_folder(path)
            if not problem and found.st_mode & 0o077:
                mode = f"{stat.S_IMODE(found.st_mode):03o}"
                problem = (
                    f"{path} can be read by other users (mode {mode}).",
                    f"Take that right away: chmod 600 {path}",
                )
            body = b"" if problem else file.read(_LARGEST)
    except OSError as error:
        raise _unreadable(path, error) from error
    if problem:
        raise KeyFileError(*problem)
    return body


def _unreadable(path: Path, error: OSError) -> KeyFileError:
    return KeyFileError(
        f"The key {path} cannot be read: {error.strerror}.",
        "Put it back from a backup, or correct [keys] in pubguard.toml.",
    )
