"""Agreeing a change of date: by a second person, one of the two a lead official.

Source of the rule: Code of Practice, "change" in `practice`.
"""

from __future__ import annotations

from datetime import datetime

from pubguard.calendar.revising import revise
from pubguard.clock import Clock, say
from pubguard.errors import Refused, UsageError
from pubguard.events import Data, Event, ReleaseAgreed, ReleaseKept
from pubguard.journal import Journal
from pubguard.ledger import slot_of
from pubguard.model import Actor, Record, Role, State
from pubguard.people import People


class Agreement:
    """Takes a second person's word on an open change or a new entry.

    Args:
        journal: where events go.
        people: who is listed, in which roles.
        clock: tells which dates have passed.
        require_authenticated: refuse ids that are only asserted.
    """

    def __init__(
        self, journal: Journal, people: People, clock: Clock, *, require_authenticated: bool
    ) -> None:
        self._journal = journal
        self._people = people
        self._clock = clock
        self._require_authenticated = require_authenticated

    def agree(
        self,
        release: str,
        actor: Actor,
        *,
        keep: bool = False,
        to: datetime | None = None,
        via: str = "cli",
    ) -> Record:
        """Put the open change into force, or with `keep` turn it down; the release after it.

        Args:
            release: its id.
            actor: the second person.
            keep: stay with the agreed slot and state.
            to: only if this is the date proposed, UTC.
            via: the system it was said in.

        Raises:
            UsageError: `keep` and `to` together.
            Refused: nothing is open, not a second person, no lead official, or too late.
            LogError: it could not be recorded.
        """
        if keep and to is not None:
            message = "What is kept is the agreed date, so there is no other to name."
            raise UsageError(message, "Leave out either --keep or --to.")
        strict = self._require_authenticated
        roles = self._people.vouch(actor, "agree a date", authenticated=strict)

        def event(known: Record) -> Event:
            now = self._clock.now()
            _refuse(known, actor, roles)
            return Event(
                at=now,
                data=_kept(known, roles) if keep else _agreed(known, roles, to, now),
                release=release,
                actor=actor.id,
                identity=actor.identity,
                via=via,
            )

        return revise(self._journal, release, event)


def _refuse(known: Record, actor: Actor, roles: tuple[Role, ...]) -> None:
    """Two persons, one of them a lead official; a source counts as no person."""
    change, release = known.proposed, known.release
    if change is None and known.agreed:
        message = f"Nothing waits to be agreed for {release.id}."
        raise Refused(message, f"See it with: pubguard calendar show {release.id}")
    first = known.entered_by if change is None else change.by if change.person else None
    lead = known.entered_lead if change is None else change.lead
    if first == actor.id:
        what = "announced it" if change is None else "proposed the change"
        message = f"{actor.id} {what}, so somebody else has to agree."
        raise Refused(message, "Ask a second person; one of the two has to be a lead official.")
    if not (lead or Role.LEAD_OFFICIAL in roles):
        whose = f"neither {first} nor {actor.id}" if first else f"{actor.id} is not, and its source"
        who = f"{whose} is a lead official" if first else f"{whose} is no person"
        raise Refused(
            f"One of the two has to be a lead official: {who}.",
            "Ask the lead official to agree it (with --role lead-official where [people] is "
            "empty).",
        )


def _agreed(known: Record, roles: tuple[Role, ...], to: datetime | None, now: datetime) -> Data:
    change, release = known.proposed, known.release
    wanted = release.release_at if change is None else change.release_at
    if to is not None and to != wanted:
        says = say(wanted) if wanted else "no date"
        message = f"The date that waits to be agreed is {says}, not {say(to)}."
        raise Refused(message, f"Look at it again: pubguard calendar show {release.id}")
    if change is None:
        return ReleaseAgreed(roles=roles)
    if known.published is not None and change.state is not State.PUBLISHED:
        raise Refused(
            f"{release.id} was published meanwhile; its date can no longer change.",
            f"Turn the change down: pubguard calendar agree {release.id} --keep --actor ID",
        )
    slot = slot_of(release)
    if change.release_at is not None and change.release_at <= now and (slot is None or now < slot):
        raise Refused(
            f"The proposed time, {say(change.release_at)}, has passed: agreeing it now would open "
            "the gate at once.",
            f"Propose another (pubguard calendar move {release.id} --to T), or keep the agreed "
            "one (agree --keep).",
        )
    return ReleaseAgreed(release_at=change.release_at, state=change.state, roles=roles)


def _kept(known: Record, roles: tuple[Role, ...]) -> Data:
    if known.proposed is None:
        message = f"No change of {known.release.id} is open; it is a new entry."
        raise Refused(message, "Agree it without --keep, or cancel it.")
    release = known.release
    return ReleaseKept(release_at=release.release_at, state=release.state, roles=roles)
