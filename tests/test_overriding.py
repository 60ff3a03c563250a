"""What an override covers and lifts, one condition at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pubguard.clock import parse
from pubguard.decision import Verdict
from pubguard.errors import Refused
from pubguard.guard.standing import Against, liftable
from pubguard.model import (
    Action,
    Actor,
    Armed,
    Attempt,
    Effect,
    Facts,
    Override,
    Record,
    Release,
    State,
)
from pubguard.overriding import covers, lift

NOW = parse("2026-11-26T09:00")
SLOT = parse("2026-11-26T09:30")
PAGE, OTHER = "sha256:" + "1a" * 32, "sha256:" + "2b" * 32


def override(**fields) -> Override:
    half_hour = timedelta(minutes=30)
    known = {
        "id": "5f" * 16,
        "release": "r",
        "action": Action.PUBLISH,
        "codes": ("PG201", "PG302"),
        "digests": {"page": PAGE},
        "slot": SLOT,
        "requested_by": "e.dee",
        "requested_at": NOW,
        "expires_at": NOW + half_hour,
        "lead": True,
        "seconded_by": "c.lead",
        "seconded_at": NOW,
    }
    return Override(**(known | fields))


def attempt(**fields) -> Attempt:
    known = {"action": Action.PUBLISH, "release": "r", "actor": Actor("e.dee"), "at": NOW}
    return Attempt(**(known | {"digests": {"page": PAGE}} | fields))


def record(**fields) -> Record:
    release = Release("r", "R", State.CONFIRMED, SLOT)
    return Record(release=release, source="s", announced_at=NOW, **fields)


def spoken(code: str, effect: Effect) -> Verdict:
    return Verdict("a rule", code, effect, None, "why", "what now")


COVERED = {
    "the whole": ({}, {}),
    "one output": ({}, {"output": "page"}),
    "one output with others sent along": (
        {},
        {"output": "page", "digests": {"page": PAGE, "data": OTHER}},
    ),
    "an output where no content was named": (
        {"digests": {}},
        {"output": "page", "digests": {}},
    ),
    "an output of a whole": ({"digests": {"": PAGE}}, {"output": "page", "digests": {"": PAGE}}),
    "an output beside another that was used": ({"used": ("data",)}, {"output": "page"}),
}


@pytest.mark.parametrize(("have", "asked"), COVERED.values(), ids=COVERED)
def test_what_it_covers(have, asked) -> None:
    """This action with this content, whole or in parts."""
    assert covers(override(**have), attempt(**asked), SLOT)


NOT_COVERED = {
    "nobody seconded it": ({"seconded_at": None, "seconded_by": None}, {}),
    "its time has come": ({"expires_at": NOW}, {}),
    "another release": ({"release": "q"}, {}),
    "another action": ({"action": Action.APPROVE}, {}),
    "another slot": ({"slot": None}, {}),
    "other content": ({}, {"digests": {"page": OTHER}}),
    "more content": ({}, {"digests": {"page": PAGE, "data": OTHER}}),
    "an output without its digest": ({}, {"output": "page", "digests": {}}),
    "nothing of an output that it does not name": ({}, {"output": "data", "digests": {}}),
    "an output that it does not name": ({}, {"output": "data", "digests": {"data": PAGE}}),
    "an output sent as the whole": ({}, {"output": "data", "digests": {"": PAGE}}),
    "an output where it names none": ({"digests": {}}, {"output": "page", "digests": {"": PAGE}}),
    "an output beside the whole's digest": (
        {"digests": {"": PAGE}},
        {"output": "page", "digests": {"page": OTHER, "": PAGE}},
    ),
    "the whole was used": ({"used": ("",)}, {"output": "page"}),
    "the output was used": ({"used": ("page",)}, {"output": "page"}),
    "a part was used": ({"used": ("page",)}, {}),
}


@pytest.mark.parametrize(("have", "asked"), NOT_COVERED.values(), ids=NOT_COVERED)
def test_what_it_does_not_cover(have, asked) -> None:
    """One thing that does not fit is enough."""
    assert not covers(override(**have), attempt(**asked), SLOT)


def lifted(facts: Facts, *verdicts: Verdict, **asked) -> list[str]:
    return [v.code for v in lift(attempt(**asked), facts, verdicts) if v.overridden_by]


def test_only_what_blocks_is_lifted_before_the_slot() -> None:
    """A rule that failed still stops it then, and a question is still asked."""
    facts = Facts(record=record(), override=override())
    for effect in (Effect.ERROR, Effect.CONFIRM, Effect.WARN):
        assert lifted(facts, spoken("PG302", effect)) == []
    assert lifted(facts, spoken("PG302", Effect.BLOCK), spoken("PG303", Effect.BLOCK)) == ["PG302"]


def test_from_the_slot_on_a_failed_rule_is_lifted_too() -> None:
    """At the very instant, and not for a release whose date is not firm."""
    facts = Facts(record=record(), override=override())
    failed = spoken("PG302", Effect.ERROR)
    assert lifted(facts, failed, at=SLOT - timedelta(microseconds=1)) == []
    assert lifted(facts, failed, at=SLOT) == ["PG302"]
    loose = record()
    loose = Facts(record=_provisional(loose), override=override())
    assert lifted(loose, failed, at=SLOT) == []


def _provisional(known: Record) -> Record:
    from msgspec import structs

    release = structs.replace(known.release, state=State.PROVISIONAL)
    return structs.replace(known, release=release)


def test_a_failed_rule_is_liftable_from_the_slot_on_only() -> None:
    """Together with what blocks, and with what another override lifted."""
    against = Against((("PG302", Effect.ERROR), ("PG401", Effect.BLOCK)), {}, lifted=("PG201",))
    assert liftable(attempt(), against, begun=True) == ("PG201", "PG302", "PG401")
    with pytest.raises(Refused, match="PG302"):
        liftable(attempt(), against, begun=False)


@pytest.mark.parametrize("code", ["PG001", "PG101"])
def test_some_codes_nobody_lifts(code: str) -> None:
    """Not even one that an override somehow names, whether it blocks or failed."""
    facts = Facts(record=record(), override=override(codes=(code,)))
    for effect in (Effect.BLOCK, Effect.ERROR):
        assert lifted(facts, spoken(code, effect), at=SLOT) == []
        with pytest.raises(Refused, match=code):
            liftable(attempt(at=SLOT), Against(((code, effect),), {}), begun=True)


def test_an_arming_carries_what_it_was_made_in_spite_of() -> None:
    """For the publication of its own content and nothing else."""
    armed = Armed({"page": PAGE}, SLOT, "a.jones", NOW, "ab" * 16, ("PG302",))
    facts = Facts(record=record(armed=armed))
    blocked = spoken("PG302", Effect.BLOCK)
    assert lifted(facts, blocked) == ["PG302"]
    assert lifted(facts, blocked, action=Action.SCHEDULE) == []
    assert lifted(facts, blocked, digests={"page": OTHER}) == []
    (both,) = lift(attempt(), Facts(record=record(armed=armed), override=override()), [blocked])
    assert both.overridden_by == override().id
