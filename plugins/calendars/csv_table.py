"""A CSV document as lines of cells under known headers."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO

from msgspec import Struct
from pubguard_plugins.calendars.csv import COLUMNS, REQUIRED, Csv

from pubguard.errors import SourceError
from pubguard.ids import nearest
from pubguard.protocols import Document

DELIMITERS = (",", ";", "\t")
_BOM = "\ufeff"
_SEP = re.compile(r"sep=(.)", re.IGNORECASE)
_END = re.compile(r"\r\n|\r|\n")
_HEAD = 65_536
"""Characters within which the header line must end."""


class Header(Struct, frozen=True):
    """The headers as they stand, and at which of them each of our columns is."""

    cells: tuple[str, ...]
    at: Mapping[str, int]
    delimiter: str

    def call(self, column: str) -> str:
        """How to call one of our columns to people: its number and header."""
        if column not in self.at:
            return f"the column {column!r}, which the file does not have"
        index = self.at[column]
        return f"column {index + 1} ({self.cells[index].strip()!r})"


class Start(Struct, frozen=True):
    """Where the header begins, how many lines stand above it, and the delimiter they give."""

    at: int
    above: int
    delimiter: str | None


class Line(Struct, frozen=True):
    """One line of the file: its place, its cells, and the headers that they stand under."""

    place: str
    cells: Sequence[str]
    header: Header


def has_headers(document: Document, settings: Csv) -> bool:
    """True if the first line has the headers of id and title."""
    try:
        text = document.body[: 4 * _HEAD].decode("utf-8", "ignore").removeprefix(_BOM)
        start = _start(text)
        header = _header(text[start.at :], settings, start.delimiter)
    except csv.Error:
        return False
    return {"id", "title"} <= header.at.keys()


def lines(document: Document, settings: Csv) -> Iterator[Line]:
    """The lines below the header, blank ones left out.

    Raises:
        SourceError: not UTF-8, no CSV, or not the headers that are needed.
    """
    try:
        text = document.body.decode().removeprefix(_BOM)
    except UnicodeDecodeError as error:
        message = f"{document.place} is not UTF-8 text."
        raise SourceError(message, "Save it as CSV in UTF-8.") from error
    start = _start(text)
    text, last = text[start.at :], start.above
    if not text:
        return
    try:
        header = _header(text, settings, start.delimiter)
        _refuse_wrong(document, header, settings)
        reader = csv.reader(StringIO(text, newline=""), delimiter=header.delimiter, strict=True)
        for number, cells in enumerate(reader):
            first, last = last + 1, start.above + reader.line_num
            if number and any(cell.strip() for cell in cells):
                here = f"line {first}" if first == last else f"lines {first} to {last}"
                yield Line(f"{document.place}: {here}", cells, header)
    except csv.Error as error:
        line = last + 1
        message = f"{document.place} is cut off or no CSV: {error}, from line {line} on."
        remedy = "Look for a quotation mark that is not closed; nothing was changed."
        raise SourceError(message, remedy) from error


def _start(text: str) -> Start:
    """Where the header begins, below blank lines and a line "sep=;" if there are any."""
    at, above, delimiter = 0, 0, None
    while at < len(text):
        end = _END.search(text, at)
        after = end.end() if end else len(text)
        line = text[at:after].strip()
        if found := _SEP.fullmatch(line):
            delimiter = found[1]
        elif line:
            break
        at, above = after, above + 1
    return Start(at, above, delimiter)


def _header(text: str, settings: Csv, given: str | None) -> Header:
    """The header under the delimiter that finds most of our columns in it.

    Raises:
        csv.Error: under none can it be read.
    """
    marks = [settings.delimiter or given] if settings.delimiter or given else DELIMITERS
    found: list[Header] = []
    problem = csv.Error("it has no header line")
    for mark in filter(None, marks):
        try:
            cells = next(csv.reader(StringIO(text[:_HEAD], newline=""), delimiter=mark), [])
        except csv.Error as error:
            problem = error
            continue
        found.append(Header(tuple(cells), _at(cells, settings), mark))
    if not found:
        raise problem
    return max(found, key=lambda each: (len(each.at), len(each.cells)))


def _at(cells: Sequence[str], settings: Csv) -> dict[str, int]:
    names = [_plain(cell) for cell in cells]
    wanted = {column: _plain(settings.columns.get(column, column)) for column in COLUMNS}
    return {column: names.index(name) for column, name in wanted.items() if name in names}


def _refuse_wrong(document: Document, header: Header, settings: Csv) -> None:
    used = {_plain(header.cells[index]) for index in header.at.values()}
    twice = [
        n for n, often in Counter(map(_plain, header.cells)).items() if often > 1 and n in used
    ]
    if twice:
        raise _wrong(document, f"has the column {twice[0]!r} twice", "Rename one of the two.")
    free = [cell.strip() for cell in header.cells if _plain(cell) not in used and cell.strip()]
    for column in COLUMNS:
        wanted = settings.columns.get(column, column)
        near = nearest(wanted, free, n=1)
        asked = column in REQUIRED or column in settings.columns
        if column not in header.at and (asked or (near and _misspelt(column, near[0]))):
            nearby = f"the nearest is {near[0]!r}" if near else f"it has {_listed(header.cells)}"
            what = f"has no column {wanted!r}; {nearby}"
            example = near[0] if near else "its header"
            remedy = f'Map it with columns = {{{column} = "{example}"}} in the source\'s settings.'
            raise _wrong(document, what, remedy)


def _misspelt(column: str, header: str) -> bool:
    """A column that may be left out, but was most likely meant: a lost state opens gates."""
    from difflib import SequenceMatcher

    return SequenceMatcher(None, column, _plain(header)).ratio() >= 0.8


def _listed(cells: Sequence[str]) -> str:
    named = [repr(cell.strip()[:60]) for cell in cells if cell.strip()]
    return ", ".join(named[:20]) or "no header at all"


def _plain(header: str) -> str:
    return header.strip().casefold()


def _wrong(document: Document, what: str, remedy: str) -> SourceError:
    return SourceError(f"{document.place} {what}.", f"{remedy} Nothing was changed.")
