"""Looks for what would make the guard fail, and says what to do about each finding.

One function per thing looked at, in the tables below. A look that fails is a finding itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from pubguard.build import Workspace
from pubguard.doctor import files, machine, notices, service, settings
from pubguard.doctor.diagnosis import Diagnosis, Health, ok, wrong
from pubguard.errors import PubguardError

Look = Callable[[Workspace], Iterator[Diagnosis]]

LOOKS: dict[str, Look] = {
    "ownership": files.ownership_of_the_rest,
    "plugins": settings.plugins,
    "settings": settings.settings,
    "log-key": files.log_key,
    "permit-key": files.permit_key,
    "store": files.store,
    "spool": files.spool,
    "facts": machine.facts,
    "zone": machine.zone,
    "identity": settings.identity,
    "people": settings.people,
    "notices": notices.notices,
    "service": service.service,
}
"""Everything that is looked at in a workspace whose configuration can be read."""


def examine(opened: Callable[[], Workspace]) -> list[Diagnosis]:
    """Look at everything, or only at what can be seen without a configuration.

    Args:
        opened: opens the workspace; may raise ConfigError.
    """
    try:
        workspace = opened()
    except PubguardError as error:
        return [_failed("config", error), *_looked("zone", partial(machine.zone, None))]
    found = [ok("config", f"{workspace.config.path} is in order.")]
    for code, look in LOOKS.items():
        found += _looked(code, partial(look, workspace))
    return found


def _looked(code: str, look: Callable[[], Iterator[Diagnosis]]) -> list[Diagnosis]:
    found: list[Diagnosis] = []
    try:
        found.extend(look())
    except PubguardError as error:
        found.append(_failed(code, error))
    except Exception as error:  # noqa: BLE001 - one look that breaks must not hide the others
        found.append(
            wrong(
                code,
                f"This could not be looked at: {type(error).__name__}: {error}",
                "What cannot be looked at cannot be relied on.",
                "Repair what the message names, then run pubguard doctor again.",
            )
        )
    return found


def _failed(code: str, error: PubguardError) -> Diagnosis:
    return Diagnosis(
        code, Health.WRONG, error.message, "The guard cannot work with it.", error.remedy
    )
