"""One round of keeping a web server's edge lock in step with the guard.

First the list, then the file and the reload, then word of what is really held. A round that
cannot get the list says nothing to the guard: a web server that follows nobody is to be
missed (PG604), not taken for one that is well.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from pubguard import __version__
from pubguard.clock import Clock, stamp
from pubguard.edge.asking import RemoteGuard
from pubguard.edge.document import EdgeDocument
from pubguard.edge.holding import Holder
from pubguard.edge.reporting import Told, doubt, items
from pubguard.errors import NotLoaded, PubguardError
from pubguard.protocols import EdgeList

SHORTEST, LONGEST = 2.0, 300.0
"""Seconds between two rounds, whatever the guard says: it asks for five minutes at most."""
AGAIN = 10.0
"""Seconds after a round that failed."""


class Followed(Struct, frozen=True, kw_only=True):
    """How a round ended. `failed` says why what the guard lists is not loaded."""

    document: EdgeDocument
    changed: bool
    failed: NotLoaded | None
    next_sync: datetime


class Follower:
    """Keeps one web server in step.

    Args:
        guard: knows what is closed until when.
        holder: keeps the web server's file.
        clock: what this machine's time is; the web server opens by it.
        say: hears at once of what stands in the way and does not end the round.
    """

    def __init__(
        self,
        guard: RemoteGuard,
        holder: Holder,
        clock: Clock,
        say: Callable[[PubguardError], None],
    ) -> None:
        self._guard = guard
        self._holder = holder
        self._clock = clock
        self._say = say

    def follow(self) -> Followed:
        """Do one round.

        Raises:
            NoAnswer: the guard gave no usable one, or one that is not believed.
            ConfigError, UsageError: the token or the files cannot be used.
        """
        self._finish()
        document = self._guard.edge_list()
        listed = document.listed
        problem = doubt(listed, self._holder.known, anything=self._holder.anything)
        if problem:
            raise problem
        changed, failed = False, None
        try:
            changed = self._holder.take(listed)
        except NotLoaded as error:
            failed = error
            self._say(error)
        answered = self._guard.sync(self._told(listed))
        return Followed(
            document=document, changed=changed, failed=failed, next_sync=answered.next_sync
        )

    def pause(self, done: Followed) -> float:
        """Seconds until the next round."""
        seconds = (done.next_sync - self._clock.now()).total_seconds()
        return min(max(seconds, SHORTEST), AGAIN if done.failed else LONGEST)

    def _finish(self) -> None:
        try:
            self._holder.recover()
        except NotLoaded as error:
            self._say(error)

    def _told(self, listed: EdgeList) -> Told:
        now = self._clock.now()
        return Told(
            version=f"pubguard-edge {__version__}",
            clock=stamp(now),
            zone=now.astimezone().tzname() or "UTC",
            items=items(self._holder.loaded, listed, now),
        )
