"""Whether a web server may serve an address now, for one that asks the service."""

from __future__ import annotations

from pubguard.clock import Clock
from pubguard.edge.deciding import closed
from pubguard.edge.listing import EdgeLister
from pubguard.journal import Journal
from pubguard.protocols import EdgeList


class Embargo:
    """The edge list of one workspace, made again only when the log has grown.

    Args:
        journal: holds the calendar.
        clock: tells whether a slot has come.
    """

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._known: tuple[int, EdgeList] | None = None

    def open(self, host: str, target: str) -> bool:
        """True if the address may be served now, or is nobody's embargoed one.

        Args:
            host: as the request names it; a port is passed over.
            target: the request's own, undecoded, with or without a query.

        Raises:
            LogError: the log cannot be read.
        """
        size = self._journal.log.size()
        if self._known is None or self._known[0] != size:
            self._known = size, EdgeLister(self._journal).listing().listed
        return not closed(self._known[1], _bare(host), target, self._clock.now())


def _bare(host: str) -> str:
    """The host's name alone: no port."""
    name, _, port = host.strip().rpartition(":")
    return name if port.isdigit() else host.strip()
