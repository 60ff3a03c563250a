"""Calendars: what a source holds, what a format makes of it, and what goes out again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from msgspec import Struct

from pubguard.model import Release


class Refusal(Struct, frozen=True):
    """A row that a calendar could not take: where it stands, and why.

    `id` is the row's own id where it could be read: the row was refused, but its
    release has not disappeared.
    """

    where: str
    reason: str
    id: str | None = None


class Replaced(Struct, frozen=True):
    """An announcement that has given way to its publication: its id, the address, its place."""

    id: str
    url: str
    where: str


class Document(Struct, frozen=True):
    """One file or one page of an answer: its place, its bytes, its media type."""

    place: str
    body: bytes
    media_type: str = ""


class Read(Struct, frozen=True):
    """What a calendar made of its documents.

    `whole` is False when the source cannot be the full list (one announcement, a
    page of many): then nothing counts as disappeared. `places` says for each
    release where it stands, in the same order. `replaced` are announcements in
    whose place the publication is found now.
    """

    releases: tuple[Release, ...]
    refused: tuple[Refusal, ...] = ()
    whole: bool = True
    places: tuple[str, ...] = ()
    replaced: tuple[Replaced, ...] = ()


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


Progress = Callable[[int, int, str], None]
"""Is told how far long work has come: (done, of how many, what, for example "releases read")."""


@runtime_checkable
class Telling(Protocol):
    """A calendar whose reading can take long and that tells how far it is; none need be one."""

    def read_and_tell(self, documents: Sequence[Document], tell: Progress) -> Read:
        """As `Calendar.read`, calling `tell` now and then."""
        ...


class Listed(Struct, frozen=True):
    """A release as an export lists it: without outputs, contact and reason.

    `changes` counts what happened to it since it was announced, `changed_at` is
    the last time that anything did.
    """

    release: Release
    changes: int = 0
    changed_at: datetime | None = None


class Written(Struct, frozen=True):
    """The text of an export, and the ids that the format has no place for."""

    text: str
    left_out: tuple[str, ...] = ()


@runtime_checkable
class Writer(Protocol):
    """A calendar that `pubguard calendar export` can write; none need be one."""

    def write(self, listed: Sequence[Listed], now: datetime) -> Written:
        """The releases in this format, in their order. `read` makes the same of it."""
        ...
