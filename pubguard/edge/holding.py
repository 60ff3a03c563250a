"""What the web server of this machine has loaded, and how it gets something else.

Beside FILE lies a folder FILE.sync: `held.json` says what was loaded last; while a new file
is being tried `next.json` says what it holds, and `before` is the file that was there. So
one that was killed in the middle is finished, or undone, by the next one.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from hashlib import sha256

import msgspec
from msgspec import Struct, structs

from pubguard import ownership
from pubguard.decoding import reader
from pubguard.edge import writing
from pubguard.errors import ConfigError, Refused, UsageError
from pubguard.protocols import EdgeList

LARGEST = 50_000_000
"""Bytes that a file of ours may have."""

Render = Callable[[EdgeList], str]
Reload = Callable[[], None]
"""Has the web server load the file; raises NotLoaded where it does not take it."""


class Held(Struct, frozen=True):
    """The list that a file was made of; `file` is the file's SHA-256, in hex.

    `size` and `root` stand in the file: the list may be a later one that says the same.
    """

    listed: EdgeList
    file: str
    size: int
    root: str


class Holder:
    """Keeps one web server's file in step with the list.

    Args:
        output: the file that it includes.
        render: writes its language.
        reload: has it load the file.

    Raises:
        UsageError: there is no such folder, or it cannot be written.
    """

    def __init__(self, output: str, render: Render, reload: Reload) -> None:
        self.output = os.path.abspath(output)
        self._render = render
        self._reload = reload
        self._folder = f"{self.output}.sync"
        self._held, self._next, self._before = (
            os.path.join(self._folder, name) for name in ("held.json", "next.json", "before")
        )
        try:
            with suppress(FileExistsError):
                os.mkdir(self._folder, 0o700)
            self._lock = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError as error:
            raise UsageError(
                f"{self._folder} cannot be made: {error.strerror}.",
                "Name an --output in a folder that you may write to.",
            ) from error

    def __enter__(self) -> Holder:
        """Keep others out.

        Raises:
            Refused: somebody else keeps this file in step.
        """
        try:
            flock(self._lock, LOCK_EX | LOCK_NB)
        except OSError as error:
            raise Refused(
                f"Another pubguard edge sync runs for {self.output}.",
                "One is enough: a service, or a timer with --once.",
            ) from error
        return self

    def __exit__(self, *_: object) -> None:
        """Let others in."""
        os.close(self._lock)

    @property
    def known(self) -> EdgeList | None:
        """The last list that was taken, whatever became of the file since."""
        found = self._read(self._held)
        return found.listed if found else None

    @property
    def loaded(self) -> EdgeList | None:
        """What the web server has loaded; None where somebody else wrote the file since."""
        found = self._read(self._held)
        return found.listed if found and found.file == self._present() else None

    @property
    def anything(self) -> bool:
        """True where there is a file, whoever wrote it."""
        return os.path.exists(self.output)

    def recover(self) -> None:
        """Finish, or undo, what one that was killed has begun.

        Raises:
            NotLoaded: undone, because the web server does not take it.
            UsageError: the files cannot be written.
        """
        begun = self._read(self._next)
        if begun and begun.file == self._present():
            self._finish()
        else:
            self._forget()

    def take(self, listed: EdgeList) -> bool:
        """Have the web server load this list; False where it says what is loaded already.

        Raises:
            NotLoaded: it does not take it; the file before it is in its place again.
            UsageError: the files cannot be written.
        """
        held = self._read(self._held)
        if held and held.file == self._present():
            same = structs.replace(listed, size=held.size, root=held.root)
            if _digest(self._render(same).encode()) == held.file:
                if listed != held.listed:
                    self._write(self._held, structs.replace(held, listed=listed))
                return False
        text = self._render(listed)
        made = Held(listed, _digest(text.encode()), listed.size, listed.root)
        self._forget()
        self._write(self._next, made)
        with suppress(FileNotFoundError):
            self._attempt(os.link, self.output, self._before)
        os.fsync(self._lock)
        try:
            writing.write(self.output, text)
        except UsageError:
            self._forget()
            raise
        self._finish()
        return True

    def _finish(self) -> None:
        """The new file is in its place: all or nothing."""
        try:
            self._reload()
        except BaseException:
            self._undo()
            raise
        self._attempt(os.rename, self._next, self._held)
        self._forget()

    def _undo(self) -> None:
        if os.path.exists(self._before):
            self._attempt(os.rename, self._before, self.output)
        else:
            with suppress(FileNotFoundError):
                os.unlink(self.output)
        self._forget()

    def _forget(self) -> None:
        for path in (self._before, self._next):
            with suppress(FileNotFoundError):
                self._attempt(os.unlink, path)

    def _attempt(self, act: Callable[..., None], *paths: str) -> None:
        try:
            act(*paths)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise UsageError(
                f"{paths[-1]} cannot be changed: {error.strerror}.",
                "See that the folder may be written to, by whoever runs this.",
            ) from error

    def _write(self, path: str, held: Held) -> None:
        writing.write(path, msgspec.json.encode(held).decode())

    def _read(self, path: str) -> Held | None:
        """What stands there; None for nothing, or nothing of this version's."""
        if not os.path.exists(path):
            return None
        try:
            return _read_held(ownership.read_own(path, LARGEST))
        except msgspec.MsgspecError:
            return None

    def _present(self) -> str:
        try:
            with open(self.output, "rb") as file:
                return _digest(file.read())
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise ConfigError(
                f"{self.output} cannot be read: {error.strerror}.", "Check its permissions."
            ) from error


_read_held = reader(Held)


def _digest(body: bytes) -> str:
    return sha256(body).hexdigest()
