"""Attempt and facts in, decision out: every rule is asked, and the worst effect wins.

Pure: no clock, no input or output. A rule that raises, or answers with something that
is no finding, is an error for that rule alone; the others are still asked and shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from pubguard import practice
from pubguard.clock import london, microseconds, say_gap
from pubguard.decision import Decision, Verdict
from pubguard.model import CLEAR, Action, Attempt, Effect, Facts, Finding, State
from pubguard.overriding import lift
from pubguard.protocols import Rule

GUARD = "guard"
"""The rule name of verdicts that no rule but the guard itself gives."""
INCOMPLETE = "PG001"
VALID = timedelta(seconds=30)
"""How long an allow may be acted on."""

FAMILIES: Mapping[Action, frozenset[str]] = {
    Action.APPROVE: frozenset({"PG1", "PG2", "PG3", "PG4"}),
    Action.SCHEDULE: frozenset({"PG1", "PG2", "PG3", "PG4"}),
    Action.PUBLISH: frozenset({"PG1", "PG2", "PG3", "PG4"}),
    Action.REVISE: frozenset({"PG1", "PG2", "PG4"}),
    Action.UPLOAD: frozenset({"PG1", "PG2", "PG4"}),
    Action.SHARE: frozenset({"PG1", "PG5"}),
    Action.PROMOTE: frozenset({"PG1", "PG2", "PG3"}),
    Action.WITHDRAW: frozenset({"PG1", "PG3"}),
}
"""The rule families that must speak before an action can be allowed."""

PLUGINS = {
    "PG1": ("the calendar", "calendar_rules"),
    "PG2": ("date and time", "time_rules"),
    "PG3": ("people", "people_rules"),
    "PG4": ("content", "content_rules"),
    "PG5": ("access before release", "access_rules"),
}
"""What each family judges, and the plugin that brings it."""

MOMENT = frozenset({"PG201", "PG206"})
"""Refusals that end when the slot comes."""
WRONG_DAY = "PG203"
"""A slot that does not open even when it comes."""
# Looked up once: on Python 3.11 a member's look-up costs ten times a comparison.
_ALLOW, _WARN, _CONFIRM, _WITHDRAW = Effect.ALLOW, Effect.WARN, Effect.CONFIRM, Action.WITHDRAW
_RANK = {effect: rank for rank, effect in enumerate(Effect)}

Answer = Finding | None


class Seat(Struct, frozen=True):
    """One rule as it is asked about one action."""

    name: str
    rule: Rule
    judge: Callable[[Attempt, Facts], Answer]
    family: str


class Panel(Struct, frozen=True):
    """All that are asked about one action, and the families that must be heard."""

    seats: tuple[Seat, ...]
    judges: tuple[Callable[[Attempt, Facts], Answer], ...]
    families: frozenset[str]
    unanimous: list[Answer]
    complete: bool


class RuleBook(Struct, frozen=True):
    """The rules, worked out beforehand for each action."""

    panels: Mapping[Action, Panel]

    @classmethod
    def of(cls, rules: Mapping[str, Rule]) -> RuleBook:
        """From rules by name."""
        return cls({action: _panel(action, rules) for action in Action})


def _panel(action: Action, rules: Mapping[str, Rule]) -> Panel:
    seats = tuple(
        Seat(name, rule, rule.judge, rule.code[:3])
        for name, rule in rules.items()
        if action in rule.actions
    )
    families = FAMILIES[action]
    return Panel(
        seats=seats,
        judges=tuple(seat.judge for seat in seats),
        families=families,
        unanimous=[CLEAR] * len(seats),
        complete=families <= {seat.family for seat in seats},
    )


def evaluate(attempt: Attempt, facts: Facts, book: RuleBook) -> Decision:
    """The decision, without event, challenge or permit."""
    panel = book.panels[attempt.action]
    answers: list[Answer]
    try:
        answers = [judge(attempt, facts) for judge in panel.judges]
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - one of them failed; rules are pure, so all are asked again
        answers = [ask(judge, attempt, facts) for judge in panel.judges]
    return conclude(attempt, facts, panel, answers)


def ask(judge: Callable[[Attempt, Facts], Answer], attempt: Attempt, facts: Facts) -> Answer:
    """The answer of one rule, or the error that stands for it.

    Even SystemExit is one: a rule that leaves with 0 must not read as a yes.
    """
    try:
        return judge(attempt, facts)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - this is where a rule's failure ends
        return failed(error)


def failed(error: BaseException) -> Finding:
    """What stands for a rule that raised; never the exception's own words (law 11)."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = ""
    if trace is not None:
        file = trace.tb_frame.f_code.co_filename.replace("\\", "/").rpartition("/")[2]
        where = f" at {file}, line {trace.tb_lineno}"
    return Finding(
        Effect.ERROR,
        f"This rule failed ({type(error).__name__}{where}), so it could not be judged.",
        "Have its plugin repaired; until then the answer is no.",
    )


def conclude(attempt: Attempt, facts: Facts, panel: Panel, answers: Sequence[Answer]) -> Decision:
    """The decision that follows from the answers, one for each seat of the panel."""
    verdicts: tuple[Verdict, ...] = ()
    if not panel.complete or answers != panel.unanimous:
        verdicts = _verdicts(attempt, facts, panel, answers)
    at, effective_at, slot = attempt.at, attempt.effective_at, facts.slot
    # Worst first, so the first that counts decides.
    outcome = next((each.effect for each in verdicts if each.overridden_by is None), _ALLOW)
    if outcome is _WARN:
        outcome = _ALLOW
    allowed = outcome is _ALLOW
    # As `attempt.public_at`, without its look-up: a past effective time means at once.
    public = at if effective_at is None or effective_at < at else effective_at
    gap_us = None if slot is None else microseconds(public - slot)
    return Decision(
        decision=outcome,
        action=attempt.action,
        release=attempt.release,
        actor=attempt.actor.id,
        at=at,
        effective_at=effective_at,
        next_allowed_at=None if allowed else _opens(at, slot, facts, verdicts),
        gap=say_gap(gap_us) if gap_us else None,
        gap_us=gap_us,
        armed=facts.armed is not None,
        valid_until=at + VALID if allowed and not attempt.rehearsal else None,
        verdicts=verdicts,
        rehearsal=attempt.rehearsal,
    )


def _verdicts(
    attempt: Attempt, facts: Facts, panel: Panel, answers: Sequence[Answer]
) -> tuple[Verdict, ...]:
    silent = set(panel.families)
    day = _day(attempt.public_at)
    found = []
    for seat, answer in zip(panel.seats, answers, strict=True):
        if answer is None:
            continue
        silent.discard(seat.family)
        if answer is not CLEAR:
            finding = _sound(answer)
            if finding.effect is not _ALLOW:
                found.append(_verdict(seat, finding, facts, day))
    found = lift(attempt, facts, found)
    found += [_incomplete(family, attempt.action) for family in silent]
    if attempt.action is _WITHDRAW:
        found = [_softened(verdict) for verdict in found]
    if len(found) > 1:
        found.sort(key=_worst_first)
    return tuple(found)


def _sound(answer: object) -> Finding:
    """The answer itself if it is a finding, else the error that stands for it."""
    if (
        isinstance(answer, Finding)
        and isinstance(answer.effect, Effect)
        and isinstance(answer.reason, str)
        and isinstance(answer.remedy, str)
    ):
        return answer
    return Finding(
        Effect.ERROR,
        f"This rule answered with something that is no finding ({type(answer).__name__}).",
        "Have its plugin repaired; until then the answer is no.",
    )


def _verdict(seat: Seat, finding: Finding, facts: Facts, day: date) -> Verdict:
    rule, effect, reason = seat.rule, finding.effect, finding.reason
    if effect is _CONFIRM and facts.confirmation is not None:
        effect, reason = _WARN, f"{reason} A typed confirmation was given."
    return Verdict(
        seat.name, rule.code, effect, practice.cite(rule.duty, day), reason, finding.remedy
    )


def _incomplete(family: str, action: Action) -> Verdict:
    what, plugin = PLUGINS[family]
    return Verdict(
        rule=GUARD,
        code=INCOMPLETE,
        effect=Effect.BLOCK,
        practice=None,
        reason=f"The guard is incomplete: no rule about {what} ({family}) spoke on {action}.",
        remedy=f"Enable the plugin {plugin} in pubguard.toml, or install one that brings these "
        "rules; `pubguard plugins` shows what there is.",
    )


def _softened(verdict: Verdict) -> Verdict:
    """Containment is never refused (law 14): whatever stands against it is only shown."""
    return Verdict(
        verdict.rule, verdict.code, Effect.WARN, verdict.practice, verdict.reason, verdict.remedy
    )


def _worst_first(verdict: Verdict) -> tuple[int, str, str]:
    return -_RANK[verdict.effect], verdict.code, verdict.rule


def _day(instant: datetime) -> date:
    """The London day, or for the very first instants of the calendar the UTC one."""
    try:
        return london(instant).date()
    except OverflowError:
        return instant.date()


def _opens(
    at: datetime, slot: datetime | None, facts: Facts, verdicts: Sequence[Verdict]
) -> datetime | None:
    """The slot, if it lies ahead, stands firm, and is why the answer is no."""
    record = facts.record
    if slot is None or slot <= at or record is None:
        return None
    firm = record.release.state is State.CONFIRMED and record.agreed and record.proposed is None
    blocking = {v.code for v in verdicts if v.effect is Effect.BLOCK and not v.overridden_by}
    why = not MOMENT.isdisjoint(blocking) and WRONG_DAY not in blocking
    return slot if firm and why else None
