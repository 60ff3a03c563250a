"""Reading a calendar row by row: a bad row is refused and named, the good ones land."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import msgspec

from pubguard.errors import PubguardError, SourceError
from pubguard.ids import check_id
from pubguard.model import Release
from pubguard.protocols import Document, Read, Refusal

R = TypeVar("R")
D = TypeVar("D")


class RowRefused(ValueError):
    """A row that cannot be read as a release; its text is the reason."""


def where(document: Document, index: int) -> str:
    """Where a row stands, for people (counted from 1) and for programs (from 0)."""
    return f"{document.place}: row {index + 1} (index {index})"


def last_segment(path: str) -> str:
    """The id at the end of a source's own address of a release.

    Raises:
        IdError: the last segment cannot be an id.
    """
    return check_id(path.rpartition("/")[2])


def collect(
    rows: Iterable[tuple[str, R]],
    read: Callable[[R], Release],
    name: Callable[[R], str | None],
    *,
    whole: bool = True,
) -> Read:
    """Read each (place, row); `name` finds a refused row's own id, if it has one."""
    releases: list[Release] = []
    places: list[str] = []
    refused: list[Refusal] = []
    for place, row in rows:
        try:
            releases.append(read(row))
            places.append(place)
        except (RowRefused, PubguardError, msgspec.ValidationError) as error:
            refused.append(Refusal(place, _reason(error), name(row)))
    return Read(tuple(releases), tuple(refused), whole, tuple(places))


def decode(document: Document, kind: type[D]) -> D:
    """A JSON document as the struct.

    Raises:
        SourceError: not JSON, cut off, too deep, or not of that shape.
    """
    try:
        return msgspec.json.decode(document.body, type=kind)
    except msgspec.ValidationError as error:
        message = f"{document.place} does not have the shape of this format: {error}."
        remedy = "Check that the place is right, or name the format with --format."
        raise SourceError(message, remedy) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"{document.place} is cut off or not JSON: {error}."
        raise SourceError(message, "Fetch it again; nothing was changed.") from error


def refuse_cut_off(documents: Sequence[Document], came: int, total: int) -> None:
    """Stop if the source counts more rows than it sent.

    Raises:
        SourceError: naming both numbers.
    """
    if came < total:
        message = f"{documents[0].place} is cut off: it counts {total} releases and holds {came}."
        remedy = "Import the address itself, or a folder with all pages. Nothing was changed."
        raise SourceError(message, remedy)


def refuse_empty(documents: Sequence[Document], rows: int) -> None:
    """Stop if there is no row at all: an empty source changes nothing.

    Raises:
        SourceError: naming the first document.
    """
    if rows == 0:
        place = documents[0].place if documents else "The source"
        message = f"{place} names no release at all; an empty source changes nothing."
        raise SourceError(message, "Check the place, its filters, and the format.")


def _reason(error: Exception) -> str:
    if isinstance(error, PubguardError):
        return f"{error.message} {error.remedy}".strip()
    return str(error)
