"""What a plugin may be. Each protocol is met by a frozen struct whose fields are its settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import ClassVar, Protocol, runtime_checkable

from msgspec import Struct

from pubguard.holidays import Days, HolidayData
from pubguard.model import Action, Attempt, Facts, Finding, Record, Release


class Rule(Protocol):
    """One reason why an action may not go ahead.

    `judge` is pure: it reads no clock and does no input or output. It returns a
    finding, CLEAR for "looked, no objection", or None for "not for me to say".
    The first three characters of `code` are the family that thereby speaks.
    """

    code: ClassVar[str]
    version: ClassVar[int]
    title: ClassVar[str]
    why: ClassVar[str]
    fix: ClassVar[str]
    duty: ClassVar[str | None]
    actions: ClassVar[frozenset[Action]]

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """What this rule says about the attempt."""
        ...


class FactSource(Protocol):
    """One look at the world before a decision; the only place for input and output.

    Returns a frozen struct of plain values, which the log records and the rules
    find by its type, or raises, which leaves the fact unknown.
    """

    kind: ClassVar[type[Struct]]

    def gather(self, attempt: Attempt, record: Record | None) -> Struct:
        """The fact as it is now."""
        ...


@runtime_checkable
class Examined(Protocol):
    """A fact source that `pubguard doctor` can ask how it is; none need be one."""

    def examine(self, now: datetime) -> Finding:
        """How it is at that instant: allow, warn for advice, block for what is wrong.

        The reason is shown for allow too; warn and block have a remedy.
        """
        ...


class Refusal(Struct, frozen=True):
    """A row that a calendar could not take: where it stands, and why.

    `id` is the row's own id where it could be read: the row was refused, but its
    release has not disappeared.
    """

    where: str
    reason: str
    id: str | None = None


class Document(Struct, frozen=True):
    """One file or one page of an answer: its place, its bytes, its media type."""

    place: str
    body: bytes
    media_type: str = ""


class Read(Struct, frozen=True):
    """What a calendar made of its documents.

    `whole` is False when the source cannot be the full list (one announcement, a
    page of many): then nothing counts as disappeared. `places` says for each
    release where it stands, in the same order.
    """

    releases: tuple[Release, ...]
    refused: tuple[Refusal, ...] = ()
    whole: bool = True
    places: tuple[str, ...] = ()


@runtime_checkable
class HolidaySource(Protocol):
    """A fact source that rests on a list of bank holidays, which the log may keep; none need."""

    def packaged(self) -> HolidayData:
        """The list that came with the installation.

        Raises:
            ConfigError: it is missing or broken.
        """
        ...

    def in_force(self) -> HolidayData:
        """The list that checks rest on: the log's if it holds one, else the packaged one.

        Raises:
            ConfigError, LogError: neither can be read.
        """
        ...

    def parse(self, document: Document) -> Days:
        """The days of a list as its publisher gives it out.

        Raises:
            SourceError: it is no such list, or not a whole one.
        """
        ...


class Calendar(Protocol):
    """A format that announces releases."""

    def recognises(self, document: Document) -> bool:
        """True if the document looks like this format."""
        ...

    def read(self, documents: Sequence[Document]) -> Read:
        """The releases in the documents, in their order.

        Raises:
            SourceError: the documents as a whole are empty, cut off or not this format.
        """
        ...

    def next_page(self, document: Document) -> str | None:
        """The address of the page after this one, or None."""
        ...


class Row(Struct, frozen=True):
    """The state of one stream: the index of the entry that last changed it, and its bytes."""

    index: int
    body: bytes


class Snapshot(Struct, frozen=True):
    """The log's size and some streams, read in one transaction.

    `asked` names all streams that were looked for; `rows` holds the known ones.
    """

    size: int
    rows: Mapping[str, Row]
    asked: tuple[str, ...] = ()


class Transaction(Protocol):
    """An exclusive write, durable when its context ends without an exception."""

    def size(self) -> int:
        """How many entries there are."""
        ...

    def indexes(self, streams: Sequence[str]) -> Mapping[str, int]:
        """The index at which each known stream last changed."""
        ...

    def leaves(self, start: int, stop: int) -> Sequence[bytes]:
        """The leaf hashes from `start` up to, not including, `stop`."""
        ...

    def put(
        self,
        entries: Sequence[tuple[int, str | None, bytes, bytes]],
        tiles: Sequence[tuple[int, bytes]],
        rows: Sequence[tuple[str, int, bytes]],
        sealed: Sequence[tuple[bytes, bytes, str]],
    ) -> None:
        """Store all of it.

        Entries are (index, release, bytes, leaf hash), tiles (number, hash), rows
        (stream, index, state), sealed values (digest, salt, value).
        """
        ...


class Reader(Protocol):
    """What can be read of a store."""

    def snapshot(self, streams: Sequence[str]) -> Snapshot:
        """Size and streams as they were at one instant."""
        ...

    def states(self, prefix: str) -> Iterator[tuple[str, Row]]:
        """All streams whose name starts with `prefix`, in order of name."""
        ...

    def read(
        self, start: int = 0, stop: int | None = None
    ) -> Iterator[tuple[int, str | None, bytes, bytes]]:
        """Index, release, bytes and leaf hash from `start` on, in order, not loading them all."""
        ...

    def read_release(self, release: str) -> Iterator[tuple[int, bytes]]:
        """Index and bytes of the entries about one release, in order."""
        ...

    def leaves(self, start: int, stop: int) -> Sequence[bytes]:
        """The leaf hashes from `start` up to, not including, `stop`."""
        ...

    def tiles(self) -> Sequence[bytes]:
        """The hash of every full tile of 256 leaves, in order."""
        ...

    def unseal(self, digests: Sequence[bytes]) -> Mapping[bytes, tuple[bytes, str]]:
        """Salt and value of each sealed digest that was not erased."""
        ...

    def sealed(self) -> Iterator[tuple[bytes, bytes, str]]:
        """Every sealed value as (digest, salt, value), in order of digest."""
        ...

    def damage(self) -> str | None:
        """What the store itself finds wrong with its files, or None."""
        ...


class Store(Reader, Protocol):
    """Keeps the bytes that the log hands it; never looks into them.

    MUST be durable when `begin`'s context has ended. MUST raise LogUnwritable for
    a write that was not stored and LogCorrupt for a file that is not a store. Of a
    write that failed, nothing may come to light later.
    """

    def create(self) -> None:
        """Make an empty store; refuse to touch one that is there."""
        ...

    def begin(self, timeout: float) -> AbstractContextManager[Transaction]:
        """Start an exclusive write, waiting at most `timeout` seconds for it."""
        ...

    def view(self) -> AbstractContextManager[Reader]:
        """A reader to whom everything stands still as it is now."""
        ...

    def erase(self, digest: bytes) -> None:
        """Delete a sealed value so that no page of the file still holds it."""
        ...

    def replace_derived(
        self,
        leaves: Iterable[tuple[int, str | None, bytes]],
        tiles: Iterable[tuple[int, bytes]],
        rows: Iterable[tuple[str, int, bytes]],
    ) -> None:
        """Put these in the place of all that is derived, in one transaction.

        Leaf hashes come as (index, release, leaf), tiles and rows as in `put`.
        """
        ...

    def close(self) -> None:
        """Let go of the files; the next call opens them again."""
        ...


class SecondClock(Protocol):
    """Another clock to hold against the kernel's."""

    def offset(self, now: datetime) -> int:
        """That clock minus ours, in microseconds."""
        ...
