"""Findings that only several releases together show: a series' times, and crowded slots."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from urllib.parse import urlsplit

from pubguard.calendar.findings import LintFinding, Scene, firm_slot, where
from pubguard.clock import say
from pubguard.model import Record
from pubguard.slots import agreed_times, wall

SHOWN = 8
"""Releases that one finding names."""


def find(scene: Scene) -> Iterator[LintFinding]:
    """All of them."""
    yield from _times(scene)
    yield from _crowds(scene)


def _times(scene: Scene) -> Iterator[LintFinding]:
    """Releases ahead at another time than their series': past ones count for comparison."""
    slots: dict[str, list[datetime]] = defaultdict(list)
    for record in scene.records:
        slot = firm_slot(record.release)
        if slot and record.release.series:
            slots[record.release.series].append(slot)
    for record, slot in scene.ahead:
        series = record.release.series
        if series is None:
            continue
        agreed = agreed_times(slot, series, scene.config.alternative_time)
        expected = agreed or {_usual(slots[series])}
        if wall(slot).time() in expected:
            continue
        others = " or ".join(f"{each:%H:%M}" for each in sorted(expected))
        which = "was agreed for it" if agreed else "is its usual time"
        reason = f"The series {series} comes out at {others}, which {which}; this is {say(slot)}."
        remedy = "Keep to one time for a series: correct this one, or agree another for all."
        yield LintFinding("CAL101", record.release.id, where(record, "release_at"), reason, remedy)


def _usual(slots: Sequence[datetime]) -> time:
    """The most frequent London time; of two equally frequent ones the one that was first."""
    counts = Counter(wall(slot).time() for slot in sorted(slots))
    return counts.most_common(1)[0][0]


def _crowds(scene: Scene) -> Iterator[LintFinding]:
    crowds: dict[tuple[datetime, str], list[str]] = defaultdict(list)
    for record, slot in scene.ahead:
        for site in sites(record):
            # One release that two calendars announce needs the site once.
            if not crowds[slot, site] or {*record.same}.isdisjoint(crowds[slot, site]):
                crowds[slot, site].append(record.release.id)
    for (slot, site), releases in sorted(crowds.items()):
        if len(releases) <= scene.crowd:
            continue
        more = len(releases) - SHOWN
        names = ", ".join(sorted(releases)[:SHOWN]) + (f" and {more} more" if more > 0 else "")
        reason = f"{len(releases)} releases share {say(slot)} on {site}: {names}."
        remedy = "Stagger them over several days, or see that the site can bear the load."
        yield LintFinding("CAL102", None, site, reason, remedy)


def sites(record: Record) -> set[str]:
    """The hosts that the release is on, or its source where no address is known."""
    release = record.release
    addresses = [release.url, *(output.url for output in release.outputs)]
    return {_host(address) for address in addresses if address} or {record.source}


def _host(address: str) -> str:
    return urlsplit(address).netloc.rpartition("@")[2].lower()
