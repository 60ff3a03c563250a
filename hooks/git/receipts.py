"""What the guard allowed a moment ago, and what is to be recorded once git has done it.

Both hooks run for one push, and a typed confirmation is good for one question: what pre-receive was
allowed, reference-transaction need not ask again within the 30 seconds of the answer.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct
from pubguard_hooks.git.asking import Yes
from pubguard_hooks.git.permit import Wanted

from pubguard.clock import stamp

VALID = timedelta(seconds=30)


class Due(Struct, frozen=True):
    """One output that goes out with this change of refs."""

    wanted: Wanted
    permit: str


class Receipts:
    """Small files in the repository's own folder, where no push reaches."""

    def __init__(self, repository: str) -> None:
        self._folder = Path(repository) / "pubguard"

    def keep(self, wanted: Wanted, yes: Yes) -> None:
        """Remember a yes of the guard; one under a permit is looked at again instead."""
        if yes.until is not None:
            self._write(self._name("yes", wanted), msgspec.json.encode(yes))

    def find(self, wanted: Wanted, now: datetime) -> Yes | None:
        """The yes that is still valid."""
        try:
            yes = msgspec.json.decode(self._read(self._name("yes", wanted)), type=Yes)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return None
        fresh = yes.until is not None and yes.until.tzinfo and now < yes.until <= now + VALID
        return yes if fresh else None

    def expect(self, change: bytes, due: Sequence[Due]) -> None:
        """Remember what is public once git says that this change is made."""
        if due:
            self._write(self._name("due", change), msgspec.json.encode(due))

    def take(self, change: bytes) -> list[Due]:
        """What was expected of this change, once."""
        name = self._name("due", change)
        try:
            found = msgspec.json.decode(self._read(name), type=list[Due])
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return []
        (self._folder / name).unlink(missing_ok=True)
        return found

    def queue(self, due: Due, actor: str, happened: datetime, state: str) -> Path:
        """Keep a record that the guard did not take, as the shell hook's `send` reads it.

        Raises:
            OSError: it cannot be kept.
        """
        lines = {
            "outcome": "published",
            "release": due.wanted.release,
            "output": due.wanted.output,
            "digest": due.wanted.digest,
            "actor": actor,
            "happened_at": stamp(happened),
            "permit": due.permit,
            "request_id": os.urandom(16).hex(),
        }
        folder = Path(state) / "queue" if state else self._folder / "queue"
        name = f"{int(happened.timestamp())}.{os.getpid()}.{lines['request_id'][:8]}.record"
        body = "".join(f"{key} {value}\n" for key, value in lines.items())
        return self._write(name, body.encode(), folder)

    def _name(self, kind: str, about: object) -> str:
        body = about if isinstance(about, bytes) else msgspec.json.encode(about)
        return f"{kind}-{sha256(body).hexdigest()}"

    def _read(self, name: str) -> bytes:
        path = self._folder / name
        found = path.lstat()
        if found.st_uid not in (0, os.geteuid()) or found.st_mode & 0o022:
            raise PermissionError(str(path))
        return path.read_bytes()

    def _write(self, name: str, body: bytes, folder: Path | None = None) -> Path:
        folder = folder or self._folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path, new = folder / name, folder / f".{name}.{os.getpid()}"
        with suppress(FileNotFoundError):
            new.unlink()
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(body)
        new.replace(path)
        return path
