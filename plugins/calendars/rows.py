"""Reading a calendar row by row: a bad row is refused and named, the good ones land."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import TypeVar

import msgspec

from pubguard.clock import MONTHS
from pubguard.errors import PubguardError, SourceError
from pubguard.ids import check_id
from pubguard.model import Release, State
from pubguard.protocols import Document, Progress, Read, Refusal

R = TypeVar("R")
D = TypeVar("D")

STATES = {state.value: state for state in State}
NOW_AND_THEN = 5000
"""Rows after which a long reading tells how far it has come."""


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


def say_day(day: date) -> str:
    """A date without a time, in words: ``26 November 2026``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def said_state(state: str | None, status: str | None) -> tuple[State | None, str | None]:
    """What `state` and `status` say together: the state, and the kind of statistics.

    `status` may say the state in the place of `state`. The state is None where
    neither is given.

    Raises:
        RowRefused: a word that is no state, or two that differ.
    """
    second = STATES.get((status or "").strip().casefold())
    if state is not None:
        first = STATES.get(state.strip().casefold())
        if first is None:
            raise RowRefused(f"state {state[:60]!r} is none of {', '.join(STATES)}")
        if second is not None and second is not first:
            raise RowRefused(f"state says {first.value!r} and status says {second.value!r}")
        return first, None if second else status
    if second is None and status is not None:
        raise RowRefused(f"it has no state, and status {status[:60]!r} is no state either")
    return second, None


def telling(rows: Sequence[R], tell: Progress) -> Iterator[R]:
    """The rows as they are; `tell` hears now and then how many have been read."""
    for done, row in enumerate(rows):
        if done and done % NOW_AND_THEN == 0:
            tell(done, len(rows), "releases read")
        yield row


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
