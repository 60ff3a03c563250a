"""Announcing a release by hand."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct, structs

from pubguard.calendar.news import tell_leads
from pubguard.calendar.planning import in_time, known_as
from pubguard.calendar.vetting import faults
from pubguard.clock import Clock, say, say_date
from pubguard.errors import LogConflict, Refused, UsageError
from pubguard.events import Event, ReleaseAnnounced
from pubguard.ids import check_id
from pubguard.journal import Journal
from pubguard.ledger import read_record, release_stream
from pubguard.model import Actor, Record, Release, State
from pubguard.notices.messenger import Messenger
from pubguard.people import People

SOURCE = "announced by hand"
"""The source of releases that people announce; no [sources] name can be mistaken for it."""


class Announcement(Struct, frozen=True, kw_only=True):
    """An entry: with `release_at` it is confirmed, with `provisional` words it is not.

    `reason` and `contact`, the responsible statistician, are kept beside the log, where
    they can be erased.
    """

    release: str
    title: str
    actor: Actor
    release_at: datetime | None = None
    provisional: str | None = None
    reason: str | None = None
    contact: str | None = None
    via: str = "cli"


class Announced(Struct, frozen=True):
    """The entry as it now stands, and what people should know about it."""

    record: Record
    notes: tuple[str, ...]


class Announcer:
    """Takes new entries from people."""

    def __init__(
        self, journal: Journal, people: People, clock: Clock, messenger: Messenger
    ) -> None:
        self._journal = journal
        self._people = people
        self._clock = clock
        self._messenger = messenger

    def announce(self, wanted: Announcement) -> Announced:
        """Put a new release into the calendar, or give a provisional one its date.

        24 hours or more ahead it takes effect at once, unless [people] lists
        anybody: then a second person agrees to it first.

        Raises:
            IdError, UsageError: the entry cannot mean anything.
            Refused: the id is known, the actor is not, or the time has passed.
        """
        release = _release(wanted)
        roles = self._people.vouch(wanted.actor, "announce")
        now = self._clock.now()
        if release.release_at is not None and release.release_at <= now:
            message = f"{say(release.release_at)} has passed; it is {say(now)}."
            raise Refused(message, "A release is announced beforehand. Check the year.")
        near = not in_time(release, now)
        firm = release.state is State.CONFIRMED
        agreed = not (near or (firm and bool(self._people.roles)))
        stream = release_stream(release.id)
        snapshot = self._journal.read(stream)
        known = read_record(row.body) if (row := snapshot.rows.get(stream)) else None
        release = _dated(known, release) if known else release
        event = Event(
            at=now,
            data=ReleaseAnnounced(release=release, source=SOURCE, agreed=agreed, roles=roles),
            release=release.id,
            actor=wanted.actor.id,
            identity=wanted.actor.identity,
            via=wanted.via,
            sealed=_sealed(wanted),
        )
        try:
            self._journal.write([event], snapshot)
        except LogConflict as error:
            if row := self._journal.read(stream).rows.get(stream):
                raise _known(read_record(row.body)) from error
            raise
        source = known.source if known else SOURCE
        record = Record(release=release, source=source, announced_at=now, agreed=agreed)
        notes = _notes(record, near=near, actor=wanted.actor)
        waiting = [] if agreed else [record]
        told = tell_leads(self._messenger, waiting, but_not=wanted.actor.id)
        return Announced(record, (*notes, *(told.lines() if told else ())))


def _release(wanted: Announcement) -> Release:
    if (wanted.release_at is None) == (wanted.provisional is None):
        message = "A release is announced either with its date and time or provisionally."
        raise UsageError(message, "Give --release-at or --provisional, and not both.")
    release = Release(
        id=check_id(wanted.release),
        title=wanted.title.strip(),
        state=State.PROVISIONAL if wanted.release_at is None else State.CONFIRMED,
        release_at=wanted.release_at,
        provisional=wanted.provisional,
        contact=wanted.contact or None,
    )
    if found := " ".join(faults(release)):
        raise UsageError(found, "Put that right; nothing was changed.")
    return known_as(release)


def _sealed(wanted: Announcement) -> dict[str, str]:
    texts = {"reason": wanted.reason, "contact": wanted.contact}
    return {name: text for name, text in texts.items() if text}


def _dated(known: Record, wanted: Release) -> Release:
    """The known release with the date that it lacked, and all else that its calendar says.

    Raises:
        Refused: it has a date already, or is given none.
    """
    if known.release.state is not State.PROVISIONAL or wanted.release_at is None:
        raise _known(known)
    return structs.replace(
        known.release,
        title=wanted.title,
        contact=wanted.contact or known.release.contact,
        state=wanted.state,
        release_at=wanted.release_at,
        provisional=None,
    )


def _known(record: Record) -> Refused:
    release = record.release
    when = say_date(release.release_at) if release.release_at else release.provisional or "no date"
    message = f"{release.id!r} is already in the calendar: {release.title} ({when})."
    return Refused(message, f"See it with: pubguard calendar show {release.id}")


def _notes(record: Record, *, near: bool, actor: Actor) -> list[str]:
    notes = []
    if near:
        notes.append(
            "The slot is less than 24 hours away: PG105 blocks until a second person "
            "agrees, or until the slot."
        )
    elif not record.agreed:
        notes.append("PG105 blocks until a second person agrees, because [people] lists people.")
    if actor.asserted:
        notes.append(f"PG305: nobody has checked that this is really {actor.id}.")
    return notes
