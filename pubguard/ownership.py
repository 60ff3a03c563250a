"""Files that decide something must not be writable by anybody else."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable

from pubguard.errors import ConfigError


def read_own(path: str | os.PathLike[str], largest: int) -> bytes:
    """The file's bytes, read through the same handle that was checked.

    Raises:
        ConfigError: unreadable, over `largest` bytes, or writable by others.
    """
    return _read(path, largest, lambda _: None)


def read_secret(path: str | os.PathLike[str], largest: int) -> bytes:
    """As `read_own`, of a file that nobody else may even read.

    Raises:
        ConfigError: unreadable, over `largest` bytes, or open to others.
    """
    return _read(path, largest, lambda found: _legible(path, found))


Problem = tuple[str, str] | None
"""What is wrong and what to do, or None."""


def _read(
    path: str | os.PathLike[str], largest: int, also: Callable[[os.stat_result], Problem]
) -> bytes:
    try:
        with open(path, "rb", opener=at_once) as file:
            found = os.fstat(file.fileno())
            problem = no_file(path, found) or exposed(path, found) or exposed_folder(path)
            problem = problem or also(found)
            body = b"" if problem else file.read(largest + 1)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read: {error.strerror}.", "Check the path and its permissions."
        ) from error
    if problem:
        raise ConfigError(*problem)
    if len(body) > largest:
        raise ConfigError(f"{path} has more than {largest} bytes.", "Is it the right file?")
    return body


def _legible(path: str | os.PathLike[str], found: os.stat_result) -> Problem:
    if not found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return None
    return (
        f"{path} can be read by other users (mode {stat.S_IMODE(found.st_mode):03o}).",
        f"Take that right away: chmod 600 {path}",
    )


def at_once(path: str, flags: int) -> int:
    """Opens without waiting, for a named pipe would keep us for ever."""
    return os.open(path, flags | os.O_NONBLOCK)


def no_file(path: str | os.PathLike[str], found: os.stat_result) -> tuple[str, str] | None:
    """Why this cannot be read as a file, and what to do; None if it can."""
    if stat.S_ISREG(found.st_mode):
        return None
    return f"{path} is not a file.", "Name a file, or the folder that holds it."


def exposed(path: str | os.PathLike[str], found: os.stat_result) -> tuple[str, str] | None:
    """Why others can change this file, and what to do; None if they cannot."""
    if found.st_uid not in (0, os.geteuid()):
        return (
            f"{path} belongs to another user (uid {found.st_uid}), who can change what is allowed.",
            f"Take it over: chown {os.geteuid()} {path}",
        )
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return (
            f"{path} can be changed by other users (mode {stat.S_IMODE(found.st_mode):03o}).",
            f"Take that right away: chmod go-w {path}",
        )
    return None


def exposed_folder(path: str | os.PathLike[str]) -> tuple[str, str] | None:
    """Why others can put another file in this one's place; None if they cannot.

    A symbolic link counts twice: where it lies and where it leads.
    """
    places = (os.path.abspath(path), os.path.realpath(path))
    for folder in dict.fromkeys(map(os.path.dirname, places)):
        found = os.stat(folder)
        if not (found.st_mode & stat.S_ISVTX and found.st_uid in (0, os.geteuid())):
            problem = exposed(folder, found)
            if problem:
                return problem
    return None
