"""Findings about what an announcement says: a change that waits, its month, its contact."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pubguard.calendar.findings import LintFinding, Scene, where
from pubguard.clock import MONTHS, london_day, say
from pubguard.model import Record, Release, State

_NAMES = (*MONTHS, *(month[:3] for month in MONTHS), "Sept")
_MONTH = re.compile(rf"\b({'|'.join(_NAMES)})\b(?=.*?\b(\d{{4}})\b)", re.IGNORECASE)
_YEAR = re.compile(r"\b\d{4}\b")
_NUMBERS = {month[:3].lower(): number for number, month in enumerate(MONTHS, 1)}


def find(scene: Scene) -> Iterator[LintFinding]:
    """All of them."""
    for record in scene.records:
        if record.proposed and _matters(record.release, scene):
            yield _proposed(record)
    today = london_day(scene.now)
    for record in scene.provisional:
        due = _due(record.release)
        if due and (today.year, today.month) >= due:
            yield _overdue(record)
    for record in scene.open:
        if not record.release.contact:
            reason = "The announcement names no contact."
            remedy = "Add the responsible statistician as contact in its calendar."
            at = where(record, "contact")
            yield LintFinding("CAL105", record.release.id, at, reason, remedy)


def _matters(release: Release, scene: Scene) -> bool:
    """A cancelled release may come back, so a change of it matters too."""
    return (
        release.state is State.PROVISIONAL
        or release.release_at is None
        or release.release_at >= scene.now
    )


def _proposed(record: Record) -> LintFinding:
    release, change = record.release, record.proposed
    to = change.release_at if change else None
    what = f"to {say(to)}" if to else "of its state or date"
    stands = f" The agreed date is still {say(release.release_at)}." if release.release_at else ""
    return LintFinding(
        "PG104",
        release.id,
        where(record, "release_at"),
        f"A change {what} is proposed and not agreed.{stands}",
        f"A second person agrees it or keeps the agreed date: pubguard calendar agree {release.id}",
    )


def _overdue(record: Record) -> LintFinding:
    release = record.release
    said = release.provisional or (say(release.release_at) if release.release_at else "")
    return LintFinding(
        "CAL103",
        release.id,
        where(record, "provisional" if release.provisional else "release_at"),
        f"It is only provisional for {said}, and that time has come.",
        "Confirm its date, or have its calendar say when it is expected now.",
    )


def _due(release: Release) -> tuple[int, int] | None:
    """Year and month from which on a provisional release is overdue; None if nothing tells.

    The last month of ``November to December 2026``. Words that name no month are
    overdue when their year is over.
    """
    words = release.provisional or ""
    months = [(int(year), _NUMBERS[name[:3].lower()]) for name, year in _MONTH.findall(words)]
    if months:
        return max(months)
    if release.release_at:
        day = london_day(release.release_at)
        return day.year, day.month
    years = _YEAR.findall(words)
    return (int(max(years)), 13) if years else None
