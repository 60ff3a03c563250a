"""What an address comes to when all spellings of it are one.

A web server's normal form (percent signs decoded once, empty and dotted segments
resolved), and on top of it what programs behind a web server take for the same:
path parameters, trailing dots and spaces, ``.html``, an index page for its folder.
Case is left to whoever compares.
"""

from __future__ import annotations

import re
from unicodedata import normalize
from urllib.parse import unquote_to_bytes, urlsplit

from msgspec import Struct

DOUBT = (
    rb"[\x00-\x1f\x7f?#\x5c]"  # where one program stops, another reads on
    rb"|%[0-9a-f][0-9a-f]|%u[0-9a-f][0-9a-f][0-9a-f][0-9a-f]"  # encoded twice
    rb"|//|/[. ]+(?:;[^/]*)?(?:/|\Z)|::"  # dots behind a parameter, streams of a file
    rb"|[\xc0\xc1\xf5-\xff]|\xe0[\x80-\x9f]|\xed[\xa0-\xbf]|\xf0[\x80-\x8f]"  # overlong, surrogates
    rb"|[\xc2-\xf4](?![\x80-\xbf])|(?<![\x80-\xff])[\x80-\xbf]"  # not UTF-8
    rb"|\xef\xbc[\x85\x8e\x8f\xbc]|\xe2\x80[\xa4-\xa6]|\xef\xb9[\x92\xa8]"  # wide % . / and dots
)
"""A decoded path that two programs could read differently; PCRE and Python read this alike."""
RAW_DOUBT = rb"^[^?]*[#\x5c]"
"""The same, of a request's target before it is decoded."""
TIDY = rb"([^/;]*?)(?:\.html?)?[. ]*(?:;[^/]*)?"
"""One segment; what counts of it is the group."""
INDEX = rb"(?:index|default)(?:\.(?:html?|php|aspx?))?[. ]*(?:;[^/]*)?"
"""A segment that stands for the folder it lies in."""
DEEPEST = 100
"""Parts of a path that is closed by itself: a web server's file has one level for each."""
FRONT_CONTROLLER = rb"^/index\.php(?=/)"
"""What some systems put before every path."""

_DOUBT, _RAW = re.compile(DOUBT, re.IGNORECASE), re.compile(RAW_DOUBT)
_TIDY, _INDEX = re.compile(TIDY, re.IGNORECASE), re.compile(INDEX, re.IGNORECASE)
_FRONT = re.compile(FRONT_CONTROLLER, re.IGNORECASE)


class Address(Struct, frozen=True):
    """Host and path of one page or file, whatever spelling it came in."""

    host: str
    segments: tuple[str, ...]


class Unclear(ValueError):
    """An address that cannot be closed by itself; its text says why, without the address."""


def canonical(url: str) -> Address:
    """The address of an output; letters as they are, accents composed.

    Raises:
        Unclear: programs could read it differently, or it is a query on a front page.
    """
    try:
        parts = urlsplit(url)
        host = site(parts.hostname or "")
    except (ValueError, UnicodeError) as error:
        raise Unclear("its host cannot be read") from error
    segments = split(parts.path or "/")
    if not segments and parts.query:
        raise Unclear("it is a query on a site's front page, which would have to be closed for it")
    if len(segments) > DEEPEST:
        raise Unclear(f"its path has more than {DEEPEST} parts")
    return Address(host, segments)


def site(host: str) -> str:
    """The host's name as a request's is compared: ASCII, lower case, without ``www.``."""
    name = host.rstrip(".").lower()
    if not name.isascii():
        name = name.encode("idna").decode()
    return name.removeprefix("www.")


def split(target: str) -> tuple[str, ...]:
    """The segments of an undecoded path, as they count; () for a front page.

    Raises:
        Unclear: programs could read it differently.
    """
    raw = target.encode("utf-8", "surrogateescape")
    path = _FRONT.sub(b"", _resolved(unquote_to_bytes(raw)))
    if _RAW.search(raw) or _DOUBT.search(path):
        raise Unclear("programs could read its path differently")
    parts = path.split(b"/")[1:]
    while parts and (not parts[-1] or _INDEX.fullmatch(parts[-1])):
        parts.pop()
    found = [match[1] if (match := _TIDY.fullmatch(part)) else part for part in parts]
    if not all(found):
        raise Unclear("a part of its path has no name")
    return tuple(normalize("NFC", part.decode()) for part in found)


def _resolved(path: bytes) -> bytes:
    """As nginx does: slashes merged, dotted segments resolved."""
    kept: list[bytes] = []
    *folders, last = path.split(b"/")
    for part in folders:
        if part == b".." and not kept:
            raise Unclear("its path leads out of the site")
        if part == b"..":
            kept.pop()
        elif part not in (b"", b"."):
            kept.append(part)
    if last == b"..":
        if not kept:
            raise Unclear("its path leads out of the site")
        kept.pop()
    name = b"" if last in (b".", b"..") else last
    return b"/" + b"".join(part + b"/" for part in kept) + name
