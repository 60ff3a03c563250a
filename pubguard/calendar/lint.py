"""The calendar's lint: what will go wrong on release day if nobody puts it right.

Reads everything once, then asks one module per kind of finding. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from pubguard.calendar import lint_people, lint_series, lint_slots, lint_sources, lint_words
from pubguard.calendar.findings import LintFinding, Scene
from pubguard.clock import Clock, london_day, microseconds, say_date, say_day, say_span
from pubguard.config import Config
from pubguard.holidays import HolidayData
from pubguard.journal import Journal
from pubguard.ledger import RELEASES, SOURCES, read_record, read_source

CROWD = 3
"""Releases that may share a slot on one site."""


class LintReport(Struct, frozen=True):
    """What was found, the worst first; `checked` counts the releases that are to come."""

    ok: bool
    checked: int
    findings: tuple[LintFinding, ...]


class Linter:
    """Looks at the calendar as the log holds it.

    Args:
        journal: what the calendar is read from.
        clock: tells what is to come.
        config: nation, closed days, agreed times and people.
        holidays: gives the list of bank holidays, None where no plugin reads any.
    """

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        config: Config,
        holidays: Callable[[], HolidayData | None],
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._config = config
        self._holidays = holidays

    def run(self, crowd: int = CROWD) -> LintReport:
        """Everything that is to be put right.

        Raises:
            ConfigError: the bank holidays are missing or broken.
            LogError: the log cannot be read.
        """
        scene = Scene(
            now=self._clock.now(),
            records=[read_record(row.body) for _, row in self._journal.states(RELEASES)],
            read_at=dict(self._read_at()),
            holidays=self._holidays(),
            config=self._config,
            crowd=crowd,
        )
        found = _worst_first(_find(scene))
        return LintReport(ok=not found, checked=len(scene.open), findings=tuple(found))

    def _read_at(self) -> Iterator[tuple[str, datetime]]:
        for stream, row in self._journal.states(SOURCES):
            yield stream.removeprefix(SOURCES), read_source(row.body).read_at


def _find(scene: Scene) -> Iterator[LintFinding]:
    for module in (lint_slots, lint_series, lint_sources, lint_words, lint_people):
        yield from module.find(scene)
    yield from _old_calendars(scene)
    yield from _old_holidays(scene)


def _old_calendars(scene: Scene) -> Iterator[LintFinding]:
    """Only sources that releases to come rest on; what is announced by hand has none."""
    for source in sorted({record.source for record in scene.open}):
        read_at = scene.read_at.get(source)
        age = scene.now - read_at if read_at else None
        if read_at and age and age > scene.config.gate.calendar_stale_after:
            reason = (
                f"The calendar was last read {say_span(microseconds(age))} ago, on "
                f"{say_date(read_at)}."
            )
            remedy = (
                f"Read it again: pubguard calendar import {source}"
                if source in scene.config.sources
                else "Import it again from the file, folder or address that it came from."
            )
            yield LintFinding("PG106", None, source, reason, remedy)


def _old_holidays(scene: Scene) -> Iterator[LintFinding]:
    held, remedy = scene.holidays, "Refresh it: pubguard calendar holidays --refresh"
    if held is None:
        reason = "No enabled plugin reads bank holidays, so nothing is known of any day."
        remedy = "Enable time_rules in pubguard.toml."
        yield LintFinding("CAL106", None, "pubguard.toml, plugins", reason, remedy)
    elif held.stale(london_day(scene.now)):
        reason = f"The list of bank holidays is of {say_day(held.dated)}; days may have been added."
        yield LintFinding("CAL106", None, held.source, reason, remedy)


def _worst_first(found: Iterable[LintFinding]) -> list[LintFinding]:
    """All findings of one release together, the release with the worst one first."""
    groups: dict[str, list[LintFinding]] = {}
    for each in found:
        groups.setdefault(each.release or "", []).append(each)
    ordered = [sorted(group, key=lambda each: each.rank) for group in groups.values()]
    ordered.sort(key=lambda group: (group[0].rank, group[0].release or ""))
    return [each for group in ordered for each in group]
