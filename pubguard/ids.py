"""Release and output ids: what may be one, and which known one was meant.

An id is the text that a source itself uses, so it is never changed here, only
accepted or refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pubguard.errors import IdError

LONGEST = 200
"""The most characters that an id may have."""

CLOSELY = 500
"""Known ids that are compared letter by letter with one that is not known."""

_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?!\.))*", re.ASCII)
_ALLOWED = re.compile(r"[A-Za-z0-9._-]", re.ASCII)
_REMEDY = (
    f"Use up to {LONGEST} ASCII letters, digits, full stops, underscores and hyphens, "
    "starting with a letter or a digit."
)


def check_id(text: str) -> str:
    """The text itself, if it can be an id.

    Raises:
        IdError: empty, too long, starting with a mark, or holding a character
            (named, look-alike letters included) that an id may not hold.
    """
    if len(text) <= LONGEST and _ID.fullmatch(text):
        return text
    raise IdError(f"{_show(text)} is not an id: {_why(text)}.", _REMEDY)


def nearest(text: str, known: Iterable[str], n: int = 3) -> tuple[str, ...]:
    """Up to `n` known ids that look like the text, the nearest first."""
    from difflib import get_close_matches
    from heapq import nlargest

    # difflib takes 20 us a word, too long for a hundred thousand: look closely at a few.
    likely = nlargest(CLOSELY, known, key=lambda each: _ends_alike(text, each))
    return tuple(get_close_matches(text[:LONGEST], likely, n=n))


def _ends_alike(one: str, other: str) -> int:
    """How many characters both begin with, and how many they end with."""
    first = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    backwards = zip(reversed(one), reversed(other), strict=False)
    return first + next((i for i, (a, b) in enumerate(backwards) if a != b), len(one))


def _show(text: str) -> str:
    return ascii(text) if len(text) <= 60 else f"{text[:60]!a}..."


def _why(text: str) -> str:
    if not text.strip():
        return "it is empty"
    if len(text) > LONGEST:
        return f"it has {len(text)} characters and may have {LONGEST}"
    for place, character in enumerate(text, start=1):
        if not _ALLOWED.fullmatch(character):
            return f"character {place} is {_describe(character)}"
    if ".." in text:
        return "it holds two full stops in a row"
    return f"it starts with {text[0]!r}"


def _describe(character: str) -> str:
    from unicodedata import category, name

    if character == "/":
        return "a slash"
    if character == " ":
        return "a space"
    code = f"U+{ord(character):04X}"
    if category(character) == "Cc":
        return f"the control character {code}"
    called = f"{name(character, 'an unnamed character')} ({code})"
    if character.isascii():
        return called
    looks = ", which only looks like an ASCII letter" if character.isalpha() else ""
    return f"{called}{looks}"
