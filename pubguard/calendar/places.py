"""Where a calendar lies: a file, a folder or an address, and the names of sources."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from pubguard.calendar.addresses import is_address, shown
from pubguard.errors import SourceError
from pubguard.protocols import Document

LARGEST = 50_000_000
"""Bytes that a source may have, all its files or pages together."""

SUFFIXES = (".json", ".toml")
"""The files of a folder that are read."""

BOM = b"\xef\xbb\xbf"
_ODD = re.compile(r"[^A-Za-z0-9._-]+")


class Fetched(Struct, frozen=True):
    """What a place held: its documents and their digest. `unchanged` brings no documents."""

    documents: tuple[Document, ...]
    digest: str
    etag: str | None = None
    unchanged: bool = False


NextPage = Callable[[Document], str | None]


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


def gathered(documents: Sequence[Document], etag: str | None = None) -> Fetched:
    """The documents with their digest, each without a byte-order mark.

    One document's digest is that of its bytes as they came; of several it is the
    digest of their digests, in order.

    Raises:
        SourceError: too large together, or not UTF-8.
    """
    refuse_too_large(documents[0].place, sum(len(d.body) for d in documents))
    digests = [sha256(document.body) for document in documents]
    total = digests[0] if len(digests) == 1 else sha256(b"".join(d.digest() for d in digests))
    return Fetched(tuple(map(as_text, documents)), f"sha256:{total.hexdigest()}", etag)


def refuse_too_large(place: str, size: int) -> None:
    """Stop at a source of more than 50 MB.

    Raises:
        SourceError: naming the limit.
    """
    if size > LARGEST:
        message = f"{shown(place)} is too large: a source may have {LARGEST // 1_000_000} MB."
        raise SourceError(message, "Check the place, or split it into several sources.")


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
        message = f"The folder {str(folder)!r} holds no {' or '.join(SUFFIXES)} file."
        raise SourceError(message, "An empty source changes nothing; check the path.")
    return found


def _is_calendar(path: Path) -> bool:
    return path.suffix in SUFFIXES and not path.name.startswith(".") and path.is_file()


def as_text(document: Document) -> Document:
    """The document without a byte-order mark.

    Raises:
        SourceError: a NUL byte or something else that is not UTF-8, naming its position.
    """
    body = document.body.removeprefix(BOM)
    skipped = len(document.body) - len(body)
    nul = body.find(b"\0")
    try:
        body.decode()
    except UnicodeDecodeError as error:
        if nul < 0 or error.start < nul:
            what = f"byte 0x{body[error.start]:02x}, which is not UTF-8"
            raise _not_text(document, error.start + skipped, what) from error
    if nul >= 0:
        raise _not_text(document, nul + skipped, "a NUL byte")
    return Document(document.place, body, document.media_type)


def _not_text(document: Document, at: int, what: str) -> SourceError:
    line = document.body.count(b"\n", 0, at) + 1
    message = f"{shown(document.place)} holds {what}, at byte {at} (line {line})."
    remedy = "Save it as UTF-8 text (it may be ISO-8859-1 or UTF-16, or no text at all)."
    return SourceError(message, remedy)
