"""How many decisions a second, in process, with 10,000 releases known.

Ours asks every default rule and gives reasons. Beside it cedarpy and pycasbin decide a
policy of the same shape, as far as they can express it: London's calendar, bank holidays
and the difference between manifests are worked out for them beforehand, and they answer
yes or no without a reason. A bare loop over the same dictionary is the control. Medians of
interleaved runs.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from random import Random
from time import perf_counter

import casbin
import cedarpy
from msgspec import Struct
from pubguard_plugins.facts.clocks import ClockSync
from pubguard_plugins.facts.holidays import Day

from pubguard.clock import london, microseconds, slot_on
from pubguard.evaluate import RuleBook, evaluate
from pubguard.model import Action, Attempt, Effect, Facts, Record, Role
from pubguard.plugins import load
from pubguard.testing.builders import (
    DIGEST,
    make_attempt,
    make_record,
    with_approval,
    with_arming,
)

RELEASES, ATTEMPTS, RUNS = 10_000, 4_000, 7
FAMILIES = ("calendar_rules", "time_rules", "people_rules", "content_rules")
MIX = (("allow", 60), ("early", 30), ("confirm", 10))
"""Of a hundred attempts: published when armed, approved at once, approved for the slot."""
MONDAY = date(2026, 11, 23)
FIRST = slot_on(MONDAY)
SYNC = ClockSync(True, 1000)

CEDAR = """
permit(principal, action, resource);
forbid(principal, action, resource) unless { context.confirmed_state };
forbid(principal, action, resource) unless { context.agreed };
forbid(principal, action, resource) when { context.public < context.slot };
forbid(principal, action, resource)
    when { context.at < context.slot && context.effective != context.slot };
forbid(principal, action, resource)
    when { context.at > context.slot + 60000000 && !context.armed };
forbid(principal, action, resource) when { context.weekday >= 5 && context.at < context.slot };
forbid(principal, action, resource) when { !context.half_past_nine && context.at < context.slot };
forbid(principal, action, resource) unless { context.confirmed || context.armed };
forbid(principal, action, resource) when { context.authors.contains(context.actor) };
forbid(principal, action, resource)
    unless { context.armed || context.roles.containsAny(["approver", "publisher"]) };
forbid(principal, action == Action::"publish", resource) unless { context.approved };
forbid(principal, action == Action::"publish", resource) unless { context.fits };
"""
CASBIN = """
[request_definition]
r = act, c
[policy_definition]
p = act
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.act == p.act && r.c.confirmed_state && r.c.agreed && r.c.public >= r.c.slot && \
(r.c.at >= r.c.slot || r.c.effective == r.c.slot) && \
(r.c.at <= r.c.slot + 60000000 || r.c.armed) && (r.c.weekday < 5 || r.c.at >= r.c.slot) && \
(r.c.half_past_nine || r.c.at >= r.c.slot) && (r.c.confirmed || r.c.armed) && \
r.c.actor not in r.c.authors && (r.c.armed || r.c.may) && \
(r.act == "approve" || (r.c.approved && r.c.fits))
"""


class Told(Struct):
    """What the other engines are told of an attempt."""

    confirmed_state: bool
    agreed: bool
    at: int
    public: int
    effective: int
    slot: int
    weekday: int
    half_past_nine: bool
    confirmed: bool
    armed: bool
    actor: str
    authors: list[str]
    roles: list[str]
    may: bool
    approved: bool
    fits: bool


class Case(Struct):
    """One attempt, with what a caller would hold in its hands."""

    attempt: Attempt
    read_at: datetime
    world: Mapping[type, object]
    told: Told


Decide = Callable[[Case, Record], bool]


def main() -> None:
    """Print the table."""
    random = Random(1)
    records = _records()
    for name, share in (*((name, ((name, 100),)) for name, _ in MIX), ("mix", MIX)):
        cases = [_case(random, records, share) for _ in range(ATTEMPTS)]
        _row(name, records, cases)


def _row(name: str, records: dict[str, Record], cases: list[Case]) -> None:
    engines = {
        "ours": (_ours(), cases),
        "cedarpy": (_cedar(), cases[: ATTEMPTS // 4]),
        "pycasbin": (_casbin(), cases[: ATTEMPTS // 4]),
        "bare loop": (_bare, cases),
    }
    for other in ("cedarpy", "pycasbin"):
        same = [
            engines["ours"][0](c, records[c.attempt.release])
            == engines[other][0](c, records[c.attempt.release])
            for c in cases[:500]
        ]
        assert all(same), f"{other} decides otherwise"
    rates: dict[str, list[float]] = {engine: [] for engine in engines}
    for _ in range(RUNS):
        for engine, (decide, several) in engines.items():
            start = perf_counter()
            for case in several:
                decide(case, records[case.attempt.release])
            rates[engine].append(len(several) / (perf_counter() - start))
    ours = rates["ours"]
    for engine, theirs in rates.items():
        ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
        print(f"{name:<8}{engine:<11}{statistics.median(theirs):>12,.0f}/s   ours is {ratio:8.2f}x")


def _records() -> dict[str, Record]:
    records = {}
    for number in range(RELEASES):
        slot = slot_on(MONDAY + timedelta(days=7 * (number % 50) + number % 5))
        record = make_record(slot, announced_at=slot - timedelta(days=60))
        digests = {"page": DIGEST}
        arm = with_arming if number % 2 else with_approval
        records[f"r-{number}"] = arm(record, digests)
    return records


def _case(random: Random, records: dict[str, Record], share: tuple[tuple[str, int], ...]) -> Case:
    (kind,) = random.choices([name for name, _ in share], [weight for _, weight in share])
    number = random.randrange(RELEASES // 2) * 2 + (kind == "allow")
    record = records[f"r-{number}"]
    slot = record.release.release_at
    assert slot is not None
    late, ahead = timedelta(seconds=random.random()), timedelta(hours=random.randrange(2, 200))
    attempt = make_attempt(
        Action.PUBLISH if kind == "allow" else Action.APPROVE,
        slot + late if kind == "allow" else slot - ahead,
        effective_at=slot if kind == "confirm" else None,
        release=f"r-{number}",
        authors=("b.shah",),
        digests={"page": DIGEST},
    )
    world = {Day: Day(london(slot).date(), None, covered=True), ClockSync: SYNC}
    return Case(attempt, attempt.at - timedelta(days=1), world, _told(attempt, record))


def _told(attempt: Attempt, record: Record) -> Told:
    slot = record.release.release_at
    assert slot is not None
    us = {name: microseconds(when - FIRST) for name, when in _times(attempt, slot)}
    return Told(
        **us,
        confirmed_state=True,
        agreed=record.agreed,
        weekday=slot.weekday(),
        half_past_nine=True,
        confirmed=False,
        armed=record.armed is not None,
        actor=attempt.actor.id,
        authors=list(attempt.authors),
        roles=["approver"],
        may=True,
        approved=record.approval is not None,
        fits=True,
    )


def _times(attempt: Attempt, slot: object) -> list[tuple[str, object]]:
    public = attempt.public_at
    return [("at", attempt.at), ("public", public), ("effective", public), ("slot", slot)]


def _ours() -> Decide:
    plugins = load(FAMILIES)
    book = RuleBook.of({name: plugins.make("rules", name) for name in plugins.offers("rules")})
    roles = frozenset({Role.APPROVER})

    def decide(case: Case, record: Record) -> bool:
        facts = Facts(record=record, roles=roles, read_at=case.read_at, world=case.world)
        return evaluate(case.attempt, facts, book).decision is Effect.ALLOW

    return decide


def _cedar() -> Decide:
    policies = cedarpy.PolicySet.from_str(CEDAR)
    entities = cedarpy.Entities.from_json_str("[]")
    fields = Told.__struct_fields__

    def decide(case: Case, _: Record) -> bool:
        request = {
            "principal": {"type": "User", "id": case.attempt.actor.id},
            "action": {"type": "Action", "id": str(case.attempt.action)},
            "resource": {"type": "Release", "id": case.attempt.release},
            "context": {name: getattr(case.told, name) for name in fields},
        }
        return cedarpy.is_authorized(request, policies, entities).allowed

    return decide


def _casbin() -> Decide:
    model = casbin.Enforcer.new_model(text=CASBIN)
    enforcer = casbin.Enforcer(model)
    for action in ("approve", "publish"):
        enforcer.add_policy(action)

    def decide(case: Case, _: Record) -> bool:
        return bool(enforcer.enforce(str(case.attempt.action), case.told))

    return decide


def _bare(case: Case, record: Record) -> bool:
    slot = record.release.release_at
    return slot is not None and case.attempt.public_at >= slot and record.armed is not None


if __name__ == "__main__":
    main()
