"""A typed confirmation is of one thing: change anything of it, and it is asked for again."""

from __future__ import annotations

import pytest

from pubguard import events as ev
from pubguard.build import Workspace
from pubguard.clock import parse
from pubguard.ledger import release_stream
from pubguard.model import State
from tests.guard.conftest import OTHER, PAGE, RELEASE, Office

LATE = "2026-11-26T09:40"
PUBLISH = ("publish", "--actor", "d.khan", "--role", "publisher", "--digest", PAGE)


@pytest.fixture
def answered(office: Office) -> Office:
    """Ten minutes after the slot; whoever publishes is asked, and has answered."""
    office.set("require_approval = true", "require_approval = false")
    office.clock.set(LATE)
    asked = office.check(*PUBLISH)
    assert asked.code == 3, asked.out
    assert office.answer(asked, actor="d.khan").code == 0
    return office


def move(office: Office, to: str) -> None:
    """A change of the announced date that was agreed."""
    workspace = Workspace.open(office.folder, office.clock)
    moved = ev.ReleaseMoved(release_at=parse(to), state=State.CONFIRMED, source="test")
    for data in (moved, ev.ReleaseAgreed()):
        event = ev.Event(at=office.clock.now(), data=data, release=RELEASE, actor="c.lee")
        workspace.journal.write([event], workspace.journal.read(release_stream(RELEASE)))
    workspace.close()


def test_the_same_check_passes_once(answered: Office) -> None:
    """And the one after it is asked again."""
    assert answered.check(*PUBLISH).code == 0
    assert answered.check(*PUBLISH).code == 3


@pytest.mark.parametrize(
    "other",
    [
        pytest.param((*PUBLISH[:2], "e.wu", *PUBLISH[3:]), id="actor"),
        pytest.param((*PUBLISH[:-1], OTHER), id="digest"),
        pytest.param(PUBLISH[:-2], id="no digest"),
        pytest.param((*PUBLISH, "--digest", f"table={OTHER}"), id="one more digest"),
        pytest.param((*PUBLISH[:-1], f"table={PAGE}"), id="the digest of another output"),
        pytest.param((*PUBLISH, "--effective-at", "2026-11-26T10:00"), id="effective time"),
        pytest.param(("schedule", *PUBLISH[1:]), id="action"),
    ],
)
def test_anything_else_is_asked_about_again(answered: Office, other: tuple[str, ...]) -> None:
    """Another actor, content, time or action does not use the confirmation, and leaves it."""
    assert answered.check(*other).code == 3
    assert answered.check(*PUBLISH).code == 0


def test_another_output_is_asked_about_again(office: Office) -> None:
    """A confirmation for one output is none for the next, though no digest is sent."""
    office.set("require_approval = true", "require_approval = false")
    office.clock.set(LATE)
    one, other = ((*PUBLISH[:-2], "--output", name) for name in ("page", "table"))
    assert office.answer(office.check(*one), actor="d.khan").code == 0
    assert office.check(*other).code == 3
    assert office.check(*one).code == 0


def test_a_move_ends_what_was_answered(answered: Office) -> None:
    """What was typed named another date."""
    move(answered, "2026-11-26T09:35")
    assert answered.check(*PUBLISH).code == 3


def test_a_move_ends_what_was_asked(office: Office) -> None:
    """The old challenge cannot be answered any more, and a new one is put."""
    office.set("require_approval = true", "require_approval = false")
    office.clock.set(LATE)
    asked = office.check(*PUBLISH)
    move(office, "2026-11-26T09:35")
    again = office.check(*PUBLISH)
    assert again.doc["challenge"]["id"] != asked.doc["challenge"]["id"]
    assert office.answer(asked, actor="d.khan").code == 1
    assert office.answer(again, actor="d.khan").code == 0


def test_a_rehearsal_uses_nothing_up(answered: Office) -> None:
    """It is told that a confirmation is needed, and the confirmation is there afterwards."""
    rehearsed = answered.check(*PUBLISH, "--at", LATE)
    assert rehearsed.code == 3
    assert rehearsed.doc["challenge"] is None
    assert answered.check(*PUBLISH).code == 0
