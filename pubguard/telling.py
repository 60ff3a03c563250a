"""Tells people what they have to know: who has a role, can be reached today, and was.

A notice is sent after the event that it tells of is stored, and never holds up or changes
an answer: what goes wrong is recorded and shown. Rehearsals send nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from msgspec import Struct

from pubguard.clock import Clock, london_day
from pubguard.config import Person
from pubguard.deadline import Raised, Unheard, hear
from pubguard.errors import LogError
from pubguard.events import Event, NoticeSent
from pubguard.journal import Journal
from pubguard.model import Role
from pubguard.people import person
from pubguard.protocols import Notice, Notifier

DEADLINE = 10.0
"""Seconds that all notifiers together have for one notice."""


class Told(Struct, frozen=True):
    """Who was reached, and who was not and why; ids, never addresses."""

    reached: tuple[str, ...] = ()
    missed: tuple[tuple[str, str], ...] = ()

    def in_words(self) -> str:
        """For whoever acted: whom they need not tell any more, and whom they must."""
        said = [f"Told: {', '.join(self.reached)}."] if self.reached else []
        said += [f"Not told: {name} ({why}). Tell them yourself." for name, why in self.missed]
        return "\n".join(said)


class Messenger:
    """Sends notices to the people that the configuration lists.

    Args:
        journal: where it is recorded who was told.
        people: [people], by id.
        notifiers: [notify], by name.
        clock: tells who is away today.
    """

    def __init__(
        self,
        journal: Journal,
        people: Mapping[str, Person],
        notifiers: Mapping[str, Notifier],
        clock: Clock,
    ) -> None:
        self._journal = journal
        self._people = {person(name): each for name, each in people.items()}
        self._notifiers = notifiers
        self._clock = clock

    def tell_role(self, notice: Notice, role: Role, *, but_not: str = "") -> Told:
        """Tell everybody who has the role, except one person."""
        return self.tell(notice, self.holding(role), but_not)

    def holding(self, role: Role) -> tuple[str, ...]:
        """The ids that `[people]` lists with the role."""
        return tuple(name for name, each in self._people.items() if role in each.roles)

    def tell(self, notice: Notice, names: Iterable[str], but_not: str = "") -> Told:
        """Tell these people; ids that `[people]` leaves out are nobody to tell."""
        wanted = sorted({name for name in names if name in self._people} - {but_not})
        if not wanted:
            return Told()
        missed: dict[str, str] = {}
        contacts: dict[str, str] = {}
        today = london_day(self._clock.now())
        for name in wanted:
            known = self._people[name]
            if known.contact is None:
                missed[name] = "no contact in [people]"
            elif today in known.away:
                missed[name] = "away today"
            else:
                contacts[name] = known.contact
        missed |= self._send(notice, contacts)
        told = Told(
            tuple(name for name in wanted if name not in missed), tuple(sorted(missed.items()))
        )
        return self._recorded(notice, told)

    def _send(self, notice: Notice, contacts: Mapping[str, str]) -> dict[str, str]:
        """Why each of those who were not reached was not."""
        rounds = []
        left = dict(contacts)
        for name, notifier in self._notifiers.items():
            mine = {n: c for n, c in left.items() if c.partition(":")[0] in notifier.schemes}
            left = {n: c for n, c in left.items() if n not in mine}
            if mine:
                rounds.append((name, mine, partial(notifier.send, notice, list(mine.values()))))
        missed = dict.fromkeys(left, "no [notify] reaches their contact")
        answers = hear([call for *_, call in rounds], DEADLINE)
        for (name, mine, _), answer in zip(rounds, answers, strict=True):
            missed |= _missed(name, mine, answer)
        return missed

    def _recorded(self, notice: Notice, told: Told) -> Told:
        missed = tuple(name for name, _ in told.missed)
        event = Event(
            at=self._clock.now(),
            data=NoticeSent(notice=notice.kind, reached=told.reached, missed=missed),
            release=notice.release,
            via="notice",
            sealed={"text": f"{notice.subject}\n\n{notice.text}"},
        )
        try:
            self._journal.write([event], self._journal.read())
        except LogError as error:
            return Told(told.reached, (*told.missed, ("the log", error.message)))
        return told


def _missed(notifier: str, mine: Mapping[str, str], answer: object) -> dict[str, str]:
    if isinstance(answer, Unheard):
        return dict.fromkeys(mine, f"{notifier} gave no answer in {answer.seconds:g} s")
    if isinstance(answer, Raised):
        error = answer.error
        why = str(error) if isinstance(error, OSError) else type(error).__name__
        return dict.fromkeys(mine, f"{notifier}: {why}")
    refused = answer if isinstance(answer, dict) else {}
    return {name: f"{notifier}: {refused[c]}" for name, c in mine.items() if c in refused}


def first_lines(texts: Sequence[str], most: int = 20) -> str:
    """Lines of a notice, cut where they become too many to read."""
    more = len(texts) - most
    return "\n".join([*texts[:most], *([f"and {more} more"] if more > 0 else [])])
