"""The only place that wires: a configuration becomes a guard."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING

from msgspec import structs

from pubguard import config as configuration
from pubguard import plugins as plugin_loading
from pubguard.clock import Clock, SystemClock
from pubguard.journal import Journal
from pubguard.ledger import Settings
from pubguard.people import People, asserted

if TYPE_CHECKING:
    from pubguard.build.calendars import Calendars
    from pubguard.config import Config
    from pubguard.edge.embargo import Embargo
    from pubguard.evaluate import RuleBook
    from pubguard.guard.check import Guard
    from pubguard.guard.confirm import Confirmer
    from pubguard.guard.override import Overrider
    from pubguard.guard.overrides import OverrideShelf
    from pubguard.guard.record import Recorder
    from pubguard.guard.redecide import Redecider
    from pubguard.holidays import HolidayData
    from pubguard.log.eventlog import EventLog
    from pubguard.notices.messenger import Messenger
    from pubguard.permits.office import Permits
    from pubguard.plugins import Plugins
    from pubguard.points.keeping import PointKeeper
    from pubguard.points.office import TokenOffice
    from pubguard.points.watching import PointWatch
    from pubguard.protocols import FactSource, Notifier, Rule, Store
    from pubguard.tokens import Tokens


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
        return self.plugins.make_all("rules", self.shared, own, "rules")

    @cached_property
    def rule_book(self) -> RuleBook:
        """The rules, ready to be asked."""
        from pubguard.evaluate import RuleBook

        return RuleBook.of(self.rules)

    @cached_property
    def fact_sources(self) -> tuple[FactSource, ...]:
        """All looks at the world on offer."""
        return tuple(self.plugins.make_all("facts", self.shared).values())

    @cached_property
    def guard(self) -> Guard:
        """Answers `check`."""
        from pubguard.guard.check import Guard
        from pubguard.guard.drafting import Drafter
        from pubguard.guard.gather import Gatherer
        from pubguard.guard.spool import SPOOL, Spool

        journal, rules, clock = self.journal, self.rule_book, self.clock
        gatherer = Gatherer(journal, self.people, self.fact_sources)
        spool = Spool(os.path.join(os.path.dirname(self.config.file), SPOOL))
        drafter = Drafter(journal, gatherer, rules, clock, lambda: self.permits)
        return Guard(journal, gatherer, rules, clock, spool, drafter)

    @cached_property
    def confirmer(self) -> Confirmer:
        """Answers `confirm`."""
        from pubguard.guard.confirm import Confirmer

        strict = self.config.gate.require_authenticated
        return Confirmer(self.journal, self.people, self.clock, require_authenticated=strict)

    @cached_property
    def overrider(self) -> Overrider:
        """Takes overrides."""
        from pubguard.guard.override import Overrider
        from pubguard.guard.standing import Standing

        strict = self.config.gate.require_authenticated
        return Overrider(
            self.journal,
            self.people,
            self.clock,
            Standing(self.journal, self.guard, self.clock),
            self.messenger,
            require_authenticated=strict,
        )

    @cached_property
    def overrides(self) -> OverrideShelf:
        """The overrides there have been."""
        from pubguard.guard.overrides import OverrideShelf

        return OverrideShelf(self.journal, self.clock)

    @cached_property
    def permits(self) -> Permits:
        """Issues, verifies and revokes permits."""
        from pubguard import keys
        from pubguard.permits.office import Permits
        from pubguard.permits.signing import Signer

        issuer = keys.origin(self.config.organisation.name)
        signer = Signer(self.config.beside(self.config.keys.permit), issuer)
        return Permits(self.journal, self.people, self.clock, signer, self.tokens.points)

    @cached_property
    def tokens(self) -> Tokens:
        """The tokens of enforcement points."""
        from pubguard.tokens import Tokens

        return Tokens(self.config.home)

    @cached_property
    def token_office(self) -> TokenOffice:
        """Gives out tokens and ends them."""
        from pubguard.points.office import TokenOffice

        return TokenOffice(self.tokens, self.journal, self.clock, asserted())

    @cached_property
    def point_keeper(self) -> PointKeeper:
        """Hears what enforcement points hold."""
        from pubguard.points.keeping import PointKeeper

        return PointKeeper(self.journal, self.clock)

    @cached_property
    def embargo(self) -> Embargo:
        """Knows which addresses are not to be served yet."""
        from pubguard.edge.embargo import Embargo

        return Embargo(self.journal, self.clock)

    @cached_property
    def point_watch(self) -> PointWatch:
        """Finds enforcement points that cannot be relied on near a slot."""
        from pubguard.points.watching import PointWatch

        return PointWatch(self.journal, self.clock, self.messenger, self.point_keeper)

    @cached_property
    def recorder(self) -> Recorder:
        """Answers `record`."""
        from pubguard.guard.record import Recorder

        return Recorder(self.journal, self.clock, self.messenger)

    @cached_property
    def redecider(self) -> Redecider:
        """Decides recorded checks again, for `log verify --replay`."""
        from pubguard.guard.redecide import Redecider

        return Redecider(self._recorded_rules, self.fact_sources)

    @cached_property
    def calendars(self) -> Calendars:
        """What reads, keeps and shows the calendar."""
        from pubguard.build.calendars import Calendars

        return Calendars(self)

    @cached_property
    def messenger(self) -> Messenger:
        """Tells people. Nothing that rehearses or replays may call it."""
        from pubguard.notices.messenger import Messenger

        return Messenger(self.journal, self.clock, self.config.people, self.notifiers)

    @cached_property
    def notifiers(self) -> Mapping[str, Callable[[], Notifier]]:
        """What builds each notifier of [notify], by its name there.

        Each raises ConfigError where its settings do not fit.
        """
        return {name: partial(self._notifier, name) for name in self.config.notify}

    def _notifier(self, name: str) -> Notifier:
        wanted, shared = self.config.notify[name], {"folder": self.config.home}
        where = f"notify.{name}"
        made: Notifier = self.plugins.make("notifiers", wanted.kind, shared, wanted.settings, where)
        return made

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
    def shared(self) -> Mapping[str, object]:
        """The settings that plugins find by the names of their fields."""
        return {
            **structs.asdict(self.config.organisation),
            **structs.asdict(self.config.gate),
            "alternative_time": self.config.alternative_time,
            "recorded_holidays": self._recorded_holidays,
        }
