"""Wires what reads, keeps and shows the calendar."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pubguard.build import Workspace
    from pubguard.calendar.agreeing import Agreement
    from pubguard.calendar.announcing import Announcer
    from pubguard.calendar.changing import Changer
    from pubguard.calendar.exporting import Exporter
    from pubguard.calendar.holidays import HolidayKeeper
    from pubguard.calendar.importing import Importer
    from pubguard.calendar.lint import Linter
    from pubguard.calendar.reading import Shelf
    from pubguard.calendar.twins import Twinner


class Calendars:
    """The calendar's use cases in one workspace, each made when first needed."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @cached_property
    def importer(self) -> Importer:
        """Reads calendars."""
        from pubguard.calendar.importing import Importer
        from pubguard.calendar.sources import configured

        plugins = self._workspace.plugins
        return Importer(
            self._workspace.journal,
            self._workspace.clock,
            configured(self._workspace.config),
            tuple(plugins.offers("calendars")),
            lambda name, own, where: plugins.make(
                "calendars", name, self._workspace.shared, own, where
            ),
            self._workspace.messenger,
        )

    @cached_property
    def announcer(self) -> Announcer:
        """Takes new entries from people."""
        from pubguard.calendar.announcing import Announcer

        return Announcer(
            self._workspace.journal,
            self._workspace.people,
            self._workspace.clock,
            self._workspace.messenger,
        )

    @cached_property
    def changer(self) -> Changer:
        """Takes wishes to change a date."""
        from pubguard.calendar.changing import Changer

        return Changer(
            self._workspace.journal,
            self._workspace.people,
            self._workspace.clock,
            self._workspace.messenger,
        )

    @cached_property
    def agreement(self) -> Agreement:
        """Takes the second person's word on a date."""
        from pubguard.calendar.agreeing import Agreement

        strict = self._workspace.config.gate.require_authenticated
        return Agreement(
            self._workspace.journal,
            self._workspace.people,
            self._workspace.clock,
            require_authenticated=strict,
        )

    @cached_property
    def twinner(self) -> Twinner:
        """Takes the word that two ids are one release."""
        from pubguard.calendar.twins import Twinner

        return Twinner(self._workspace.journal, self._workspace.people, self._workspace.clock)

    @cached_property
    def exporter(self) -> Exporter:
        """Writes the calendar for others."""
        from pubguard.calendar.exporting import Exporter

        plugins = self._workspace.plugins
        return Exporter(
            self._workspace.journal,
            self._workspace.clock,
            tuple(plugins.offers("calendars")),
            lambda name: plugins.make(
                "calendars", name, self._workspace.shared, {}, "calendar export"
            ),
        )

    @cached_property
    def holidays(self) -> HolidayKeeper:
        """Keeps the list of bank holidays."""
        from pubguard.calendar.holidays import HolidayKeeper
        from pubguard.protocols import HolidaySource

        workspace = self._workspace
        own = workspace.config.organisation
        found = (source for source in workspace.fact_sources if isinstance(source, HolidaySource))
        return HolidayKeeper(
            workspace.journal, workspace.clock, next(found, None), own.nation, own.extra_closed_days
        )

    @cached_property
    def linter(self) -> Linter:
        """Looks for what is wrong with the calendar."""
        from pubguard.calendar.lint import Linter

        workspace = self._workspace
        return Linter(workspace.journal, workspace.clock, workspace.config, self.holidays.in_force)

    @cached_property
    def shelf(self) -> Shelf:
        """The calendar, to be read."""
        from pubguard.calendar.reading import Shelf

        return Shelf(self._workspace.journal)
