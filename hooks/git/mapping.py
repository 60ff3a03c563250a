"""Which paths of a repository hold which outputs: ``.pubguard/outputs.toml``.

::

    [[output]]
    path = "data/prices/*.csv"        # * in a folder, ** across; a folder means all in it
    release = "prices-november-2027"
    output = "tables"
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from unicodedata import normalize

import msgspec
from msgspec import Struct

from pubguard.errors import IdError, Refused
from pubguard.ids import check_id

PATH = ".pubguard/outputs.toml"
LARGEST = 1_000_000
"""Bytes that a mapping may have."""
_PARTS = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")
_MEANS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """Paths, and the output of a release that stands in them."""

    path: str
    release: str
    output: str


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    output: tuple[Entry, ...]


class Mapping:
    """Entries from all the trees that count; none of them can take away another's."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        kept = list(dict.fromkeys(entries))
        self._exact = [
            (_compiled(form), entry)
            for entry in kept
            for form in (entry.path.rstrip("/"), entry.path.rstrip("/") + "/**")
        ]
        self._above = [
            _compiled("/".join(parts[:length]))
            for parts in (entry.path.rstrip("/").split("/") for entry in kept)
            for length in range(1, len(parts))
        ]

    def of(self, path: str) -> list[Entry]:
        """Every entry that names the path, whatever its case and Unicode form."""
        spelled = _spelled(path)
        found = (entry for pattern, entry in self._exact if pattern.fullmatch(spelled))
        return list(dict.fromkeys(found))

    def leads_to(self, path: str) -> bool:
        """True if a guarded path may lie below: a link there would stand in for it."""
        spelled = _spelled(path)
        return any(pattern.fullmatch(spelled) for pattern in self._above)


def parse(body: bytes, where: str) -> tuple[Entry, ...]:
    """The entries of one file.

    Raises:
        Refused: it cannot be read as a mapping.
    """
    try:
        found = msgspec.convert(tomllib.loads(body.decode()), _File).output
        for entry in found:
            check_id(entry.release)
            check_id(entry.output)
            if not entry.path.strip("/") or entry.path.startswith("/"):
                raise ValueError(f"{entry.path!r} is no path below the top of the repository")
    except (UnicodeDecodeError, ValueError, RecursionError, IdError) as error:
        words = error.message if isinstance(error, IdError) else str(error)
        raise Refused(
            f"{where} is not a mapping: {ascii(words)[1:-1][:300]}.",
            "Write it as [[output]] tables, each with path, release and output.",
        ) from error
    return found


def _spelled(path: str) -> str:
    return normalize("NFC", normalize("NFC", path).casefold())


def _compiled(glob: str) -> re.Pattern[str]:
    parts = _PARTS.findall(_spelled(glob))
    return re.compile("".join(_MEANS.get(part) or re.escape(part) for part in parts), re.DOTALL)
