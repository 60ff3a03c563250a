"""The only place that wires: a configuration becomes a guard."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import structs

from pubguard import config as configuration
from pubguard import plugins as plugin_loading
from pubguard.clock import Clock, SystemClock
from pubguard.journal import Journal
from pubguard.ledger import Settings
from pubguard.people import People

if TYPE_CHECKING:
    from pubguard.calendar.announcing import Announcer
    from pubguard.calendar.holidays import HolidayKeeper
    from pubguard.calendar.importing import Importer
    from pubguard.calendar.lint import Linter
    from pubguard.calendar.reading import Shelf
    from pubguard.config import Config
    from pubguard.evaluate import RuleBook
    from pubguard.guard.check import Guard
    from pubguard.guard.confirm import Confirmer
    from pubguard.guard.record import Recorder
    from pubguard.guard.redecide import Redecider
    from pubguard.holidays import HolidayData
    from pubguard.log.eventlog import EventLog
    from pubguard.plugins import Plugins
    from pubguard.protocols import FactSource, Rule, Store


class Workspace:
    """One configuration and all that it wires, each part made when first needed.

    Args:
        config: the settings.
        clock: what tells the time; the machine's wall clock unless a test or a
            demonstration sets another.
    """

    def __init__(self, config: Config, clock: Clock) -> None:
        self.config = config
        self.clock = clock

    @classmethod
    def open(
        cls, config_path: str | os.PathLike[str] | None = None, clock: Clock | None = None
    ) -> Workspace:
        """The workspace of a configuration file, as `config.find` finds it.

        Raises:
            ConfigError: there is none, or it is wrong.
        """
        config = configuration.load(configuration.find(config_path))
        return cls(config, clock or SystemClock())

    @cached_property
    def plugins(self) -> Plugins:
        """The plugins that the configuration names."""
        return plugin_loading.load(self.config.plugins)

    @cached_property
    def store(self) -> Store:
        """Where the log is kept.

        Raises:
            LogUnwritable, LogCorrupt: it cannot be opened.
        """
        kind, own = self.config.store.kind, self.config.store.settings
        shared = {"folder": self.config.home}
        store: Store = self.plugins.make("stores", kind, shared, own, "[store]")
        return store

    @property
    def log(self) -> EventLog:
        """The event log."""
        return self.journal.log

    @cached_property
    def journal(self) -> Journal:
        """What use cases read from and write to."""
        return Journal(self._open_log, self._settings, self.clock)

    @cached_property
    def people(self) -> People:
        """The people that the configuration lists."""
        return People.of({name: person.roles for name, person in self.config.people.items()})

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """All rules on offer, by name, with their settings."""
        own = self.config.rules
        return self.plugins.make_all("rules", self._shared, own, "rules")

    @cached_property
    def rule_book(self) -> RuleBook:
        """The rules, ready to be asked."""
        from pubguard.evaluate import RuleBook

        return RuleBook.of(self.rules)

    @cached_property
    def fact_sources(self) -> tuple[FactSource, ...]:
        """All looks at the world on offer."""
        return tuple(self.plugins.make_all("facts", self._shared).values())

    @cached_property
    def guard(self) -> Guard:
        """Answers `check`."""
        from pubguard.guard.check import Guard
        from pubguard.guard.gather import Gatherer
        from pubguard.guard.spool import SPOOL, Spool

        gatherer = Gatherer(self.journal, self.people, self.fact_sources)
        spool = Spool(os.path.join(os.path.dirname(self.config.file), SPOOL))
        return Guard(self.journal, gatherer, self.rule_book, self.clock, spool)

    @cached_property
    def confirmer(self) -> Confirmer:
        """Answers `confirm`."""
        from pubguard.guard.confirm import Confirmer

        strict = self.config.gate.require_authenticated
        return Confirmer(self.journal, self.people, self.clock, require_authenticated=strict)

    @cached_property
    def recorder(self) -> Recorder:
        """Answers `record`."""
        from pubguard.guard.record import Recorder

        return Recorder(self.journal, self.clock)

    @cached_property
    def redecider(self) -> Redecider:
        """Decides recorded checks again, for `log verify --replay`."""
        from pubguard.guard.redecide import Redecider

        return Redecider(self._recorded_rules, self.fact_sources)

    @cached_property
    def importer(self) -> Importer:
        """Reads calendars."""
        from pubguard.calendar.importing import Importer
        from pubguard.calendar.sources import configured

        plugins = self.plugins
        return Importer(
            self.journal,
            self.clock,
            configured(self.config),
            tuple(plugins.offers("calendars")),
            lambda name, own, where: plugins.make("calendars", name, self._shared, own, where),
        )

    @cached_property
    def announcer(self) -> Announcer:
        """Takes new entries from people."""
        from pubguard.calendar.announcing import Announcer

        return Announcer(self.journal, self.people, self.clock)

    @cached_property
    def calendar(self) -> Shelf:
        """The calendar, to be read."""
        from pubguard.calendar.reading import Shelf

        return Shelf(self.journal)

    @cached_property
    def holidays(self) -> HolidayKeeper:
        """Keeps the list of bank holidays."""
        from pubguard.calendar.holidays import HolidayKeeper
        from pubguard.protocols import HolidaySource

        own = self.config.organisation
        found = (source for source in self.fact_sources if isinstance(source, HolidaySource))
        source = next(found, None)
        return HolidayKeeper(self.journal, self.clock, source, own.nation, own.extra_closed_days)

    @cached_property
    def linter(self) -> Linter:
        """Looks for what is wrong with the calendar."""
        from pubguard.calendar.lint import Linter

        return Linter(self.journal, self.clock, self.config, self.holidays.in_force)

    def close(self) -> None:
        """Let go of the store, if it was opened."""
        if "store" in self.__dict__:
            self.store.close()

    def _open_log(self) -> EventLog:
        from pubguard.log.eventlog import EventLog

        return EventLog(self.store, self.clock)

    def _settings(self) -> Settings:
        versions = {name: rule.version for name, rule in self.rules.items()}
        return Settings(configuration.flat(self.config), versions)

    def _recorded_rules(self, recorded: Settings) -> RuleBook | None:
        """The rules under recorded settings, or None where this version has other rules."""
        from pubguard.config import flatten
        from pubguard.evaluate import RuleBook

        if recorded == self.journal.settings:
            return self.rule_book
        try:
            config = flatten.recover(recorded.settings, self.config.file)
        except (ValueError, LookupError):
            return None
        if set(config.plugins) != set(self.config.plugins):
            return None
        past = Workspace(config, self.clock)
        past.plugins = self.plugins
        same = {name: rule.version for name, rule in past.rules.items()} == recorded.rules
        return RuleBook.of(past.rules) if same else None

    def _recorded_holidays(self) -> HolidayData | None:
        return self.journal.holidays()

    @cached_property
    def _shared(self) -> Mapping[str, object]:
        return {
            **structs.asdict(self.config.organisation),
            **structs.asdict(self.config.gate),
            "alternative_time": self.config.alternative_time,
            "recorded_holidays": self._recorded_holidays,
        }
