"""What verification skips can move nothing, and verification needs no more memory for more."""

import tracemalloc
from datetime import UTC, datetime

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from pubguard import ledger
from pubguard.events import CheckDecided, Event, Spoken
from pubguard.ledger.quiet import quiet
from pubguard.log.encoding import decode_header, prepare
from pubguard.log.verify import verify
from pubguard.model import Action, Effect, Record, Release, State
from pubguard.testing.store_contract import MEANING, event

AT = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
RELEASE = Release(id="cpi", title="CPI", state=State.CONFIRMED, release_at=AT)
KNOWN = {
    ledger.release_stream("cpi"): msgspec.json.encode(
        Record(release=RELEASE, source="ons", announced_at=AT)
    ),
}

decisions = st.builds(
    CheckDecided,
    action=st.sampled_from(Action),
    decision=st.sampled_from(Effect),
    position=st.just(0),
    armed=st.booleans(),
    verdicts=st.sampled_from([(), (Spoken("early", "PG201", Effect.BLOCK, "5f"),)]),
    digests=st.sampled_from([{}, {"": "sha256:" + "ab" * 32}]),
    world=st.sampled_from([{}, {"decision": "block"}, {"decision": "allow", "armed": True}]),
)


@given(decisions)
def test_a_quiet_decision_moves_nothing(data):
    """Whatever `quiet` lets verification skip, folding it changes no state."""
    happened = Event(at=AT, data=data, release="cpi", actor="a.jones")
    header = decode_header(prepare(happened).at(0))
    if quiet(header.kind, header.data):
        assert ledger.fold(happened, KNOWN.get) == {}


@given(decisions)
def test_only_what_can_move_is_not_quiet(data):
    """Refusals, and allowed actions that arm or use up nothing, are seen to be quiet."""
    header = decode_header(prepare(Event(at=AT, data=data, release="cpi")).at(0))
    moving = {Action.APPROVE, Action.PUBLISH}
    expected = data.decision is not Effect.ALLOW or data.action not in moving
    assert quiet(header.kind, header.data) is expected


def test_other_kinds_are_never_quiet():
    """Only decisions are looked at."""
    header = decode_header(prepare(event(1)).at(0))
    assert not quiet(header.kind, header.data)


def test_verification_needs_the_same_memory_for_ten_times_the_entries(log, store):
    """The peak does not grow with the log by more than its tile hashes."""
    peaks = []
    for size in (3000, 30000):
        while log.size() < size:
            log.append([event(1) for _ in range(500)], {"confirm/1": (499, b"used")}, {})
        tracemalloc.start()
        assert verify(store, MEANING).ok
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 200_000
