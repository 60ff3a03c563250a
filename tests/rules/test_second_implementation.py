"""F16: the rules against an independent second implementation.

PUBGUARD_FAULTS=long runs a million cases instead of thirty thousand.
"""

from __future__ import annotations

import importlib.util
import os
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import pytest
from pubguard_plugins.facts.clocks import ClockSync, Offset
from pubguard_plugins.facts.holidays import Day

from pubguard.config import AlternativeTime
from pubguard.evaluate import RuleBook, evaluate
from pubguard.model import (
    Action,
    Actor,
    Approval,
    Armed,
    Attempt,
    Facts,
    Output,
    Override,
    Proposed,
    Record,
    Release,
    Role,
    State,
)
from pubguard.plugins import load
from pubguard.testing.builders import instant

_spec = importlib.util.spec_from_file_location(
    "second_implementation", Path(__file__).with_name("second_implementation.py")
)
second: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(second)

LONG = os.environ.get("PUBGUARD_FAULTS") == "long"
PARTS = 8
CASES = (1_000_000 if LONG else 32_000) // PARTS

SLOTS = {
    "standard": instant("2026-11-26T09:30"),
    "saturday": instant("2026-11-28T09:30"),
    "seven": instant("2026-11-26T07:00"),
    "seven, agreed": instant("2026-11-26T07:00"),
}
WISH = {"move": State.CONFIRMED, "cancellation": State.CANCELLED}
OUTPUTS = (Output("page"), Output("data"))
AGREED = AlternativeTime(
    series="cpi",
    time=instant("2026-11-26T07:00").time(),
    reference="letter",
    considered=date(2022, 5, 13),
)
FAMILIES = {
    "PG1": "calendar_rules",
    "PG2": "time_rules",
    "PG3": "people_rules",
    "PG4": "content_rules",
}
ONE, TWO, THREE = ("sha256:" + digit * 64 for digit in "123")
APPROVED = {"whole": {"": ONE}, "parts": {"page": ONE, "data": TWO}, "nothing": {}}
SENT = {
    ("whole", "changed"): {"": TWO},
    ("whole", "one missing"): {},
    ("whole", "one more"): {"": ONE, "page": THREE},
    ("parts", "changed"): {"page": THREE, "data": TWO},
    ("parts", "one missing"): {"page": ONE},
    ("parts", "one more"): {"page": ONE, "data": TWO, "more": THREE},
    ("nothing", "changed"): {"": THREE, "page": THREE},
    ("nothing", "one missing"): {},
    ("nothing", "one more"): {"": ONE, "page": ONE},
}


@cache
def _book(missing: str | None, *settings: Any) -> RuleBook:
    names = ("two_person", "require_approval", "require_authenticated", "require_clock_sync")
    shared = dict(zip((*names, "confirm"), settings, strict=True))
    shared["confirm"] = tuple(map(Action, shared["confirm"]))
    shared["alternative_time"] = (AGREED,)
    plugins = load([name for family, name in FAMILIES.items() if family != missing])
    offers = plugins.offers("rules")
    return RuleBook.of({name: plugins.make("rules", name, shared) for name in offers})


def _us(number: int) -> timedelta:
    return timedelta(microseconds=number)


def _record(case: dict[str, Any], slot: Any) -> Record | None:
    if case["state"] == "unknown":
        return None
    authors = {"none": (), "other": ("b.shah",), "approver": ("A.Jones",)}[case["known_author"]]
    digests = APPROVED[case["approved"]]
    given = Approval("a.jones", digests, slot, authors)
    armed_for = slot if case["armed"] == "this slot" else slot - timedelta(days=7)
    return Record(
        release=Release(
            id="r",
            title="R",
            state=State(case["state"].partition(",")[0]),
            release_at=None if case["state"].endswith("no time") else slot,
            series="cpi" if case["slot"] == "seven, agreed" else "gdp",
            outputs=OUTPUTS if case["announces"] == "page and data" else (),
        ),
        source="toml",
        announced_at=slot - timedelta(days=28 if case["notice"] == "long" else 27),
        agreed=case["agreed"],
        proposed=Proposed(slot, "c.lee", slot, WISH[case["proposed"]])
        if case["proposed"]
        else None,
        allowed=(given,) if case["approval"] == "pending" else (),
        approval=given if case["approval"] == "given" else None,
        armed=None
        if case["armed"] == "no"
        else Armed(digests, armed_for, "a.jones", slot, "first", case["armed despite"]),
    )


def _twins(case: dict[str, Any], slot: Any) -> tuple[Record, ...]:
    if case["twin"] is None:
        return ()
    at = slot if case["twin"] == "agrees" else slot + timedelta(days=7)
    twin = Release(id="t", title="T", state=State.CONFIRMED, release_at=at)
    return (Record(release=twin, source="ons", announced_at=slot),)


def _override(case: dict[str, Any], slot: Any) -> Override | None:
    if not case["override"]:
        return None
    return Override(
        id="second",
        release="r",
        action=Action(case["action"]),
        codes=case["override"],
        digests={},
        slot=slot,
        requested_by="b.shah",
        requested_at=slot,
        expires_at=slot,
        lead=True,
        seconded_by="c.lee",
        seconded_at=slot,
    )


def _world(case: dict[str, Any], slot: Any) -> dict[type, Any]:
    world: dict[type, Any] = {}
    if case["day"] != "unknown":
        closed = "Boxing Day" if case["day"] == "closed" else None
        world[Day] = Day(slot.date(), closed, case["day"] != "not covered")
    if case["clock"] != "unknown":
        seen = {"none": (), "silent": (None,), "near": (-2_000_000,), "far": (5, 2_000_001)}
        offsets = tuple(Offset("ntp://x", us) for us in seen[case["second"]])
        state = {"good": True, "bad": False, "mute": None}[case["clock"]]
        world[ClockSync] = ClockSync(state, None, offsets)
    return world


def _build(case: dict[str, Any]) -> tuple[Attempt, Facts]:
    slot = SLOTS[case["slot"]]
    at = slot + _us(case["at"])
    sent = {"same": APPROVED[case["approved"]], "nothing": {}}.get(case["sent"])
    if sent is None:
        sent = SENT[case["approved"], case["sent"]]
    authors = {"none": (), "other": ("b.shah",), "approver": ("a.jones",)}
    roles = frozenset() if case["role"] == "none" else frozenset({Role(case["role"])})
    ages = {"fresh": timedelta(days=7), "stale": timedelta(days=7, microseconds=1)}
    attempt = Attempt(
        action=Action(case["action"]),
        release="r",
        actor=Actor("a.jones", roles, "asserted:x" if case["asserted"] else "token:x"),
        at=at,
        effective_at=None if case["effective"] is None else slot + _us(case["effective"]),
        digests=sent,
        output=case["output"],
        authors=authors[case["sent_author"]],
    )
    facts = Facts(
        record=_record(case, slot),
        roles=roles,
        listed=case["listed"],
        confirmation="c" if case["confirmed"] else None,
        read_at=at - ages[case["read"]] if case["read"] in ages else None,
        twins=_twins(case, slot),
        claimed=(("page", "other"),) if case["claimed"] else (),
        override=_override(case, slot),
        world=_world(case, slot),
    )
    return attempt, facts


def _decide(case: dict[str, Any]) -> tuple[str, dict[str, str]]:
    settings = (
        case["two_person"],
        case["require_approval"],
        case["require_authenticated"],
        case["require_clock_sync"],
        case["confirm"],
    )
    decision = evaluate(*_build(case), _book(case["missing"], *settings))
    return str(decision.decision), {v.code: str(v.effect) for v in decision.verdicts}


@pytest.mark.parametrize("part", range(PARTS))
def test_two_implementations_agree(part):
    """On every case both give the same decision for the same reasons."""
    seed = SystemRandom().getrandbits(32) if LONG else part
    random = Random(seed)
    for number in range(CASES):
        case = second.draw(random)
        assert _decide(case) == second.expected(case), f"seed {seed}, case {number}: {case}"


def test_the_cases_reach_everything():
    """Every code and every effect comes up, and each decision is reached often."""
    random = Random(1)
    said: set[tuple[str, str]] = set()
    decisions: dict[str, int] = {}
    for _ in range(8000):
        decision, shown = second.expected(second.draw(random))
        decisions[decision] = decisions.get(decision, 0) + 1
        said |= set(shown.items())
    assert {code for code, _ in said} == {*second.TABLE, "PG001"}
    assert {("PG202", "warn"), ("PG202", "confirm"), ("PG207", "block")} <= said
    assert min(decisions[each] for each in ("allow", "confirm", "block")) > 50
