"""The overrides there have been, for review."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from pubguard import events as ev
from pubguard import ledger
from pubguard.clock import Clock
from pubguard.journal import Journal
from pubguard.model import Action, Instant, Override


class Reviewed(Struct, frozen=True, kw_only=True):
    """One override as ``override list`` gives it.

    `status` is open, in force, used or expired; `used` names the outputs that went
    ahead under it, an empty text the whole release. `reason` is null once erased.
    """

    id: str
    release: str
    action: Action
    codes: tuple[str, ...]
    digests: Mapping[str, str]
    status: str
    reason: str | None
    requested_by: str
    requested_at: Instant
    seconded_by: str | None
    seconded_at: Instant | None
    expires_at: Instant
    used: tuple[str, ...]
    refusal: int | None


class OverrideShelf:
    """Finds overrides in the log."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock

    def all(self) -> list[Reviewed]:
        """Every override, the latest first."""
        found = [
            ledger.read_override(row.body) for _, row in self._journal.states(ledger.OVERRIDES)
        ]
        found.sort(key=lambda each: (each.requested_at, each.id), reverse=True)
        return [self.reviewed(each) for each in found]

    def reviewed(self, override: Override) -> Reviewed:
        """One override with its reason."""
        return Reviewed(
            id=override.id,
            release=override.release,
            action=override.action,
            codes=override.codes,
            digests=override.digests,
            status=_status(override, self._clock.now()),
            reason=self._reason(override),
            requested_by=override.requested_by,
            requested_at=override.requested_at,
            seconded_by=override.seconded_by,
            seconded_at=override.seconded_at,
            expires_at=override.expires_at,
            used=override.used,
            refusal=override.refusal,
        )

    def _reason(self, override: Override) -> str | None:
        for entry in self._journal.log.read_release(override.release):
            if entry.kind != ev.OverrideRequested.kind:
                continue
            data = entry.event().data
            if isinstance(data, ev.OverrideRequested) and data.override == override.id:
                return self._journal.log.values(entry).get("reason")
        return None


def _status(override: Override, now: datetime) -> str:
    if override.used:
        return "used"
    if now >= override.expires_at:
        return "expired"
    return "in force" if override.seconded_by else "open"
