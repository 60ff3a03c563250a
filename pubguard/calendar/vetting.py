"""What every release must satisfy before it may enter the calendar, whoever announces it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pubguard.errors import PubguardError
from pubguard.ids import check_id
from pubguard.model import Output, Release, State

LONGEST = {
    "title": 1000,
    "provisional": 200,
    "series": 200,
    "contact": 500,
    "reason": 5000,
    "status": 200,
}
"""The most characters that each text of a release may have."""

_ADDRESS = re.compile(r"https?://[^\s/?#\\@]+([/?#][^\s\\]*)?", re.IGNORECASE)
_LONGEST_ADDRESS = 2000


def faults(release: Release) -> Iterator[str]:
    """Why the release cannot be taken, one sentence each; nothing if it can."""
    yield from _id_faults(release.id)
    if not release.title.strip():
        yield "It has no title."
    for name, limit in LONGEST.items():
        text = getattr(release, name)
        if text is not None and len(text) > limit:
            yield f"Its {name} has {len(text)} characters and may have {limit}."
        if text is not None and not _is_text(text):
            yield f"Its {name} holds half a character (a lone surrogate)."
    if release.release_at is None and release.state in (State.CONFIRMED, State.PUBLISHED):
        yield f"It is {release.state}, but has no release date and time."
    yield from _address_faults(release.url)
    yield from _output_faults(release.outputs)


def _output_faults(outputs: tuple[Output, ...]) -> Iterator[str]:
    seen: set[str] = set()
    for output in outputs:
        yield from _id_faults(output.id)
        if output.id in seen:
            yield f"It names the output {output.id!r} twice."
        seen.add(output.id)
        yield from _address_faults(output.url)


def _id_faults(text: str) -> Iterator[str]:
    try:
        check_id(text)
    except PubguardError as error:
        yield f"{error.message} {error.remedy}"


def _is_text(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _address_faults(url: str | None) -> Iterator[str]:
    if url is None or (len(url) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(url)):
        return
    yield f"Its address {url[:80]!a} is no http or https address."
