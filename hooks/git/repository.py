"""What git itself says about a push. Paths keep undecodable bytes (surrogateescape)."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import IO

from msgspec import Struct

from pubguard.errors import Refused

READ = 1 << 16
FILE = "10"
"""How the mode of an ordinary file begins; 12 is a symbolic link, 16 another repository."""


class Update(Struct, frozen=True):
    """One ref that is to change; `old` and `new` are object ids, all zeros for none."""

    old: str
    new: str
    ref: str

    @property
    def removes(self) -> bool:
        """True if the ref goes away."""
        return not self.new.strip("0")


class Change(Struct, frozen=True):
    """A path that a new commit gives other content than each of its parents has."""

    path: str
    mode: str
    blob: str

    @property
    def is_file(self) -> bool:
        """An ordinary file, executable or not."""
        return self.mode.startswith(FILE)


def settings() -> dict[str, str]:
    """The repository's ``pubguard.*`` configuration."""
    done = subprocess.run(
        ["git", "config", "-z", "--get-regexp", r"^pubguard\."],  # noqa: S607 - as below
        capture_output=True,
        check=False,
    )
    found = (item.partition("\n") for item in os.fsdecode(done.stdout).split("\0") if item)
    return {name.removeprefix("pubguard."): value for name, _, value in found}


def folder() -> str:
    """The repository's own folder."""
    return _git("rev-parse", "--absolute-git-dir").strip()


def public(pattern: str = "") -> list[str]:
    """The objects that refs point to now; what is reachable from them is public already."""
    names = [pattern] if pattern else []
    return _git("for-each-ref", "--format=%(objectname)", *names).split()


def there(names: Iterable[str]) -> list[str]:
    """The objects with these names, or that these refs point to now, as far as there are any."""
    asked = "".join(f"{name}\n" for name in names)
    found = _git("cat-file", "--batch-check=%(objectname) %(objecttype)", given=asked)
    return [line.split()[0] for line in found.splitlines() if not line.endswith("missing")]


def not_commits(objects: Sequence[str]) -> list[str]:
    """Those that do not lead to a commit: a bare file or folder would have no path to judge."""
    asked = "".join(f"{name}^{{}}\n" for name in objects)
    found = _git("cat-file", "--batch-check=%(objecttype)", given=asked).splitlines()
    return [name for name, kind in zip(objects, found, strict=True) if kind != "commit"]


def files(objects: Sequence[str], path: str) -> set[str]:
    """The ids of the different blobs that lie at that path in these commits."""
    asked = "".join(f"{name}^{{commit}}:{path}\n" for name in objects)
    found = _git("cat-file", "--batch-check=%(objectname) %(objecttype)", given=asked)
    return {line.split()[0] for line in found.splitlines() if line.endswith(" blob")}


def content(blob: str, most: int) -> bytes:
    """A small blob's bytes.

    Raises:
        Refused: it has more than `most` bytes.
    """
    with _reading("cat-file", "blob", blob) as stream:
        body = stream.read(most + 1)
    if len(body) > most:
        raise Refused(f"The file {blob} is longer than {most} bytes.", "Make it shorter.")
    return body


def digest(blob: str) -> str:
    """SHA-256 of a blob, byte for byte."""
    found = sha256()
    process = _reading("cat-file", "blob", blob)
    with process as stream:
        while part := stream.read(READ):
            found.update(part)
    return f"sha256:{found.hexdigest()}"


def changes(new: Sequence[str], known: Sequence[str]) -> Iterator[Change]:
    """What commits reachable from `new`, and from nothing in `known`, bring."""
    asked = "".join(f"{name}\n" for name in new) + "".join(f"^{name}\n" for name in known)
    commits = _git("rev-list", "--stdin", given=asked)
    if not commits:
        return
    yield from _parsed(
        _reading(
            *("diff-tree", "--stdin", "-r", "-c", "-z", "--root", "--raw", "--no-renames"),
            *("--no-commit-id", "--ignore-submodules=none", "--no-abbrev"),
            given=commits,
        )
    )


def _parsed(reading: _reading) -> Iterator[Change]:
    with reading as stream:
        fields = _fields(stream)
        for head in fields:
            # ":old new old-id new-id status", or for a merge a colon and two fields per parent
            parents = len(head) - len(head.lstrip(":"))
            words = head[parents:].split(" ")
            mode, blob, path = words[parents], words[2 * parents + 1], next(fields)
            before = words[parents + 1 : 2 * parents + 1]
            kinds = {old[:2] for old in words[:parents]}
            if blob.strip("0") and not (blob in before and mode[:2] in kinds):
                yield Change(path, mode, blob)


def _fields(stream: IO[bytes]) -> Iterator[str]:
    rest = b""
    while part := stream.read(READ):
        *whole, rest = (rest + part).split(b"\0")
        yield from map(os.fsdecode, whole)


def _environment() -> dict[str, str]:
    """Ours, in which no pushed ref can put another object in the place of one."""
    return {**os.environ, "GIT_NO_REPLACE_OBJECTS": "1", "GIT_GRAFT_FILE": os.devnull}


def _git(*arguments: str, given: str = "") -> str:
    done = subprocess.run(  # noqa: S603 - no shell, our own words
        ["git", *arguments],  # noqa: S607 - the git that runs the hook is first on the PATH
        input=os.fsencode(given),
        capture_output=True,
        check=False,
        env=_environment(),
    )
    if done.returncode:
        raise _failed(arguments[0], done.stderr)
    return os.fsdecode(done.stdout)


class _reading:  # noqa: N801 - reads as the verb that it is
    """The output of a git command as a stream; its failure is ours."""

    def __init__(self, *arguments: str, given: str = "") -> None:
        from tempfile import TemporaryFile

        self._name = arguments[0]
        self._errors = TemporaryFile()  # noqa: SIM115 - closed with the process
        self._given = TemporaryFile()  # noqa: SIM115 - closed with the process
        self._given.write(os.fsencode(given))
        self._given.seek(0)
        self._process = subprocess.Popen(  # noqa: S603 - no shell, our own words
            ["git", *arguments],  # noqa: S607 - the git that runs the hook is first on the PATH
            stdin=self._given,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=_environment(),
        )

    def __enter__(self) -> IO[bytes]:
        assert self._process.stdout  # noqa: S101 - it was asked for
        return self._process.stdout

    def __exit__(self, kind: object, *_: object) -> None:
        with self._errors, self._given, self._process:
            rest = self._process.stdout.read(1) if self._process.stdout else b""
            if rest:
                self._process.kill()  # nobody wants the rest
            elif self._process.wait() and kind is None:
                self._errors.seek(0)
                raise _failed(self._name, self._errors.read(2000))


def _failed(name: str, said: bytes) -> Refused:
    words = ascii(os.fsdecode(said).strip())[1:-1][:300]
    return Refused(
        f"git {name} failed, so what is pushed cannot be judged: {words}.",
        "Have the repository looked at (git fsck), then push again.",
    )
