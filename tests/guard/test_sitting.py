"""Many attempts in one sitting are what they would be one after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pubguard_plugins.stores.sqlite import SqliteStore

from pubguard.build import Workspace
from pubguard.clock import parse
from pubguard.decision import Decision
from pubguard.errors import LogUnwritable, RequestReused, UsageError
from pubguard.guard.drafting import Case
from pubguard.guard.spool import SPOOL
from pubguard.model import Action, Actor, Attempt, Effect, Once, Role
from tests.guard.conftest import OTHER, PAGE, RELEASE, SLOT, Office

OUTPUTS = 40


def _attempt(action: Action = Action.PUBLISH, who: str = "a.jones", **more) -> Attempt:
    asked = {"digests": {"": PAGE}, "at": parse("2026-10-01T10:00"), **more}
    return Attempt(
        action=action,
        release=RELEASE,
        actor=Actor(who, frozenset({Role.APPROVER}), "asserted:root"),
        **asked,
    )


def _decided(workspace: Workspace, attempts: Sequence[Attempt]) -> list[Decision]:
    cases = [Case(attempt) for attempt in attempts]
    workspace.guard.check_all(cases)
    return [case.answer() for case in cases]


@pytest.fixture
def workspace(office: Office) -> Iterator[Workspace]:
    opened = Workspace.open(office.folder, office.clock)
    yield opened
    opened.close()


@contextmanager
def beforehand(act, times: int = 1) -> Iterator[None]:
    """Does something just before each of the next writes in this process begins."""
    begin, left = SqliteStore.begin, [act] * times

    def begun(self: SqliteStore, timeout: float):
        if left:
            left.pop()()
        return begin(self, timeout)

    SqliteStore.begin = begun  # type: ignore[method-assign]
    try:
        yield
    finally:
        SqliteStore.begin = begin  # type: ignore[method-assign]


def test_every_output_asked_for_at_the_slot_goes_out(office: Office, workspace) -> None:
    """Forty outputs of one release, each of which moves its record, in one sitting."""
    parts = {f"part-{number}": f"sha256:{number:064x}" for number in range(OUTPUTS)}
    manifest = [f"--digest={name}={digest}" for name, digest in parts.items()]
    assert office.answer(office.approve(*manifest)).code == 0
    assert office.approve(*manifest).doc["armed"] is True
    later = ("--to", "2026-11-27T09:30", "--reason", "Late data.")
    lead = ("--actor", "c.lee", "--role", "lead-official")
    assert office.run("calendar", "move", RELEASE, *later, *lead).code == 0
    second = ("--actor", "a.jones", "--role", "approver")
    assert office.run("calendar", "agree", RELEASE, *second).code == 0
    office.clock.set("2026-11-27T09:30")
    asked = [
        _attempt(who="p.reed", at=office.clock.now(), output=name, digests={name: digest})
        for name, digest in parts.items()
    ]
    for decision in _decided(workspace, asked):
        question = decision.challenge
        assert question
        workspace.confirmer.answer(question.id, asked[0].actor, question.type_this, "cli")
    assert {each.decision for each in _decided(workspace, asked)} == {Effect.ALLOW}
    assert office.run("log", "verify", "--replay").code == 0


def test_one_confirmation_is_used_once_in_a_sitting(office: Office, workspace) -> None:
    """The first is allowed; the others are asked again, all by the same challenge."""
    asked = office.approve()
    office.answer(asked)
    again = _attempt(Action.APPROVE, effective_at=parse(SLOT), authors=("b.shah",))
    first, *others = _decided(workspace, [again] * 20)
    assert (first.decision, first.armed) == (Effect.ALLOW, True)
    assert {each.decision for each in others} == {Effect.CONFIRM}
    assert len({each.challenge.id for each in others}) == 1
    assert office.run("log", "verify", "--replay").code == 0


def test_a_move_between_reading_and_storing_is_heeded(office: Office, workspace) -> None:
    """Somebody cancels while a sitting decides: every case is decided again and blocked."""
    office.arm()
    office.clock.set(SLOT)
    attempts = [_attempt(who="cron", at=office.clock.now())] * 5
    cancel = ("calendar", "cancel", RELEASE, "--reason", "An error was found.")
    with beforehand(lambda: office.run(*cancel, "--actor", "c.lee")):
        decisions = _decided(workspace, attempts)
    assert {each.decision for each in decisions} == {Effect.BLOCK}
    assert office.run("log", "verify", "--replay").code == 0


def test_a_stranger_between_reading_and_storing_disturbs_nobody(office: Office, workspace) -> None:
    """What moves nothing that a sitting rests on shifts its entries, and no more."""
    asked = office.approve()
    office.answer(asked)
    again = _attempt(Action.APPROVE, effective_at=parse(SLOT), authors=("b.shah",))
    with beforehand(lambda: office.announce("other")):
        decisions = _decided(workspace, [again, again, _attempt()])
    effects = [each.decision for each in decisions]
    assert effects == [Effect.ALLOW, Effect.CONFIRM, Effect.BLOCK]
    indexes = [each.event.index for each in decisions]
    assert indexes == sorted(set(indexes))
    assert office.run("log", "verify", "--replay").code == 0


def test_one_that_cannot_be_recorded_spoils_no_other(office: Office, workspace) -> None:
    """An item's name that no entry can hold is refused; its neighbours are answered and stored."""
    cases = [Case(_attempt()), Case(_attempt(item="\ud800")), Case(_attempt())]
    before = len(office.events())
    workspace.guard.check_all(cases)
    with pytest.raises(UsageError):
        cases[1].answer()
    assert {cases[0].answer().decision, cases[2].answer().decision} == {Effect.BLOCK}
    assert len(office.events()) == before + 2


def test_a_request_twice_in_a_sitting_is_one(office: Office, workspace) -> None:
    """The second gets the first one's answer; the same id with another body is refused."""
    asked = _attempt(once=Once("k" * 64, "b" * 64))
    other = _attempt(once=Once("k" * 64, "c" * 64))
    cases = [Case(asked), Case(asked), Case(other)]
    before = len(office.events())
    workspace.guard.check_all(cases)
    assert cases[0].answer() == cases[1].answer()
    with pytest.raises(RequestReused):
        cases[2].answer()
    assert len(office.events()) == before + 1


def test_a_withdrawal_of_a_release_that_will_not_hold_still_is_allowed(
    office: Office, workspace
) -> None:
    """Law 14: whatever moves meanwhile, again and again; it is kept beside the log."""
    begin = SqliteStore.begin
    days = iter(range(1, 29))

    def moving(self: SqliteStore, timeout: float):
        SqliteStore.begin = begin  # type: ignore[method-assign]
        move = ("calendar", "move", RELEASE, "--to", f"2027-01-{next(days):02}T09:30")
        moved = office.run(*move, "--reason", "Late data.", "--actor", "c.lee")
        assert moved.code in (0, 1), moved.err
        SqliteStore.begin = moving  # type: ignore[method-assign]
        return begin(self, timeout)

    SqliteStore.begin = moving  # type: ignore[method-assign]
    try:
        (decision,) = _decided(workspace, [_attempt(Action.WITHDRAW)])
    finally:
        SqliteStore.begin = begin  # type: ignore[method-assign]
    assert decision.decision is Effect.ALLOW
    assert (office.folder / SPOOL).exists()


def test_a_full_disk_is_a_no_for_each_and_not_for_a_withdrawal(workspace) -> None:
    """What the whole sitting meets is the answer to each of its cases."""

    def full() -> None:
        raise LogUnwritable("The disk is full.")

    cases = [Case(_attempt()), Case(_attempt(Action.WITHDRAW)), Case(_attempt())]
    with beforehand(full, len(cases)):
        workspace.guard.check_all(cases)
    for case in (cases[0], cases[2]):
        with pytest.raises(LogUnwritable, match="disk is full"):
            case.answer()
    assert cases[1].answer().decision is Effect.ALLOW


ATTEMPTS = st.builds(
    _attempt,
    action=st.sampled_from([Action.APPROVE, Action.SCHEDULE, Action.PUBLISH, Action.WITHDRAW]),
    who=st.sampled_from(["a.jones", "b.shah"]),
    digests=st.sampled_from([{}, {"": PAGE}, {"": OTHER}]),
    effective_at=st.sampled_from([None, parse(SLOT)]),
    authors=st.sampled_from([(), ("b.shah",)]),
    at=st.sampled_from([parse("2026-10-01T10:00"), parse(SLOT)]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ATTEMPTS, min_size=1, max_size=12))
def test_together_is_what_one_after_another_would_be(attempts) -> None:
    """The same decisions, verdicts and arming, and a log that decides all of it again."""
    with TemporaryDirectory() as folder:
        one, many = Office(Path(folder) / "one"), Office(Path(folder) / "many")
        found = []
        for office, together in ((one, False), (many, True)):
            office.announce()
            workspace = Workspace.open(office.folder, office.clock)
            if together:
                decisions = _decided(workspace, attempts)
            else:
                decisions = [workspace.guard.check(attempt) for attempt in attempts]
            found.append([_told(decision) for decision in decisions])
            workspace.close()
        assert found[0] == found[1]
        kinds = [[event["kind"] for event in office.events()] for office in (one, many)]
        assert kinds[0] == kinds[1]
        assert many.run("log", "verify", "--replay").code == 0


def _told(decision: Decision):
    asked = decision.challenge
    index = decision.event.index if decision.event else None
    return (decision.decision, decision.verdicts, decision.armed, bool(asked), index)
