"""Findings about a release's last 24 hours: is it approved, and can people still be reached?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from pubguard.calendar.findings import LintFinding, Scene, where
from pubguard.clock import microseconds, say, say_day, say_span
from pubguard.config import Person
from pubguard.model import Record, Role, State
from pubguard.people import person
from pubguard.slots import wall

LAST_DAY = timedelta(hours=24)
PLACE = "pubguard.toml, [people]"


def find(scene: Scene) -> Iterator[LintFinding]:
    """All of them."""
    people = {person(name): each for name, each in scene.config.people.items()}
    for record, slot in scene.ahead:
        if slot - scene.now > LAST_DAY or record.release.state is not State.CONFIRMED:
            continue
        if scene.config.gate.require_approval and record.approval is None:
            yield _unapproved(record, slot, scene.now)
        if people:
            yield from _unreachable(record, slot, people)


def _unapproved(record: Record, slot: datetime, now: datetime) -> LintFinding:
    left = say_span(microseconds(slot - now))
    return LintFinding(
        "PG601",
        record.release.id,
        where(record, "release_at"),
        f"It is due on {say(slot)}, in {left}, and nobody has approved it.",
        "Have it approved for its slot now; the authors cannot do that themselves.",
    )


def _unreachable(
    record: Record, slot: datetime, people: Mapping[str, Person]
) -> Iterator[LintFinding]:
    release, day = record.release.id, wall(slot).date()
    authors = _authors(record)
    if why := _nobody(Role.APPROVER, day, people, authors):
        beside = f" besides the authors ({', '.join(sorted(authors))})" if authors else ""
        reason = f"No approver{beside} can be reached on {say_day(day)}: {why}."
        yield LintFinding("CAL107", release, PLACE, reason, _remedy(Role.APPROVER))
    if why := _nobody(Role.LEAD_OFFICIAL, day, people, frozenset()):
        reason = f"No lead official can be reached on {say_day(day)}: {why}."
        yield LintFinding("CAL108", release, PLACE, reason, _remedy(Role.LEAD_OFFICIAL))


def _authors(record: Record) -> frozenset[str]:
    """Everybody whom an approval names as author or last editor."""
    approvals = [*record.allowed, *([record.approval] if record.approval else [])]
    return frozenset(author for each in approvals for author in each.authors)


def _nobody(role: Role, day: date, people: Mapping[str, Person], but: frozenset[str]) -> str | None:
    """Why nobody with that role can be reached on that day; None if somebody can."""
    having = {name: each for name, each in people.items() if role in each.roles}
    reasons = []
    for name, each in sorted(having.items()):
        if name in but:
            reasons.append(f"{name} is an author")
        elif each.contact is None:
            reasons.append(f"{name} has no contact")
        elif day in each.away:
            reasons.append(f"{name} is away")
        else:
            return None
    return ", ".join(reasons) or f"nobody is listed as {role}"


def _remedy(role: Role) -> str:
    return f"Name somebody else as {role}, or a contact; or have somebody come in that day."
