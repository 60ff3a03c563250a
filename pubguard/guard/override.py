"""Overrides: what two persons lift together, one of the two a lead official."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from msgspec import Struct

from pubguard import events as ev
from pubguard import ledger
from pubguard.clock import Clock, say
from pubguard.errors import LogConflict, LogError, Refused, UsageError
from pubguard.guard.standing import LIFETIME, Against, Standing, liftable
from pubguard.journal import Journal
from pubguard.model import Actor, Attempt, Override, Role
from pubguard.notices.messenger import Messenger
from pubguard.notices.telling import Told
from pubguard.people import People
from pubguard.protocols import Notice, Snapshot

ATTEMPTS = 5
"""How often to read again when something moved in between."""


class Request(Struct, frozen=True):
    """What was asked for: the override as it now stands, and who could second it.

    `seconders` are the ids that `[people]` lists for it, none where it lists nobody;
    `told` is which of them were reached.
    """

    override: Override
    seconders: tuple[str, ...]
    told: Told | None


class Overrider:
    """Takes requests for an override, and the second person's word.

    Args:
        journal: where events go.
        people: who is listed, in which roles.
        clock: tells when a request ends.
        standing: tells what stands against an action.
        messenger: tells who can second it.
        require_authenticated: refuse ids that are only asserted.
    """

    def __init__(
        self,
        journal: Journal,
        people: People,
        clock: Clock,
        standing: Standing,
        messenger: Messenger,
        *,
        require_authenticated: bool,
    ) -> None:
        self._journal = journal
        self._people = people
        self._clock = clock
        self._standing = standing
        self._messenger = messenger
        self._require_authenticated = require_authenticated

    def request(self, attempt: Attempt, reason: str) -> Request:
        """Ask for what stands against the attempt to be lifted, once for each output.

        The codes are those of the latest refusal of this action and content within half
        an hour, or of a rehearsal now. All others still count. Without digests the
        override is for the content that was refused.

        Raises:
            Refused: nothing stands against it, or what nobody can lift; or the person may not.
            UsageError: no reason.
            LogError: it could not be recorded.
        """
        if not reason.strip():
            raise UsageError("An override needs a reason.", "Give it with --reason.")
        strict = self._require_authenticated
        roles = self._people.vouch(attempt.actor, "ask for an override", authenticated=strict)
        against = self._standing.against(attempt)
        for _ in range(ATTEMPTS):
            snapshot = self._journal.read(ledger.release_stream(attempt.release))
            event = self._requested(attempt, against, snapshot, roles, reason)
            try:
                self._journal.write([event], snapshot)
            except LogConflict:
                continue
            assert isinstance(event.data, ev.OverrideRequested)  # noqa: S101 - just made
            override = self._find(event.data.override)
            seconders = tuple(self._seconders(override))
            notice = _asking(override, reason)
            told = self._messenger.tell(notice, ids=seconders) if seconders else None
            return Request(override, seconders, told)
        raise LogError("The release kept changing meanwhile.", "Ask again.")

    def _requested(
        self,
        attempt: Attempt,
        against: Against,
        snapshot: Snapshot,
        roles: tuple[Role, ...],
        reason: str,
    ) -> ev.Event:
        row = snapshot.rows.get(ledger.release_stream(attempt.release))
        slot = ledger.slot_of(ledger.read_record(row.body).release) if row else None
        now = self._clock.now()
        data = ev.OverrideRequested(
            override=os.urandom(16).hex(),
            action=attempt.action,
            codes=liftable(attempt, against, begun=slot is not None and now >= slot),
            expires_at=now + LIFETIME,
            digests=dict(against.digests),
            slot=slot,
            refusal=against.entry,
            roles=roles,
        )
        return ev.Event(
            at=now,
            data=data,
            release=attempt.release,
            actor=attempt.actor.id,
            identity=attempt.actor.identity,
            via=attempt.via,
            sealed={"reason": reason},
        )

    def second(self, name: str, actor: Actor, via: str = "cli") -> Override:
        """Stand behind the request; it can then be used for half an hour.

        Raises:
            Refused: no such request, or over; not a second person, or no lead official.
            LogError: it could not be recorded.
        """
        strict = self._require_authenticated
        roles = self._people.vouch(actor, "second an override", authenticated=strict)
        stream = ledger.override_stream(name)
        for _ in range(ATTEMPTS):
            found = self._find(name)
            snapshot = self._journal.read(stream, ledger.release_stream(found.release))
            found = ledger.read_override(snapshot.rows[stream].body)
            now = self._clock.now()
            _refuse_second(found, actor, roles)
            late = now >= found.expires_at
            data: ev.Data = ev.OverrideSeconded(
                override=name, expires_at=now + LIFETIME, roles=roles
            )
            event = ev.Event(
                at=now,
                data=ev.OverrideExpired(override=name) if late else data,
                release=found.release,
                actor=actor.id,
                identity=actor.identity,
                via=via,
            )
            try:
                self._journal.write([event], snapshot)
            except LogConflict:
                continue
            if late:
                message = f"It could be seconded until {say(found.expires_at)}."
                raise Refused(message, "Ask for the override again.")
            return self._find(name)
        raise LogError("The override kept changing meanwhile.", "Try again.")

    def _find(self, name: str) -> Override:
        stream = ledger.override_stream(name)
        row = self._journal.read(stream).rows.get(stream) if name.isascii() else None
        if row is None:
            raise Refused("There is no such override.", "See: pubguard override list")
        return ledger.read_override(row.body)

    def _seconders(self, override: Override) -> Iterator[str]:
        for name, roles in sorted(self._people.roles.items()):
            if name != override.requested_by and (override.lead or Role.LEAD_OFFICIAL in roles):
                yield name


def _asking(override: Override, reason: str) -> Notice:
    text = (
        f"{override.requested_by} asks for an override: {override.action} {override.release}, "
        f"lifting {', '.join(override.codes)}.\nReason given: {reason}\n\n"
        f"It can be seconded until {say(override.expires_at)}:\n"
        f"  pubguard override second {override.id} --actor YOU\n"
    )
    subject = f"Override wanted: {override.action} {override.release}"
    return Notice("override-requested", subject, text, override.release, urgent=True)


def _refuse_second(found: Override, actor: Actor, roles: Sequence[Role]) -> None:
    if found.seconded_by is not None:
        message = f"{found.seconded_by} has seconded it already."
        raise Refused(message, "Nothing is left to do; see: pubguard override list")
    if found.requested_by == actor.id:
        message = f"{actor.id} asked for it, so somebody else has to second it."
        raise Refused(message, "Ask a second person; one of the two has to be a lead official.")
    if not (found.lead or Role.LEAD_OFFICIAL in roles):
        message = f"Neither {found.requested_by} nor {actor.id} is a lead official."
        remedy = "Ask a lead official to second it (--role lead-official where [people] is empty)."
        raise Refused(message, remedy)
