"""Tells people of what is already in the log, and records who was reached."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from time import monotonic

from msgspec import structs

from pubguard import config
from pubguard.clock import Clock, london_day
from pubguard.deadline import Raised, Unheard, hear
from pubguard.decision import EntryRef
from pubguard.errors import ConfigError, LogConflict, NotTaken, PubguardError
from pubguard.events import Event, NoticeSent
from pubguard.journal import Journal
from pubguard.model import Role
from pubguard.notices.telling import Outcome, Person, Told
from pubguard.people import spelling
from pubguard.protocols import Notice, Notifier

DEADLINE = 10.0
"""Seconds that everybody's messages have together."""
TRIES = 3
"""How often what became of a notice is written while others write too."""


class Messenger:
    """Sends notices to the people of the configuration.

    A mail server decides nothing: whatever goes wrong is in the result and in the log,
    and nothing is raised. Rehearsals and replays send nothing, so they call nothing here.

    Args:
        journal: where what became of each notice is recorded.
        clock: tells who is away today, in London.
        people: [people] of the configuration.
        notifiers: what builds each notifier of [notify]; a contact goes to the first that
            reaches it and takes the message.
        seconds: how long everybody's messages may take together.
    """

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        people: Mapping[str, config.Person],
        notifiers: Mapping[str, Callable[[], Notifier]],
        seconds: float = DEADLINE,
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._people = {spelling(name): each for name, each in people.items()}
        self._notifiers = notifiers
        self._seconds = seconds

    @property
    def anybody(self) -> bool:
        """False where `[people]` lists nobody, so that there is nobody to tell."""
        return bool(self._people)

    def tell(
        self,
        notice: Notice,
        *,
        roles: Iterable[Role] = (),
        ids: Iterable[str] = (),
        but_not: Iterable[str] = (),
        entry: int | None = None,
    ) -> Told:
        """Tell everybody who has one of the roles or ids, and record who was reached.

        Call it only after the event that it tells of is stored; `entry` is that event's
        index. Whoever is in `but_not`, usually the person who acts, is left out.
        """
        notice, roles = _clean(notice), tuple(roles)
        names = {spelling(name) for name in ids}
        names |= {name for name, each in self._people.items() if set(roles) & set(each.roles)}
        names -= {spelling(name) for name in but_not}
        told = Told(tuple(self._told(notice, sorted(names))), roles)
        return structs.replace(told, event=self._recorded(notice, told, entry))

    def _told(self, notice: Notice, names: Iterable[str]) -> Iterable[Person]:
        day = london_day(self._clock.now())
        sent: dict[str, Person] = {}
        contacts: dict[str, str] = {}
        for name in names:
            person = self._people.get(name)
            if person is None:
                sent[name] = Person(name, Outcome.UNLISTED, None, "whom [people] does not list")
            elif person.contact is None:
                sent[name] = Person(name, Outcome.NO_CONTACT, None, "who has no contact")
            elif day in person.away:
                sent[name] = Person(name, Outcome.AWAY, None, "who is away today")
            else:
                contacts[name] = person.contact
        heard = self._sent(notice, list(dict.fromkeys(contacts.values())))
        sent.update({name: _person(name, heard[contacts[name]]) for name in contacts})
        return (sent[name] for name in names)

    def _sent(self, notice: Notice, contacts: list[str]) -> dict[str, object]:
        """For each contact the name of the channel that took it, None, or what went wrong."""
        end = monotonic() + self._seconds
        built = hear(list(self._notifiers.values()) if contacts else [], self._seconds)
        made = dict(zip(self._notifiers, built, strict=False))
        calls = [partial(_hand_on, notice, contact, made) for contact in contacts]
        return dict(zip(contacts, hear(calls, max(end - monotonic(), 0.0)), strict=True))

    def _recorded(self, notice: Notice, told: Told, entry: int | None) -> EntryRef | None:
        data = NoticeSent(
            about=notice.about,
            entry=entry,
            reached=told.reached,
            missed=told.missed,
            failed=told.failed,
            channels=told.channels,
        )
        event = Event(
            at=self._clock.now(),
            data=data,
            release=notice.release,
            sealed={"subject": notice.subject, "text": notice.text},
        )
        for _ in range(TRIES):
            try:
                return self._journal.write([event], self._journal.read())[0]
            except LogConflict:
                continue
            except PubguardError:
                break
        return None


def _hand_on(notice: Notice, contact: str, notifiers: Mapping[str, object]) -> str | None:
    """The first notifier that takes the message; None if none reaches such a contact.

    Raises:
        NotTaken, ConfigError: what the last one that could have taken it said.
    """
    problem: Exception | None = None
    for name, notifier in notifiers.items():
        try:
            if isinstance(notifier, Raised):
                raise notifier.error
            if isinstance(notifier, Unheard):
                raise NotTaken(f"[notify.{name}] could not be set up in time")
            if notifier.reaches(contact):  # type: ignore[attr-defined]
                notifier.send(notice, contact)  # type: ignore[attr-defined]
                return name
        except (NotTaken, ConfigError) as error:
            problem = error
    if problem:
        raise problem
    return None


def _person(name: str, heard: object) -> Person:
    match heard:
        case None:
            why = "whose contact no notifier of [notify] reaches"
            return Person(name, Outcome.NO_NOTIFIER, None, why)
        case str(channel):
            return Person(name, Outcome.REACHED, channel)
        case Raised(NotTaken() as error):
            return Person(name, Outcome.REFUSED, None, f"because {error.message.rstrip('.')}")
        case Raised(ConfigError()):
            why = "because a notifier's settings are wrong: see pubguard doctor"
            return Person(name, Outcome.REFUSED, None, why)
        case Raised(error):
            why = f"as far as is known: the answer got lost ({type(error).__name__})"
            return Person(name, Outcome.UNKNOWN, None, why)
    return Person(name, Outcome.UNKNOWN, None, "as far as is known: no answer came in time")


def _clean(notice: Notice) -> Notice:
    """The notice with a subject of one line, and no control characters anywhere."""
    lines = (_printable(line) for line in notice.text.splitlines())
    subject = " ".join(_printable(notice.subject).split())
    return structs.replace(notice, subject=subject, text="\n".join(lines))


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
