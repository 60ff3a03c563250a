"""What stands against an action: the refusal that an override would answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from msgspec import Struct, structs

from pubguard import events as ev
from pubguard.clock import Clock
from pubguard.decision import Verdict
from pubguard.errors import Refused
from pubguard.guard.check import Guard
from pubguard.journal import Journal
from pubguard.model import Action, Attempt, Effect
from pubguard.overriding import NEVER

LIFETIME = timedelta(minutes=30)
"""How long a refusal can be answered, a request be seconded, and an override be used."""
_NO = frozenset({Effect.BLOCK, Effect.ERROR})


class Against(Struct, frozen=True):
    """What stands against an action: codes with their effects, its content, and the entry.

    `lifted` are codes that another override lifted: one override covers an attempt, so the
    next one has to name them too.
    """

    spoken: tuple[tuple[str, Effect], ...]
    digests: Mapping[str, str]
    entry: int | None = None
    lifted: tuple[str, ...] = ()


class Standing:
    """Finds what stands against an attempt.

    Args:
        journal: holds the refusals.
        guard: is asked, as a rehearsal, where there was none.
        clock: tells which refusals are recent.
    """

    def __init__(self, journal: Journal, guard: Guard, clock: Clock) -> None:
        self._journal = journal
        self._guard = guard
        self._clock = clock

    def against(self, attempt: Attempt) -> Against:
        """What the latest refusal within half an hour said, or what a rehearsal says now.

        Raises:
            LogError: the log cannot be read, or the rehearsal not recorded.
        """
        return self._refusal(attempt) or self._rehearsed(attempt)

    def _refusal(self, attempt: Attempt) -> Against | None:
        """What stood against it when it was last asked, if that was a refusal."""
        since, latest = self._clock.now() - LIFETIME, None
        for entry in self._journal.log.read_release(attempt.release):
            if entry.kind != ev.CheckDecided.kind or entry.at <= since:
                continue
            data = entry.event().data
            if isinstance(data, ev.CheckDecided) and _answers(attempt, data):
                latest = (entry.index, data)
        if latest is None or latest[1].decision not in _NO:
            return None
        index, data = latest
        spoken, lifted = _apart(data.verdicts)
        return Against(spoken, attempt.digests or data.digests, index, lifted)

    def _rehearsed(self, attempt: Attempt) -> Against:
        rehearsed = structs.replace(attempt, at=self._clock.now(), rehearsal=True)
        verdicts = self._guard.check(rehearsed).verdicts
        spoken, lifted = _apart(verdicts)
        return Against(spoken, attempt.digests, lifted=lifted)


def _apart(
    verdicts: Sequence[ev.Spoken] | Sequence[Verdict],
) -> tuple[tuple[tuple[str, Effect], ...], tuple[str, ...]]:
    """What counts, and the codes that were lifted."""
    spoken = tuple((v.code, v.effect) for v in verdicts if not v.overridden_by)
    return spoken, tuple(v.code for v in verdicts if v.overridden_by)


def _answers(attempt: Attempt, data: ev.CheckDecided) -> bool:
    """True for a check of the same content, or of one output of it."""
    wanted = attempt.digests
    part = data.output is not None and data.digests.items() <= wanted.items()
    return data.action is attempt.action and (not wanted or part or data.digests == wanted)


def liftable(attempt: Attempt, against: Against, *, begun: bool) -> tuple[str, ...]:
    """The codes that an override can name, in order; `begun` says that the slot has come.

    Raises:
        Refused: there is none, or one that cannot be lifted stands against it too.
    """
    blocking = {code for code, effect in against.spoken if effect is Effect.BLOCK}
    failed = {code for code, effect in against.spoken if effect is Effect.ERROR}
    if attempt.action is Action.WITHDRAW:
        raise Refused("A withdrawal is always allowed.", "Withdraw it; nothing need be lifted.")
    if fixed := sorted(NEVER & (blocking | failed)):
        message = f"{', '.join(fixed)} cannot be overridden by anybody."
        raise Refused(message, f"See what it takes: pubguard rules {fixed[0]}")
    if failed and not begun:
        message = f"The rule of {', '.join(sorted(failed))} failed, so it could not be judged."
        raise Refused(message, "Before the slot nobody can override that: repair its plugin.")
    if not blocking | failed:
        message = f"Nothing blocks {attempt.action} of {attempt.release} now."
        raise Refused(message, "Ask the guard itself: pubguard check.")
    return tuple(sorted(blocking | failed | {*against.lifted}))
