"""Where a calendar lies: a file, a folder or an address, and the names of sources."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from pubguard.calendar.addresses import is_address
from pubguard.calendar.fetched import LARGEST, Fetched, NextPage, gathered, refuse_too_large
from pubguard.errors import SourceError
from pubguard.protocols import Document

SUFFIXES = (".json", ".ics", ".csv", ".toml")
"""The files of a folder that are read."""

_ODD = re.compile(r"[^A-Za-z0-9._-]+")


def fetch(place: str, next_page: NextPage, etag: str | None = None) -> Fetched:
    """All documents at the place, checked for size and encoding.

    Args:
        place: a path or an http(s) address.
        next_page: finds the address of the page after a document.
        etag: what `Fetched.etag` was the last time, if unchanged content need not come again.

    Raises:
        SourceError: missing, unreadable, too large, or not UTF-8.
    """
    if is_address(place):
        from pubguard.calendar.web import fetch_pages

        return fetch_pages(place, next_page, etag)
    path = Path(place)
    return gathered([read_file(p) for p in (_in_folder(path) if path.is_dir() else [path])])


def read_file(path: Path) -> Document:
    """The file's bytes.

    Raises:
        SourceError: missing, no file, unreadable or too large.
    """
    try:
        if not path.is_file():
            missing = f"There is no file or folder {str(path)!r}."
            odd = f"{str(path)!r} is neither a file nor a folder."
            raise SourceError(odd if path.exists() else missing, "Check the path; nothing changed.")
        refuse_too_large(str(path), path.stat().st_size)
        with path.open("rb") as file:
            return Document(str(path), file.read(LARGEST + 1))
    except (OSError, ValueError) as error:
        message = f"{str(path)!r} cannot be read: {error}."
        raise SourceError(message, "Check the path and its permissions.") from error


def source_name(format_name: str, place: str) -> str:
    """A name for a source that the configuration does not name.

    Its format, the end of its place, and six digits of the whole place's digest:
    it stands in the log, so it holds no query, password or folder of a person.
    """
    if is_address(place):
        parts = urlsplit(place)
        whole, tail = place, f"{parts.hostname}{parts.path}"
    else:
        path = Path(place).resolve()
        whole, tail = str(path), path.name
    mark = sha256(whole.encode(errors="surrogateescape")).hexdigest()[:6]
    return f"{format_name}:{_ODD.sub('_', tail)[-80:]}~{mark}"


def _in_folder(folder: Path) -> list[Path]:
    try:
        found = sorted(p for p in folder.iterdir() if _is_calendar(p))
    except OSError as error:
        message = f"{str(folder)!r} cannot be read: {error}."
        raise SourceError(message, "Check the folder's permissions.") from error
    if not found:
        kinds = f"{', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"
        message = f"The folder {str(folder)!r} holds no {kinds} file."
        raise SourceError(message, "An empty source changes nothing; check the path.")
    return found


def _is_calendar(path: Path) -> bool:
    return path.suffix in SUFFIXES and not path.name.startswith(".") and path.is_file()
