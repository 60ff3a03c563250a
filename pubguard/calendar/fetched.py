"""What came from a place: documents of text, counted and digested."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

from msgspec import Struct

from pubguard.calendar.addresses import shown
from pubguard.errors import SourceError
from pubguard.protocols import Document

LARGEST = 50_000_000
"""Bytes that a source may have, all its files or pages together."""

BOM = b"\xef\xbb\xbf"


class Fetched(Struct, frozen=True):
    """What a place held: its documents and their digest. `unchanged` brings no documents."""

    documents: tuple[Document, ...]
    digest: str
    etag: str | None = None
    unchanged: bool = False


NextPage = Callable[[Document], str | None]


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
