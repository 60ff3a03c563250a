"""One part of a path as a key of an nginx map: no text of an address becomes syntax."""

from __future__ import annotations

import re
from unicodedata import combining, normalize

_PLAIN = re.compile(r"[a-z0-9][a-z0-9._-]*", re.ASCII)
_SAFE = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_WORDS = frozenset({"default", "hostnames", "include", "volatile"})
_LONGEST = 400
"""What fits into a bucket of the maps' hash."""
_FAR_ENOUGH = 800, 200
"""Bytes of an exact key, letters of a loose one, after which anything may follow.

nginx takes no parameter of 4 kB; closing the few others that begin so is the safe side.
"""
_CHARACTER = (
    r"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf][\x80-\xbf]"
    r"|[\xf0-\xf4][\x80-\xbf][\x80-\xbf][\x80-\xbf]"
)
_ACCENTS = r"(?:\xcc[\x80-\xbf]|\xcd[\x80-\xaf])*"
_DEFINED = f"({_CHARACTER}){{0}}({_ACCENTS}){{0}}"
# Publishing systems write one letter as two: ae for the ligature, ss for the sharp s.
_PAIRS = frozenset({"ae", "oe", "ss", "ij", "th", "dz", "lj", "nj", "ff", "fi", "fl", "st"})


class Spelling:
    """How the parts of a path are compared, and written as keys."""

    def __init__(self, *, case_sensitive: bool) -> None:
        self._sensitive = case_sensitive
        self._mark = "~" if case_sensitive else "~*"

    def folded(self, segment: str) -> str:
        """The same for segments that are compared as one."""
        return segment if self._sensitive else segment.lower()

    def exact(self, segment: str) -> str:
        """The key that fits this part of a path and nothing else, quoted."""
        plain = _PLAIN.fullmatch(segment) and segment not in _WORDS and len(segment) <= _LONGEST
        if plain and not self._sensitive:
            return f'"{segment}"'  # nginx compares such keys without case
        body, cut = segment.encode(), _FAR_ENOUGH[0]
        return f'"{self._mark}^{_escaped(body[:cut])}{"$" if len(body) <= cut else ""}"'

    def loose(self, segment: str) -> str:
        """A key that also fits the segment with accents added, dropped, composed or taken apart.

        A character beyond ASCII may stand for any one of the segment: which one a
        publishing system takes it for, nginx cannot know.
        """
        letters = [each for each in normalize("NFD", segment) if not combining(each)]
        cut = _FAR_ENOUGH[1]
        end = "$" if len(letters) <= cut else ""
        parts: list[str] = []
        place = 0
        while place < min(len(letters), cut):
            one, two = letters[place], "".join(letters[place : place + 2])
            if two.lower() in _PAIRS:
                parts.append(f"(?:(?1)(?2)|{_one(two[0])}{_one(two[1])})")
                place += 2
            else:
                parts.append(_one(one))
                place += 1
        return f'"{self._mark}^{_DEFINED}{"".join(parts)}{end}"'


def _one(letter: str) -> str:
    if letter.isascii():
        return f"(?:{_escaped(letter.encode())}|(?1))(?2)"
    return "(?1)(?2)"


def _escaped(body: bytes) -> str:
    return "".join(chr(byte) if byte in _SAFE else f"\\x{byte:02x}" for byte in body)
