"""The guard's answer, and what it is made of.

Times are aware datetimes in UTC with microseconds, as in `model`.
"""

from msgspec import Struct

from pubguard.model import Action, Effect, Instant


class Verdict(Struct, frozen=True):
    """A rule's finding as it stands in the answer, with the practice at risk."""

    rule: str
    code: str
    effect: Effect
    practice: str | None
    reason: str
    remedy: str
    overridden_by: str | None = None


class Challenge(Struct, frozen=True):
    """A question that a person answers by typing `type_this`."""

    id: str
    prompt: str
    type_this: str
    expires_at: Instant


class EntryRef(Struct, frozen=True):
    """Where an event lies in the log: its index and the lower-case hex leaf hash."""

    index: int
    hash: str


class Decision(Struct, frozen=True, kw_only=True):
    """The guard's answer, field by field the document of ``check --json``.

    `gap_us` is microseconds, negative when early. `valid_until` is 30 seconds
    ahead: whoever was allowed acts within it or asks again.
    """

    decision: Effect
    action: Action
    release: str
    actor: str
    at: Instant
    effective_at: Instant | None
    next_allowed_at: Instant | None
    gap: str | None
    gap_us: int | None
    armed: bool
    valid_until: Instant | None
    verdicts: tuple[Verdict, ...]
    challenge: Challenge | None = None
    permit: str | None = None
    rehearsal: bool = False
    event: EntryRef | None = None

    @property
    def exit_code(self) -> int:
        """0 for a real allow and nothing else."""
        if self.decision is Effect.ALLOW:
            return 5 if self.rehearsal else 0
        return {Effect.CONFIRM: 3, Effect.BLOCK: 1}.get(self.decision, 4)
