"""Whether a web server may serve an address now, for one that asks the service."""

from __future__ import annotations

from pubguard.clock import Clock
from pubguard.edge.deciding import closed
from pubguard.edge.listing import EdgeLister, Listing
from pubguard.journal import Journal


class Embargo:
    """The edge list of one workspace, made again only when the log has grown.

    Args:
        journal: holds the calendar.
        clock: tells whether a slot has come.
    """

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._known: tuple[int, Listing] | None = None

    def listing(self) -> Listing:
        """What is closed until when, as of now.

        Raises:
            LogError: the log cannot be read.
        """
        size = self._journal.log.size()
        known = self._known
        if known is None or known[0] != size:
            self._known = known = size, EdgeLister(self._journal).listing()
        return known[1]

    def open(self, host: str, target: str) -> bool:
        """True if the address may be served now, or is nobody's embargoed one.

        Args:
            host: as the request names it; a port is passed over.
            target: the request's own, undecoded, with or without a query.

        Raises:
            LogError: the log cannot be read.
        """
        listed = self.listing().listed
        return not closed(listed, _bare(host), target, self._clock.now())


def _bare(host: str) -> str:
    """The host's name alone: no port."""
    name, _, port = host.strip().rpartition(":")
    return name if port.isdigit() else host.strip()
