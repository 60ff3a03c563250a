"""What the rule allows and what it denies."""

from datetime import UTC, datetime

from pubguard_example.named_contact import NamedContact

from pubguard.model import Action, Actor, Attempt, Facts, Record, Release, State
from pubguard.testing import RuleContract

SLOT = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


def asked(action: Action) -> Attempt:
    return Attempt(action=action, release="rainfall", actor=Actor("a.jones"), at=SLOT)


def known(contact: str | None, series: str | None = None) -> Facts:
    release = Release(
        id="rainfall",
        title="Rainfall",
        state=State.CONFIRMED,
        release_at=SLOT,
        contact=contact,
        series=series,
    )
    return Facts(record=Record(release=release, source="lines", announced_at=SLOT))


class TestNamedContact(RuleContract):
    rule = NamedContact(except_series=("weather",))
    allows = (
        (asked(Action.PUBLISH), known("a@example.org")),
        (asked(Action.PUBLISH), known(None, "weather")),
        (asked(Action.WITHDRAW), known(None)),
        (asked(Action.PUBLISH), Facts()),
    )
    denies = (
        (asked(Action.APPROVE), known(None)),
        (asked(Action.SCHEDULE), known("")),
        (asked(Action.PUBLISH), known(None, "other")),
    )
