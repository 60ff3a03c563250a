"""What every rule must hold to; run on ours and on any third party's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from pubguard.model import Action, Actor, Attempt, Effect, Facts, Finding
from pubguard.protocols import Rule

Case = tuple[Attempt, Facts]


class RuleContract:
    """Subclass it as ``class TestMine(RuleContract)`` and set `rule`, `allows` and `denies`.

    `allows` and `denies` are the rule's two tables: what it must let through (CLEAR, or
    silence) and what it must object to.
    """

    rule: Rule
    allows: Sequence[Case] = ()
    denies: Sequence[Case] = ()

    def test_says_what_it_is(self) -> None:
        """A rule has a code, a version, a title, and says why and how to put it right."""
        assert re.fullmatch(r"[A-Z]{2}\d{3}", self.rule.code)
        assert isinstance(self.rule.version, int)
        assert self.rule.version >= 1
        assert all((self.rule.title, self.rule.why, self.rule.fix))
        assert self.rule.actions
        assert all(isinstance(action, Action) for action in self.rule.actions)

    def test_speaks_or_is_silent_on_anything(self) -> None:
        """Whatever is unknown, a rule answers with a finding or None and does not raise."""
        for attempt, facts in self._cases():
            assert isinstance(self.rule.judge(attempt, facts), (Finding, type(None)))

    def test_is_pure(self) -> None:
        """Asked twice the same, a rule says the same."""
        for attempt, facts in self._cases():
            assert self.rule.judge(attempt, facts) == self.rule.judge(attempt, facts)

    def test_gives_reasons(self) -> None:
        """Whoever is warned or stopped is told why and what to do."""
        for attempt, facts in self._cases():
            found = self.rule.judge(attempt, facts)
            if found and found.effect is not Effect.ALLOW:
                assert found.reason
                assert found.remedy

    def test_lets_through(self) -> None:
        """Nothing in `allows` meets an objection."""
        for attempt, facts in self.allows:
            found = self.rule.judge(attempt, facts)
            assert found is None or found.effect is Effect.ALLOW, (attempt, found)

    def test_objects(self) -> None:
        """Everything in `denies` meets an objection."""
        for attempt, facts in self.denies:
            found = self.rule.judge(attempt, facts)
            assert found, attempt
            assert found.effect is not Effect.ALLOW, (attempt, found)

    def _cases(self) -> Iterator[Case]:
        yield from self.allows
        yield from self.denies
        noon = datetime(2026, 11, 26, 12, tzinfo=UTC)
        for action in Action:
            attempt = Attempt(action=action, release="unknown", actor=Actor("a.jones"), at=noon)
            yield attempt, Facts()
            yield attempt, Facts(listed=False, nearest=("known",))
