"""Findings about one slot by itself: notice, day, time of day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from pubguard.calendar.findings import LintFinding, Scene, where
from pubguard.clock import SLOT, say
from pubguard.model import Record
from pubguard.slots import agreed_times, at_weekend, in_good_time, say_notice, usual, wall

HOUR = timedelta(hours=1)


def find(scene: Scene) -> Iterator[LintFinding]:
    """All of them."""
    for record, slot in scene.ahead:
        yield from _notice(record, slot)
        yield from _day(scene, record, slot)
        yield from _time(scene, record, slot)


def _notice(record: Record, slot: datetime) -> Iterator[LintFinding]:
    release, at = record.release.id, where(record, "release_at")
    if not record.agreed:
        reason = f"The date, {say(slot)}, is a new entry that no second person has agreed."
        remedy = "Ask a second person to agree it; one of the two is a lead official."
        yield LintFinding("PG105", release, at, reason, remedy)
    if not in_good_time(record.announced_at, slot):
        notice = say_notice(record.announced_at, slot)
        reason = (
            f"It was announced {notice} {say(slot)}; four weeks are asked for where practicable."
        )
        remedy = (
            "See that the reason for the short notice is recorded, or have it moved and agreed."
        )
        yield LintFinding("PG105", release, at, reason, remedy)


def _day(scene: Scene, record: Record, slot: datetime) -> Iterator[LintFinding]:
    release, at, day = record.release.id, where(record, "release_at"), wall(slot).date()
    if at_weekend(slot):
        reason = f"The date is at the weekend: {say(slot)}."
        yield LintFinding("PG203", release, at, reason, "Have it moved to a weekday, and agreed.")
    if scene.holidays is None:
        return
    office = scene.config.organisation
    closed = scene.holidays.closed(office.nation, day, office.extra_closed_days)
    if closed:
        reason = f"{say(slot)} is a closed day in {office.nation}: {closed}."
        remedy = "See that people are on duty, or have it moved and agreed."
        yield LintFinding("PG204", release, at, reason, remedy)
    elif not scene.holidays.covers(office.nation, day.year):
        source = scene.holidays.source
        reason = f"The bank holidays of {day.year} are not in the list ({source})."
        remedy = "Refresh it: pubguard calendar holidays --refresh; or check the day by hand."
        yield LintFinding("PG204", release, at, reason, remedy)


def _time(scene: Scene, record: Record, slot: datetime) -> Iterator[LintFinding]:
    release, agreed = record.release, scene.config.alternative_time
    if usual(slot, release.series, agreed):
        return
    at = where(record, "release_at")
    reason = f"The time is not 09:30 but {say(slot)}, and no other is on record as agreed."
    remedy = (
        "Correct it, or enter the agreement under [[alternative_time]] in pubguard.toml: series, "
        "time, reference, considered."
    )
    yield LintFinding("PG205", release.id, at, reason, remedy)
    meant = {SLOT, *agreed_times(slot, release.series, agreed)}
    if found := _an_hour_off(slot, meant):
        remedy = (
            "Correct its calendar if it is the second, and write the offset or Z with the time."
        )
        yield LintFinding("CAL104", release.id, at, found, remedy)


def _an_hour_off(slot: datetime, meant: set[time]) -> str | None:
    """Both readings of a summer time that is an hour beside one that is expected."""
    local = wall(slot)
    if not local.utcoffset():
        return None
    says = f"{say(slot)} in London is {slot:%H:%M} UTC. Either {local:%H:%M} is meant, or"
    if slot.time() in meant:
        return f"{says} {slot:%H:%M} London time was written as if it were UTC."
    expected = (local + HOUR).time()
    if expected in meant:
        return f"{says} {expected:%H:%M} London time was turned into UTC and lost its Z."
    return None
