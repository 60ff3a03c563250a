"""Is this address closed now? The edge list's answer for a service that a web server asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from unicodedata import combining, normalize

from pubguard.addresses import Unclear, site, split
from pubguard.edge.listing import latest
from pubguard.protocols import Closing, EdgeList


def closed(listed: EdgeList, host: str, target: str, now: datetime) -> bool:
    """True if a request must not be served.

    `target` is the request's own, undecoded, with or without a query; `host` is
    without a port. A spelling that programs could read differently is closed while
    anything is.
    """
    try:
        wanted = tuple(map(_plain, split(target.partition("?")[0] or "/")))
    except (Unclear, UnicodeError):
        times = [*listed.doubtful, *(each.opens_at for each in listed.closings)]
        return bool(times) and _before(latest(times), now)
    found = [each for each in listed.closings if _covers(each, _site(host), wanted)]
    if not found:
        return False
    deepest = max(len(each.segments) for each in found)
    return _before(latest(e.opens_at for e in found if len(e.segments) == deepest), now)


def _covers(closing: Closing, host: str, wanted: tuple[str, ...]) -> bool:
    segments: Iterable[str] = map(_plain, closing.segments)
    if not closing.segments:
        return not wanted and closing.host == host
    return tuple(segments) == wanted[: len(closing.segments)]


def _site(host: str) -> str:
    try:
        return site(host)
    except UnicodeError:
        return ""


def _before(opens_at: datetime | None, now: datetime) -> bool:
    return opens_at is None or now < opens_at


def _plain(text: str) -> str:
    """Without case, accents and compatibility forms: publishing systems drop them too."""
    letters = normalize("NFKD", text.casefold())
    return "".join(each for each in letters if not combining(each)).casefold()
