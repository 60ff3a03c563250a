"""Which addresses are not to be served yet: those of `new` outputs, until their slot has come."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from pubguard.clock import Clock
from pubguard.journal import Journal
from pubguard.ledger import RELEASES, read_record
from pubguard.model import Lifetime, Record, State

DECODED = 3
"""How often an address is decoded: an encoded one must not pass for another."""


class Locked(Struct, frozen=True):
    """An address with its host, empty for any, and when it opens; None while nothing opens it."""

    host: str
    path: str
    opens: datetime | None


class Embargo:
    """Knows the addresses of one workspace's calendar.

    Args:
        journal: holds the calendar.
        clock: tells whether a slot has come.
    """

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._known: tuple[int, dict[str, list[Locked]]] = (-1, {})

    def open(self, host: str, target: str) -> bool:
        """True if the address may be served now, or is nobody's embargoed one.

        Args:
            host: as the request names it; a port is passed over.
            target: the path, as it was sent; a query is passed over.

        Raises:
            LogError: the log cannot be read.
        """
        known = self._locked()
        now, host = self._clock.now(), bare_host(host)
        for path in spellings(target):
            for locked in known.get(path, ()):
                ours = not locked.host or not host or locked.host == host
                if ours and (locked.opens is None or now < locked.opens):
                    return False
        return True

    def _locked(self) -> dict[str, list[Locked]]:
        size = self._journal.log.size()
        known = self._known
        if known[0] != size:
            found: dict[str, list[Locked]] = {}
            for _, row in self._journal.states(RELEASES):
                for locked in _of(read_record(row.body)):
                    found.setdefault(locked.path, []).append(locked)
            self._known = known = size, found
        return known[1]


def spellings(target: str) -> set[str]:
    """The path in the one spelling that is compared, decoded once, twice and three times."""
    found = {spelling(target.partition("?")[0])}
    for _ in range(DECODED):
        target = unquote(target, errors="replace")
        found.add(spelling(target))
        found.add(spelling(target.partition("?")[0].partition("#")[0]))
    return found


def spelling(path: str) -> str:
    """Without double slashes, dots, a slash at the end, and capitals."""
    parts: list[str] = []
    for part in path.replace("\\", "/").casefold().split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part.rstrip("."))
    return "/" + "/".join(parts)


def bare_host(host: str) -> str:
    """The host's name alone: no port, no dot at the end, no capitals."""
    name = host.strip().casefold()
    if not name.endswith("]"):
        name = name.rpartition(":")[0] if name.rpartition(":")[2].isdigit() else name
    return name.rstrip(".")


def _of(record: Record) -> list[Locked]:
    """The addresses that the release locks; one that is out locks none."""
    release = record.release
    if release.state is State.PUBLISHED or record.published:
        return []
    firm = release.state is State.CONFIRMED and record.agreed and record.proposed is None
    opens = release.release_at if firm else None
    found = []
    for output in release.outputs:
        if output.url and output.lifetime is Lifetime.NEW:
            parts = urlsplit(output.url)
            path = spelling(unquote(parts.path, errors="replace"))
            found.append(Locked(bare_host(parts.netloc), path, opens))
    return found
