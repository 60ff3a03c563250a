"""What became of a notice, person by person, and how that is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from msgspec import Struct

from pubguard.decision import EntryRef
from pubguard.model import Role


class Outcome(StrEnum):
    """What became of a notice to one person."""

    REACHED = "reached"
    """A channel took the message; whether it is read is another matter."""
    NO_CONTACT = "no-contact"
    AWAY = "away"
    UNLISTED = "unlisted"
    NO_NOTIFIER = "no-notifier"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """No clear answer in time: it may or may not have been sent."""


FAILED = frozenset({Outcome.REFUSED, Outcome.UNKNOWN})
"""Something is wrong with a channel, not with the list of people."""


class Person(Struct, frozen=True):
    """One person who was meant: the outcome, the [notify] name that took it, or why none did."""

    id: str
    outcome: Outcome
    channel: str | None = None
    why: str = ""


class Told(Struct, frozen=True):
    """What became of one notice. No address and no secret is in it.

    `event` is where it stands in the log, None where it could not be recorded.
    """

    people: tuple[Person, ...]
    roles: tuple[Role, ...] = ()
    event: EntryRef | None = None

    @property
    def reached(self) -> tuple[str, ...]:
        """The ids for whom a channel took the message."""
        return tuple(each.id for each in self.people if each.outcome is Outcome.REACHED)

    @property
    def missed(self) -> tuple[str, ...]:
        """The ids of the others, whom somebody has to tell."""
        return tuple(each.id for each in self.people if each.outcome is not Outcome.REACHED)

    @property
    def failed(self) -> tuple[str, ...]:
        """Those of the missed whom a channel did not take, or gave no answer about."""
        return tuple(each.id for each in self.people if each.outcome in FAILED)

    @property
    def channels(self) -> tuple[str, ...]:
        """The [notify] names that took a message, in order of name."""
        return tuple(sorted({each.channel for each in self.people if each.channel}))

    def lines(self) -> Iterator[str]:
        """The outcome in sentences for people, one to a line."""
        if self.reached:
            yield f"Told: {_list(self.reached)} (by {_list(self.channels)})."
        yield from (
            f"Not told: {each.id}, {each.why}."
            for each in self.people
            if each.outcome is not Outcome.REACHED
        )
        if not self.people:
            wanted = f" with the role {' or '.join(self.roles)}" if self.roles else ""
            yield f"Nobody was told: [people] lists nobody else{wanted}."
        elif not self.reached:
            yield f"Nobody was told. Tell them yourself: {_list(self.missed)}."
        if self.event is None:
            yield "Who was told could not be recorded in the log."


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)
