"""Changing a date by hand: moved, cancelled or reinstated, and not in force before it is agreed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from pubguard.calendar.news import tell_leads
from pubguard.calendar.revising import revise
from pubguard.clock import Clock, say
from pubguard.errors import Refused, UsageError
from pubguard.events import Data, Event, ReleaseCancelled, ReleaseMoved, ReleaseReinstated
from pubguard.journal import Journal
from pubguard.model import Actor, Record, Role, State
from pubguard.notices.messenger import Messenger
from pubguard.notices.telling import Told
from pubguard.people import People


class Wish(Struct, frozen=True, kw_only=True):
    """Who wants a release's date changed, and why; `reason` is kept beside the log."""

    release: str
    actor: Actor
    reason: str = ""
    via: str = "cli"


class Changed(Struct, frozen=True):
    """The release as it now stands, whether a second person must still agree, and who knows."""

    record: Record
    waits: bool
    told: Told | None


Plan = Callable[[Record, datetime, tuple[Role, ...]], Data]


class Changer:
    """Takes wishes to change a date from people.

    Each raises Refused for an unknown release, an actor who is not listed and a change
    that makes no sense, and UsageError where the reason is missing.
    """

    def __init__(
        self, journal: Journal, people: People, clock: Clock, messenger: Messenger
    ) -> None:
        self._journal = journal
        self._people = people
        self._clock = clock
        self._messenger = messenger

    def move(self, wish: Wish, to: datetime) -> Changed:
        """Propose another slot (UTC), or the first for a provisional release.

        The proposer takes their own proposal back by moving to the agreed slot.
        """

        def plan(known: Record, now: datetime, roles: tuple[Role, ...]) -> Data:
            if to <= now:
                message = f"{say(to)} has passed; it is {say(now)}."
                raise Refused(message, "Give a time that lies ahead. Check the year.")
            _refuse_published(known)
            have = known.release
            if have.release_at == to and have.state is State.CONFIRMED:
                _refuse_idle(known, wish.actor, f"It is announced for {say(to)} already.")
            return ReleaseMoved(release_at=to, state=State.CONFIRMED, roles=roles)

        return self._change(wish, plan)

    def cancel(self, wish: Wish) -> Changed:
        """Say that the release will not come; a confirmed one waits for a second person."""

        def plan(known: Record, _: datetime, roles: tuple[Role, ...]) -> Data:
            _refuse_published(known)
            if known.release.state is State.CANCELLED:
                raise Refused(f"{wish.release} is cancelled already.", "Nothing is left to do.")
            open_ = known.release.state is State.PROVISIONAL or not known.agreed
            return ReleaseCancelled(agreed=open_, roles=roles)

        return self._change(wish, plan)

    def reinstate(self, wish: Wish) -> Changed:
        """Say that a cancelled release is to come after all, at its announced time."""

        def plan(known: Record, now: datetime, roles: tuple[Role, ...]) -> Data:
            have = known.release
            if have.state is not State.CANCELLED:
                proposed = known.proposed
                if proposed is None or proposed.state is not State.CANCELLED:
                    raise Refused(f"{wish.release} is not cancelled.", _SHOW.format(have.id))
                _refuse_idle(known, wish.actor, "Its cancellation is not agreed.")
                return ReleaseMoved(release_at=have.release_at, state=have.state, roles=roles)
            if have.release_at is not None and have.release_at <= now:
                message = f"Its announced time, {say(have.release_at)}, has passed."
                remedy = f"Give it another: pubguard calendar move {have.id} --to T"
                raise Refused(message, remedy)
            state = State.CONFIRMED if have.release_at else State.PROVISIONAL
            return ReleaseReinstated(release_at=have.release_at, state=state, roles=roles)

        return self._change(wish, plan)

    def _change(self, wish: Wish, plan: Plan) -> Changed:
        if not wish.reason.strip():
            message = "A changed date is announced with its reason."
            raise UsageError(message, "Give it with --reason; it is kept beside the log.")
        roles = self._people.vouch(wish.actor, "change a date")

        def event(known: Record) -> Event:
            now = self._clock.now()
            return Event(
                at=now,
                data=plan(known, now, roles),
                release=wish.release,
                actor=wish.actor.id,
                identity=wish.actor.identity,
                via=wish.via,
                sealed={"reason": wish.reason},
            )

        record = revise(self._journal, wish.release, event)
        waits = record.proposed is not None
        waiting = [record] if waits else []
        told = tell_leads(
            self._messenger, waiting, but_not=wish.actor.id, reason=wish.reason.strip()
        )
        return Changed(record, waits, told)


_SHOW = "See it with: pubguard calendar show {}"


def _refuse_published(known: Record) -> None:
    if known.release.state is State.PUBLISHED or known.published:
        message = f"{known.release.id} is published; its date can no longer change."
        raise Refused(message, _SHOW.format(known.release.id))


def _refuse_idle(known: Record, actor: Actor, why: str) -> None:
    """Going back to what is agreed is only for whoever proposed the change.

    Raises:
        Refused: nothing is proposed, or somebody else did.
    """
    proposed = known.proposed
    if proposed is None:
        raise Refused(why, _SHOW.format(known.release.id))
    if not (proposed.person and proposed.by == actor.id):
        keep = f"pubguard calendar agree {known.release.id} --keep --actor ID"
        raise Refused(f"{why} {proposed.by} proposed the change.", f"A second person: {keep}")
