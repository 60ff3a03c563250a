"""What events make of states, and what they never do."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from pubguard import events as ev
from pubguard import ledger
from pubguard.journal import moved
from pubguard.model import Action, Effect, Record, Release, State
from pubguard.protocols import Row

NOW = datetime(2026, 10, 1, 9, tzinfo=UTC)
SLOT = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)
PAGE = {"": "sha256:" + "1a" * 32}
RELEASE = Release("r", "R", State.CONFIRMED, SLOT)


def happened(*data: ev.Data, actor: str = "a.jones", at: datetime = NOW) -> Record | None:
    """The record of release r after these events."""
    events = [ev.Event(at=at, data=each, release="r", actor=actor) for each in data]
    rows = moved(events, {})
    found = rows.get(ledger.release_stream("r"))
    return ledger.read_record(found[1]) if found else None


ANNOUNCED = ev.ReleaseAnnounced(release=RELEASE, source="s")
ARMED = ev.ReleaseArmed(digests=PAGE, slot=SLOT, approves=True)


def test_a_proposed_change_leaves_the_agreed_slot() -> None:
    """The last agreed slot shows until the change is agreed; agreeing disarms."""
    move = ev.ReleaseMoved(release_at=LATER, state=State.CONFIRMED, source="s")
    record = happened(ANNOUNCED, ARMED, move)
    assert record
    assert (record.release.release_at, record.proposed.release_at) == (SLOT, LATER)
    agreed = happened(ANNOUNCED, ARMED, move, ev.ReleaseAgreed())
    assert agreed
    assert (agreed.release.release_at, agreed.proposed, agreed.armed) == (LATER, None, None)


def test_going_back_to_the_agreed_slot_ends_the_proposal() -> None:
    """A change that was taken back is no change."""
    move = ev.ReleaseMoved(release_at=LATER, state=State.CONFIRMED, source="s")
    back = ev.ReleaseMoved(release_at=SLOT, state=State.CONFIRMED, source="s")
    record = happened(ANNOUNCED, move, back)
    assert record
    assert record.proposed is None


def test_a_cancellation_disarms() -> None:
    """What will not come does not go out by itself."""
    record = happened(ANNOUNCED, ARMED, ev.ReleaseCancelled(source="s"))
    assert record
    assert (record.release.state, record.armed) == (State.CANCELLED, None)


def test_a_bypass_publishes_nothing_in_our_books() -> None:
    """`record` does not make things true: a provisional release stays provisional."""
    provisional = ev.ReleaseAnnounced(
        release=Release("r", "R", State.PROVISIONAL, SLOT), source="s"
    )
    record = happened(provisional, ev.OutcomeRecorded(outcome="published", bypass=True))
    assert record
    assert record.release.state is State.PROVISIONAL


def test_a_confirmed_date_counts_its_notice_from_when_it_was_confirmed() -> None:
    """A provisional entry at the same time gives no notice."""
    provisional = Release("r", "R", State.PROVISIONAL, SLOT)
    early = ev.Event(at=NOW, data=ev.ReleaseAnnounced(release=provisional, source="s"), release="r")
    late = ev.Event(at=LATER, data=ANNOUNCED, release="r")
    (found,) = moved([early, late], {}).values()
    assert ledger.read_record(found[1]).announced_at == LATER


def test_a_claim_is_no_approval() -> None:
    """Kept in the log, without effect."""
    record = happened(ANNOUNCED, ev.ApprovalRecorded(digests=PAGE, claim=True))
    assert record
    assert record.approval is None


@pytest.mark.parametrize("effect", [e for e in Effect if e is not Effect.ALLOW])
def test_a_refused_check_moves_nothing(effect: Effect) -> None:
    """Two hundred refusals at once are in nobody's way."""
    refused = ev.CheckDecided(action=Action.APPROVE, decision=effect, position=0)
    event = ev.Event(at=NOW, data=refused, release="r", actor="a.jones")
    record = msgspec.json.encode(happened(ANNOUNCED))
    assert moved([event], {ledger.release_stream("r"): Row(0, record)}) == {}


@pytest.mark.parametrize("kind", sorted(set(ev.KINDS) - ledger.MOVES))
def test_some_kinds_move_nothing(kind: str) -> None:
    """Those that verification may leave out when it folds the log."""
    assert kind in {
        *("check.rehearsed", "data.erased", "notice.sent", "override.expired", "permit.used"),
        *("token.added", "token.revoked"),
    }


def test_folding_is_pure() -> None:
    """The same events make the same bytes."""
    events = [ev.Event(at=NOW, data=each, release="r", actor="a") for each in (ANNOUNCED, ARMED)]
    assert moved(events, {}) == moved(events, {})


def test_announcing_another_slot_disarms_and_another_title_does_not() -> None:
    """What was armed was armed for a slot; its words may change."""
    other = ev.ReleaseAnnounced(release=Release("r", "R", State.CONFIRMED, LATER), source="s")
    vague = ev.ReleaseAnnounced(release=Release("r", "R", State.PROVISIONAL, SLOT), source="s")
    words = ev.ReleaseAnnounced(release=Release("r", "Q", State.CONFIRMED, SLOT), source="s")
    armed = [happened(ANNOUNCED, ARMED, again) for again in (other, vague, words)]
    assert [bool(record and record.armed) for record in armed] == [False, False, True]


def test_only_a_date_that_comes_nearer_is_brought_forward() -> None:
    """A proposal knows in which direction it goes."""
    early = ev.ReleaseMoved(release_at=SLOT, state=State.CONFIRMED, source="s")
    late = ev.ReleaseMoved(release_at=LATER, state=State.CONFIRMED, source="s")
    put_off = happened(ANNOUNCED, late)
    first = ev.ReleaseAnnounced(release=Release("r", "R", State.CONFIRMED, LATER), source="s")
    brought = happened(first, early)
    assert put_off
    assert brought
    assert [each.proposed.brought_forward for each in (put_off, brought)] == [False, True]


def test_the_answer_to_a_challenge_that_was_replaced_changes_nothing() -> None:
    """Each binding has one challenge, the latest."""

    def issued(name: str) -> ev.ChallengeIssued:
        return ev.ChallengeIssued(
            challenge=name,
            binding="b",
            type_this="x",
            expires_at=LATER,
            action=Action.APPROVE,
            door="cli",
            slot=SLOT,
        )

    old = ev.ChallengeAnswered(challenge="one", binding="b")
    events = [
        ev.Event(at=NOW, data=data, release="r", actor="a")
        for data in (issued("one"), issued("two"), old)
    ]
    state = ledger.read_confirmation(moved(events, {})[ledger.confirm_stream("b")][1])
    assert (state.id, state.status) == ("two", "open")
