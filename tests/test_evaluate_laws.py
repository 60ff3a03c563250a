"""The laws of deciding, as properties over made-up rules."""

from __future__ import annotations

from threading import Event
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from pubguard.deadline import evaluate_within
from pubguard.evaluate import FAMILIES, RuleBook, evaluate
from pubguard.model import CLEAR, Action, Attempt, Effect, Facts, Finding
from pubguard.testing.builders import make_attempt, make_facts

RANK = {effect: rank for rank, effect in enumerate(Effect)}


class Says(Struct, frozen=True):
    """A rule that always answers the same."""

    version: ClassVar[int] = 1
    title: ClassVar[str] = "Says"
    why: ClassVar[str] = "To test."
    fix: ClassVar[str] = "Nothing."
    duty: ClassVar[str | None] = "time"

    code: str
    answer: Any = CLEAR
    actions: frozenset[Action] = frozenset(Action)

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """Answer, or raise, or call."""
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer() if callable(self.answer) else self.answer


def _full(*more: Says) -> list[Says]:
    """All families speak, and then some."""
    return [Says(f"PG{family}00") for family in range(1, 6)] + list(more)


def _book(rules: list[Says]) -> RuleBook:
    return RuleBook.of({f"rule-{number}": rule for number, rule in enumerate(rules)})


def _said(decision):
    return decision.decision, [(v.code, v.effect) for v in decision.verdicts]


findings = st.sampled_from(Effect).map(lambda effect: Finding(effect, "Because.", "Do."))
rules = st.builds(
    Says,
    code=st.sampled_from([f"PG{family}{number:02}" for family in range(1, 6) for number in (1, 2)]),
    answer=findings | st.none() | st.just(CLEAR) | st.just(ValueError("x")) | st.just("nonsense"),
)
guarded = st.sampled_from([action for action in Action if action is not Action.WITHDRAW])


@given(st.lists(rules, max_size=8), st.randoms(), guarded)
def test_order_never_matters(several, random, action):
    """Law 2: shuffled rules give the same answer and the same verdicts."""
    named = {f"rule-{number}": rule for number, rule in enumerate(several)}
    shuffled = list(named.items())
    random.shuffle(shuffled)
    attempt, facts = make_attempt(action), make_facts()
    one = evaluate(attempt, facts, RuleBook.of(named))
    assert one == evaluate(attempt, facts, RuleBook.of(dict(shuffled)))


@given(st.lists(findings, max_size=8), guarded)
def test_the_worst_effect_wins(several, action):
    """Law 2: error over block over confirm over warn over allow; a warning is an allow."""
    book = _book(_full(*(Says("PG199", finding) for finding in several)))
    worst = max((finding.effect for finding in several), key=RANK.get, default=Effect.ALLOW)
    decision = evaluate(make_attempt(action), make_facts(), book)
    assert decision.decision is (Effect.ALLOW if worst is Effect.WARN else worst)


@given(st.sets(st.sampled_from(["PG1", "PG2", "PG3", "PG4", "PG5"])), guarded)
def test_a_family_that_is_left_out_blocks(spoke, action):
    """Law 2: PG001 for each family that must speak and does not, and only for those."""
    decision = evaluate(
        make_attempt(action), make_facts(), _book([Says(f"{family}00") for family in spoke])
    )
    silent = FAMILIES[action] - spoke
    assert (decision.decision is Effect.ALLOW) == (not silent)
    assert [v.code for v in decision.verdicts] == ["PG001"] * len(silent)
    assert all(any(family in v.reason for v in decision.verdicts) for family in silent)


@pytest.mark.parametrize("action", [a for a in Action if a is not Action.WITHDRAW])
def test_a_family_whose_rules_all_keep_silent_blocks(action):
    """None is silence: installed is not enough, a rule must have looked."""
    quiet = [Says(f"PG{family}00", answer=None) for family in range(1, 6)]
    decision = evaluate(make_attempt(action), make_facts(), _book(quiet))
    assert {v.code for v in decision.verdicts} == {"PG001"}
    assert decision.decision is Effect.BLOCK


def test_a_rule_that_is_not_for_the_action_does_not_speak_for_its_family():
    """A family is heard on an action only through rules for that action."""
    deaf = Says("PG100", actions=frozenset({Action.APPROVE}))
    decision = evaluate(make_attempt("publish"), make_facts(), _book([deaf, *_full()[1:]]))
    assert [v.code for v in decision.verdicts] == ["PG001"]


BROKEN = {
    "raises": ValueError("secret"),
    "leaves the process with 0": SystemExit(0),
    "ends its generator": GeneratorExit(),
    "runs out of memory": MemoryError(),
    "says yes in words": "allow",
    "says True": True,
    "says an effect": Effect.ALLOW,
    "says a finding with a word for an effect": Finding("allow"),  # type: ignore[arg-type]
    "says a finding without words": Finding(Effect.WARN, None, None),  # type: ignore[arg-type]
    "recurses": lambda: BROKEN["recurses"](),
}


@pytest.mark.parametrize("within", [evaluate, evaluate_within])
@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("place", [0, 3, 5])
def test_a_broken_rule_is_an_error_and_the_others_are_heard(place, answer, within):
    """Law 2: error for that rule alone, its family counts as asked, nothing is allowed."""
    several = _full(Says("PG298", Finding(Effect.WARN, "Seen.", "Do.")))
    several.insert(place, Says("PG299", answer))
    decision = within(make_attempt("publish"), make_facts(), _book(several))
    assert _said(decision) == (
        Effect.ERROR,
        [("PG299", Effect.ERROR), ("PG298", Effect.WARN)],
    )
    assert decision.exit_code == 4
    assert "secret" not in decision.verdicts[0].reason


def test_a_broken_rule_counts_for_its_family():
    """The family was asked: it is an error, and not PG001 as well."""
    book = _book([Says("PG100", ValueError()), *_full()[1:]])
    decision = evaluate(make_attempt("publish"), make_facts(), book)
    assert [v.code for v in decision.verdicts] == ["PG100"]


@given(st.lists(rules, max_size=8))
def test_withdrawing_is_always_allowed(several):
    """Law 14: blocks, errors and PG001 are shown as warnings, and the answer is allow."""
    decision = evaluate(make_attempt("withdraw"), make_facts(), _book(several))
    assert (decision.decision, decision.exit_code) == (Effect.ALLOW, 0)
    assert {v.effect for v in decision.verdicts} <= {Effect.WARN}


def test_withdrawing_shows_what_stands_against_it():
    """Nothing is hidden: the same verdicts, as warnings."""
    book = _book([Says("PG100", Finding(Effect.BLOCK, "No.", "Do."))])
    said = _said(evaluate(make_attempt("withdraw"), make_facts(), book))
    assert said == (Effect.ALLOW, [("PG001", Effect.WARN), ("PG100", Effect.WARN)])


@given(st.lists(rules, max_size=8), guarded)
def test_the_deadline_changes_nothing_in_time(several, action):
    """Asked on another thread, rules that answer give the same decision."""
    attempt, facts, book = make_attempt(action), make_facts(), _book(several)
    assert _said(evaluate_within(attempt, facts, book)) == _said(evaluate(attempt, facts, book))


@pytest.mark.parametrize("place", range(6))
def test_a_rule_that_never_returns_is_an_error_and_the_others_are_heard(place):
    """One deadline per check: wherever it stands, the rules after it are still asked."""
    end = Event()
    several = _full(Says("PG298", Finding(Effect.WARN, "Seen.", "Do.")))
    several.insert(place, Says("PG299", end.wait))
    decision = evaluate_within(make_attempt("publish"), make_facts(), _book(several), 0.2)
    end.set()
    assert _said(decision) == (
        Effect.ERROR,
        [("PG299", Effect.ERROR), ("PG298", Effect.WARN)],
    )


def test_rules_that_never_return_count_for_their_families():
    """All of them hang: an error for each, within the one deadline."""
    end = Event()
    several = [Says(f"PG{family}00", end.wait) for family in range(1, 6)]
    decision = evaluate_within(make_attempt("publish"), make_facts(), _book(several), 0.2)
    end.set()
    assert decision.decision is Effect.ERROR
    assert {v.effect for v in decision.verdicts} == {Effect.ERROR}
    assert len(decision.verdicts) == 5


def test_a_rule_that_spins_is_an_error():
    """A loop without end holds no answer up."""
    spin = iter(int, 1)
    stop = []

    def run() -> None:
        for _ in spin:
            if stop:
                return

    book = _book(_full(Says("PG299", run)))
    decision = evaluate_within(make_attempt("publish"), make_facts(), book, 0.3)
    stop.append(True)
    assert ("PG299", Effect.ERROR) in _said(decision)[1]


def test_a_slow_rule_that_makes_it_is_heard():
    """Others go on behind it, and its own answer still counts within the deadline."""
    behind = Event()

    def slow() -> Finding:
        behind.wait(5)
        return Finding(Effect.WARN, "Slow.", "Wait.")

    def opens() -> Finding:
        behind.set()
        return CLEAR

    book = _book([Says("PG298", slow), *_full(Says("PG299", opens))])
    decision = evaluate_within(make_attempt("publish"), make_facts(), book, 4)
    assert _said(decision) == (Effect.ALLOW, [("PG298", Effect.WARN)])


def test_a_withdrawal_waits_for_no_rule():
    """Law 14 holds with a rule that hangs."""
    end = Event()
    book = _book(_full(Says("PG299", end.wait)))
    decision = evaluate_within(make_attempt("withdraw"), make_facts(), book, 0.1)
    end.set()
    assert _said(decision) == (Effect.ALLOW, [("PG299", Effect.WARN)])
