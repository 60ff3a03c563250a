"""Whether people can be told: the notifiers, and the contacts that they reach."""

from __future__ import annotations

from collections.abc import Iterator

from pubguard.build import Workspace
from pubguard.doctor.diagnosis import Diagnosis, Health, advice, ok, wrong
from pubguard.errors import PubguardError
from pubguard.model import Effect, Role
from pubguard.protocols import Examined, Notifier

WHY = "Nobody is told of a proposed change, an override request or an alarm."
_STATES = {Effect.ALLOW: Health.OK, Effect.WARN: Health.ADVICE}


def notices(workspace: Workspace) -> Iterator[Diagnosis]:
    """Every notifier can be built and is ready, and reaches the contacts of those who matter."""
    made: dict[str, Notifier] = {}
    for name, make in workspace.notifiers.items():
        try:
            made[name] = make()
        except PubguardError as error:
            yield wrong("notices", error.message, WHY, error.remedy)
        else:
            yield _examined(workspace, name, made[name])
    if not workspace.notifiers:
        yield advice(
            "notices",
            "No notifier is set up.",
            WHY,
            "Set one up in pubguard.toml: [notify.mail] and what stands there as a comment.",
        )
    elif made:
        yield from _contacts(workspace, made)


def _examined(workspace: Workspace, name: str, notifier: Notifier) -> Diagnosis:
    if not isinstance(notifier, Examined):
        return ok("notices", f"[notify.{name}] can be set up.")
    found = notifier.examine(workspace.clock.now())
    state = _STATES.get(found.effect, Health.WRONG)
    why = "" if state is Health.OK else WHY
    return Diagnosis("notices", state, f"[notify.{name}] {found.reason}", why, found.remedy)


def _contacts(workspace: Workspace, notifiers: dict[str, Notifier]) -> Iterator[Diagnosis]:
    people = workspace.config.people
    reached = {
        name
        for name, person in people.items()
        if person.contact and any(each.reaches(person.contact) for each in notifiers.values())
    }
    strange = sorted(name for name, each in people.items() if each.contact and name not in reached)
    if strange:
        yield advice(
            "notices",
            f"No notifier reaches the contact of {', '.join(strange)}.",
            WHY,
            'Correct it under [people]; for mail it is written "mailto:a.jones@example.org".',
        )
    if not any(Role.LEAD_OFFICIAL in people[name].roles for name in reached):
        yield advice(
            "notices",
            "No lead official can be told of anything.",
            "Proposed changes and override requests wait for whoever looks by chance.",
            "Give at least one person with the role lead-official a contact, under [people].",
        )
    else:
        yield ok("notices", f"{len(reached)} of {len(people)} people can be told.")
