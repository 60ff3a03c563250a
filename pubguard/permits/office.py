"""Issues permits with an arming, verifies and revokes them, and says which count no more.

A permit counts while its release is armed for its slot with its arming, and its enforcement
point has a token: whatever disarms a release, or ends a token, thereby ends the permits,
without anybody having to think of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from pubguard import ledger
from pubguard.clock import Clock, say
from pubguard.errors import KeyFileError, LogConflict, LogError, Refused, UsageError
from pubguard.events import Event, PermitIssued, PermitRevoked, ReleaseArmed
from pubguard.journal import Journal
from pubguard.model import Actor, Permit, State
from pubguard.people import People
from pubguard.permits.making import armed_now, event_of, permit_of, permits_of
from pubguard.permits.signing import Claims, Signer

MANUAL = "manual"
"""The audience where no enforcement point has a token: a person, with the run-sheet."""
ATTEMPTS = 5
"""How often to look again when something moved in between."""


_FIRM = frozenset({State.CONFIRMED, State.PUBLISHED})


class Issued(Struct, frozen=True):
    """A permit with its token, which is no secret."""

    permit: Permit
    token: str


class Verified(Struct, frozen=True):
    """Whether a permit counts now; `genuine` says that it is ours and unchanged."""

    valid: bool
    genuine: bool
    reason: str = ""
    claims: Claims | None = None


class Permits:
    """The permits of one workspace.

    Args:
        journal: where they are written down.
        people: who may issue and revoke.
        clock: tells which are over.
        signer: the permit key.
        points: names the enforcement points that may publish.
    """

    def __init__(
        self,
        journal: Journal,
        people: People,
        clock: Clock,
        signer: Signer,
        points: Callable[[], Sequence[str]],
    ) -> None:
        self._journal = journal
        self._people = people
        self._clock = clock
        self._signer = signer
        self._points = points

    def issue(self, release: str, actor: Actor) -> list[Issued]:
        """The permits of an armed release; points that came later get theirs now.

        Raises:
            Refused: it is not armed, or has no content that a permit could name.
            KeyFileError: the permit key is missing or cannot be used.
            LogError: it could not be recorded.
        """
        self._people.vouch(actor, "issue a permit")
        for _ in range(ATTEMPTS):
            snapshot = self._journal.read(ledger.release_stream(release))
            row = snapshot.rows.get(ledger.release_stream(release))
            armed = armed_now(release, ledger.read_record(row.body) if row else None)
            present = self._present(release)
            held = {permit.audience for permit in present}
            lacking = [p for p in self._points() or (MANUAL,) if p not in held]
            new = permits_of(armed, lacking)
            events = [event_of(data, release, actor, self._clock.now()) for data in new]
            try:
                if events:
                    self._journal.write(events, snapshot)
            except LogConflict:
                continue
            return [Issued(each, self._signer.permit(each)) for each in self._present(release)]
        raise LogError("The release kept changing meanwhile.", "Try again.")

    def verify(self, token: str, audience: str | None = None) -> Verified:
        """Whether the token counts at this very moment, and if not, why.

        Args:
            token: its text.
            audience: the enforcement point that must be meant, if only one will do.

        Raises:
            KeyFileError: the permit key is missing or cannot be used.
            LogError: the log cannot be read.
        """
        try:
            claims = self._signer.read(token)
        except Refused as error:
            return Verified(valid=False, genuine=False, reason=error.message)
        reason = self._against(claims, audience)
        return Verified(valid=not reason, genuine=True, reason=reason, claims=claims)

    def _against(self, claims: Claims, audience: str | None) -> str:
        now, permit = self._clock.now(), self._find(claims.jti)
        if audience is not None and claims.audience != audience:
            return f"It is for {claims.audience}, not for {audience}."
        if permit is None or not self._counts(permit):
            return "It was revoked, or its release is not armed for it, or its token has ended."
        if now < claims.not_before:
            return f"Its time has not come: it is good from {say(claims.not_before)} on."
        if now >= claims.expires_at:
            return f"Its time is over: it was good until {say(claims.expires_at)}."
        return ""

    def revoke(self, permit: str, actor: Actor, reason: str) -> Permit:
        """End a permit; points learn of it with the next signed status.

        Raises:
            Refused: there is no such permit, or it is revoked already.
            UsageError: no reason.
            LogError: it could not be recorded.
        """
        if not reason.strip():
            raise UsageError("Revoking a permit needs a reason.", "Give it with --reason.")
        self._people.vouch(actor, "revoke a permit")
        stream = ledger.permit_stream(permit)
        for _ in range(ATTEMPTS):
            snapshot = self._journal.read(stream)
            known = self._find(permit)
            if known is None or known.revoked_at is not None:
                why = "There is no such permit." if known is None else "It is revoked already."
                raise Refused(why, "See the release: pubguard permit issue RELEASE")
            event = Event(
                at=self._clock.now(),
                data=PermitRevoked(permit=permit),
                release=known.release,
                actor=actor.id,
                identity=actor.identity,
                via="cli",
                sealed={"reason": reason},
            )
            try:
                self._journal.write([event], snapshot)
            except LogConflict:
                continue
            return self._find(permit) or known
        raise LogError("The permit kept changing meanwhile.", "Try again.")

    def for_point(self, name: str) -> list[str]:
        """The tokens of all permits that count for an enforcement point and are not over."""
        return [
            self._signer.permit(permit)
            for permit in self._all()
            if permit.audience == name and self._counts(permit)
        ]

    def status(self) -> str:
        """The signed list of permits that are not over and count no more.

        Raises:
            KeyFileError: the permit key is missing or cannot be used.
        """
        ended = [permit.id for permit in self._all() if not self._counts(permit)]
        return self._signer.status(ended, self._clock.now())

    def jwks(self) -> dict[str, list[dict[str, Any]]]:
        """The public key, as a JWK Set."""
        return self._signer.jwks()

    def issued_with(self, armed: ReleaseArmed) -> list[PermitIssued]:
        """The permits that an arming brings, one for each point; none for an empty manifest."""
        return permits_of(armed, self._points() or (MANUAL,))

    def token(self, events: Sequence[Event], door: str) -> str | None:
        """The token of a newly issued permit: the door's own, else the first.

        None where none was issued, or the key cannot be used: the release is armed
        all the same, and `pubguard doctor` finds what is wrong with the key.
        """
        issued = [each for each in events if isinstance(each.data, PermitIssued)]
        if not issued:
            return None
        mine = [e for e in issued if isinstance(e.data, PermitIssued) and e.data.audience == door]
        try:
            return self._signer.permit(permit_of((mine or issued)[0]))
        except KeyFileError:
            return None

    def _present(self, release: str) -> list[Permit]:
        row = self._journal.read(ledger.release_stream(release)).rows.get(
            ledger.release_stream(release)
        )
        names = ledger.read_record(row.body).permits if row else ()
        found = [self._find(name) for name in names]
        return [permit for permit in found if permit and permit.revoked_at is None]

    def _all(self) -> list[Permit]:
        """Every permit that is not over."""
        now = self._clock.now()
        found = (ledger.read_permit(row.body) for _, row in self._journal.states(ledger.PERMITS))
        return [permit for permit in found if permit.expires_at > now]

    def _find(self, permit: str) -> Permit | None:
        stream = ledger.permit_stream(permit)
        row = self._journal.read(stream).rows.get(stream) if permit.isascii() else None
        return ledger.read_permit(row.body) if row else None

    def _counts(self, permit: Permit) -> bool:
        stream = ledger.release_stream(permit.release)
        row = self._journal.read(stream).rows.get(stream)
        if row is None or permit.revoked_at is not None:
            return False
        if permit.audience != MANUAL and permit.audience not in self._points():
            return False
        record = ledger.read_record(row.body)
        slot = ledger.slot_of(record.release)
        armed = record.armed is not None and record.armed.slot == slot == permit.slot
        firm = record.agreed and record.proposed is None and record.release.state in _FIRM
        return armed and firm and permit.id in record.permits
