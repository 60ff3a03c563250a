"""A file that is there as a whole or not at all, and not for everybody to read."""

from __future__ import annotations

import os
from contextlib import suppress

from pubguard.errors import UsageError

MODE = 0o640
"""Embargoed addresses are for the web server's group, not for the world."""


def write(path: str, text: str) -> None:
    """Put the text into the file's place in one step, durable when this returns.

    Raises:
        UsageError: the folder or the file cannot be written.
    """
    made = f"{path}.{os.getpid()}.new"
    try:
        _store(made, path, text)
    except OSError as error:
        with suppress(OSError):
            os.unlink(made)
        raise UsageError(
            f"{path} cannot be written: {error.strerror}; what was there is unchanged.",
            "Name a file in a folder that you may write to.",
        ) from error


def _store(made: str, path: str, text: str) -> None:
    with suppress(FileNotFoundError):  # left behind by one that was killed
        os.unlink(made)
    handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, MODE)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(file.fileno(), MODE)
        _keep_group(file.fileno(), path)
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
    os.rename(made, path)
    folder = os.open(os.path.dirname(path) or ".", os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _keep_group(handle: int, path: str) -> None:
    """The web server reads by its group, which a new file must not lose."""
    with suppress(OSError):
        os.fchown(handle, -1, os.stat(path).st_gid)
