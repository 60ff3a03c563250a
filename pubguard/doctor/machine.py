"""What the guard takes from the machine: its clock, the zone data, the holiday data."""

from __future__ import annotations

import os
import re
import zoneinfo
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module

from pubguard.build import Workspace
from pubguard.clock import SystemClock, london, parse
from pubguard.doctor.diagnosis import Diagnosis, Health, advice, ok, wrong
from pubguard.model import Effect
from pubguard.protocols import Examined

TRANSITIONS = {
    "2018-03-25T00:59:59Z": 0,
    "2018-03-25T01:00:00Z": 1,
    "2025-10-26T00:59:59Z": 1,
    "2025-10-26T01:00:00Z": 0,
    "2027-03-28T01:00:00Z": 1,
}
"""Instants around changes of London's clocks, and the hours that London is then ahead of UTC."""
OLD_ZONE_DATA = 2
"""Years after which zone data is called old."""


def zone(workspace: Workspace | None) -> Iterator[Diagnosis]:
    """London's clock changes are known and right, and the data is not old."""
    moved = [
        text
        for text, hours in TRANSITIONS.items()
        if london(parse(text)).utcoffset() != timedelta(hours=hours)
    ]
    version, place = zone_data()
    if moved:
        yield wrong(
            "zone",
            f"The zone data in {place} is wrong about London at {', '.join(moved)}.",
            "Every slot would be an hour off for half the year.",
            "Reinstall it: apt-get install --reinstall tzdata, or pip install -U tzdata.",
        )
        return
    now = (workspace.clock if workspace else SystemClock()).now()
    if version and now.year - int(version[:4]) > OLD_ZONE_DATA:
        yield advice(
            "zone",
            f"The zone data in {place} is from {version[:4]}.",
            "A change to British Summer Time made since would be missed.",
            "Update it: apt-get install tzdata, or pip install -U tzdata.",
        )
    else:
        yield ok("zone", f"London's clock changes are right ({version or 'no version'}, {place}).")


def facts(workspace: Workspace) -> Iterator[Diagnosis]:
    """Every look at the world that can say how it is: the clock, the holiday data."""
    names = workspace.plugins.offers("facts")
    for name, source in zip(names, workspace.fact_sources, strict=True):
        if isinstance(source, Examined):
            found = source.examine(workspace.clock.now())
            state = _STATES.get(found.effect, Health.WRONG)
            why = "" if state is Health.OK else "Rules that rest on it cannot be relied on."
            yield Diagnosis(name, state, found.reason, why, found.remedy)


_STATES = {Effect.ALLOW: Health.OK, Effect.WARN: Health.ADVICE}


def zone_data() -> tuple[str, str]:
    """Version, such as 2025b, or "", and place of the zone data that Python uses."""
    for folder in zoneinfo.TZPATH:
        if os.path.exists(os.path.join(folder, "Europe", "London")):
            return _version(folder), folder
    return import_module("tzdata").IANA_VERSION, "the package tzdata"


def _version(folder: str) -> str:
    for name in ("tzdata.zi", "+VERSION", "version"):
        try:
            with open(os.path.join(folder, name), encoding="ascii", errors="replace") as file:
                found = re.search(r"\b\d{4}[a-z]\b", file.readline())
        except OSError:
            continue
        if found:
            return found[0]
    return ""
