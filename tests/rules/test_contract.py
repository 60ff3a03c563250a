"""Every rule that comes with pubguard holds to the contract of all rules."""

from __future__ import annotations

import msgspec
import pytest

from pubguard import practice
from pubguard.model import Action, Effect
from pubguard.plugins import load
from pubguard.testing import RuleContract
from pubguard.testing.builders import make_attempt, make_facts, make_record

FAMILIES = ("calendar_rules", "time_rules", "people_rules", "content_rules", "point_rules")
PLUGINS = load(FAMILIES)
RULES = {offer.factory.code: offer.factory for offer in PLUGINS.offers("rules").values()}
CODES = [
    *("PG101", "PG102", "PG103", "PG104", "PG105", "PG106"),
    *("PG201", "PG202", "PG203", "PG204", "PG205", "PG206", "PG207"),
    *("PG301", "PG302", "PG303", "PG304", "PG305"),
    *("PG401", "PG402", "PG403", "PG404"),
    "PG604",
]


@pytest.mark.parametrize("code", CODES)
class TestRules(RuleContract):
    """Runs the shipped contract on each rule."""

    @pytest.fixture(autouse=True)
    def _rule(self, code):
        self.rule = RULES[code]()


def test_these_are_all():
    """Every code is offered by one of the families, and no other is."""
    assert sorted(RULES) == sorted(CODES)


@pytest.mark.parametrize("code", CODES)
def test_it_can_be_explained(code):
    """The duty is one that practice.py knows, and both effects are said."""
    rule = RULES[code]
    assert rule.duty is None or rule.duty in practice.DUTIES
    assert rule.before
    assert rule.since


@pytest.mark.parametrize("code", CODES)
def test_it_is_made_from_settings(code):
    """Settings reach the rule through its fields, which JSON can hold."""
    name = next(n for n, o in PLUGINS.offers("rules").items() if o.factory.code == code)
    made = PLUGINS.make("rules", name, {"late_after": "5 min", "two_person": False}, {})
    assert msgspec.to_builtins(made) is not None


@pytest.mark.parametrize("code", CODES)
def test_no_reason_holds_what_is_personal(code):
    """Recipients' addresses never stand in a reason."""
    rule = RULES[code]()
    for action in Action:
        attempt = make_attempt(action, "2026-11-24T10:00", recipients=("x.y@example.org",))
        for facts in (make_facts(), make_facts(make_record())):
            found = rule.judge(attempt, facts)
            assert found is None or found.effect in Effect
            assert found is None or "example.org" not in found.reason + found.remedy
