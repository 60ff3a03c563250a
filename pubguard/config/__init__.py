"""pubguard.toml: found, refused if others could have written it, and read as one frozen struct.

Settings of plugins ([store], [sources.NAME], [rules.NAME], [notify.NAME]) are kept as they stand
there; the plugin's own struct says whether they fit.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from datetime import date, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args

import msgspec
from msgspec import Meta, Struct

from pubguard import ownership
from pubguard.clock import duration
from pubguard.config.service import Service
from pubguard.errors import ConfigError, PubguardError
from pubguard.model import Action, Role

if TYPE_CHECKING:
    from pathlib import Path  # importing it takes 5 ms, so only who needs one pays

NAME = "pubguard.toml"
VARIABLE = "PUBGUARD_CONFIG"
Text = Annotated[str, Meta(min_length=1)]
T = TypeVar("T", bound=Struct)
LARGEST = 4_000_000
"""Bytes that a configuration file may have."""


class Nation(StrEnum):
    """Whose bank holidays count."""

    ENGLAND = "england"
    WALES = "wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"
    UK = "uk"


class Section(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One table of pubguard.toml, every key known."""


class Organisation(Section, frozen=True, kw_only=True):
    """Who publishes, and on which days nobody does."""

    name: Text
    nation: Nation
    extra_closed_days: tuple[date, ...] = ()


class Gate(Section, frozen=True, kw_only=True):
    """How strict the guard is; each key is also a field of the rules that use it."""

    confirm: tuple[Action, ...] = (Action.APPROVE, Action.SCHEDULE, Action.PUBLISH)
    two_person: bool = True
    require_approval: bool = True
    require_authenticated: bool = False
    require_clock_sync: bool = False
    late_after: timedelta = timedelta(minutes=1)
    late_limit: timedelta = timedelta(hours=2)
    clocks: tuple[str, ...] = ()
    calendar_stale_after: timedelta = timedelta(days=7)

    def __post_init__(self) -> None:
        """Refuse settings that contradict each other or the laws."""
        if Action.WITHDRAW in self.confirm:
            raise ValueError("confirm: withdraw is never held up; leave it out")
        if self.late_limit < self.late_after:
            raise ValueError("late_limit: must not be shorter than late_after")


class Keys(Section, frozen=True, kw_only=True):
    """Where the private keys lie, relative to the configuration."""

    log: Text = "keys/log.pem"
    permit: Text = "keys/permit.pem"


class Person(Section, frozen=True, kw_only=True):
    """One person whom the workspace knows.

    `contact` is where a message reaches them ("mailto:a.jones@example.org"), `away` the
    London dates on which none does. Neither is recorded in the log.
    """

    roles: tuple[Role, ...]
    contact: Text | None = None
    away: tuple[date, ...] = ()

    def __repr__(self) -> str:
        """Without the contact."""
        return f"Person({', '.join(self.roles)})"


class AlternativeTime(Section, frozen=True, kw_only=True):
    """A release time other than 09:30 London that was agreed for a series."""

    series: Text
    time: time
    reference: Text
    considered: date


class Keeper(Section, frozen=True, kw_only=True):
    """Which store keeps the log; `settings` are that plugin's own."""

    kind: Text
    settings: dict[str, Any] = {}

    def __repr__(self) -> str:
        """Without the settings, which may name a server and its password."""
        return f"Keeper({self.kind!r})"


class Source(Section, frozen=True, kw_only=True):
    """A calendar to import by name; `settings` are its format's own.

    `trust_reason`: a published reason agrees a change, never one that brings a date forward.
    """

    format: Text
    place: Text
    trust_reason: bool = False
    settings: dict[str, Any] = {}

    def __repr__(self) -> str:
        """Without the place, which may hold a password."""
        return f"Source({self.format!r})"


class Notify(Section, frozen=True, kw_only=True):
    """A way to reach people; `settings` are its notifier's own."""

    kind: Text
    settings: dict[str, Any] = {}

    def __repr__(self) -> str:
        """Without the settings, which may hold addresses."""
        return f"Notify({self.kind!r})"


class Config(Section, frozen=True, kw_only=True):
    """All settings of a workspace; `file` is the path of where they come from."""

    file: str
    plugins: tuple[str, ...]
    organisation: Organisation
    gate: Gate
    store: Keeper
    keys: Keys
    people: dict[str, Person] = {}
    sources: dict[str, Source] = {}
    alternative_time: tuple[AlternativeTime, ...] = ()
    rules: dict[str, dict[str, Any]] = {}
    notify: dict[str, Notify] = {}
    service: Service = Service()

    @property
    def home(self) -> str:
        """The workspace: the folder that the configuration lies in."""
        return os.path.dirname(self.file)

    @property
    def path(self) -> Path:
        """The configuration's path."""
        from pathlib import Path

        return Path(self.file)

    @property
    def folder(self) -> Path:
        """The workspace's path."""
        return self.path.parent

    def beside(self, place: str) -> Path:
        """A path as the configuration writes it: relative ones start at its folder."""
        return self.path.parent / place


def find(explicit: str | os.PathLike[str] | None = None) -> str:
    """The configuration to use: `explicit`, else PUBGUARD_CONFIG, else upwards from here.

    Raises:
        ConfigError: there is none.
    """
    named = explicit or os.environ.get(VARIABLE)
    if named:
        return os.path.abspath(os.path.join(named, NAME) if os.path.isdir(named) else named)
    here = os.getcwd()
    folder = here
    while not os.path.isfile(os.path.join(folder, NAME)):
        folder, below = os.path.dirname(folder), folder
        if folder == below:
            raise ConfigError(
                f"There is no {NAME} in {here} or any folder above it.",
                "Make a workspace with: pubguard init --organisation NAME --nation NATION; "
                "or name its file with --config.",
            )
    return os.path.join(folder, NAME)


def load(path: str | os.PathLike[str]) -> Config:
    """Read and check the configuration.

    Raises:
        ConfigError: unreadable, writable by others, or wrong; names everything that is wrong.
    """
    try:
        text = ownership.read_own(path, LARGEST).decode().removeprefix("\ufeff")
        document = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text.", "Save it as UTF-8.") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(
            f"{path} is not valid TOML: {error}.",
            "Correct that line; text stands in double quotes, lists in [ ].",
        ) from error
    try:
        return _convert(path, document)
    except (PubguardError, TypeError, ValueError, LookupError, AttributeError) as error:
        from pubguard.config import misfits

        raise misfits.explain(path, document, error) from error


def flat(config: Config) -> dict[str, Any]:
    """Every setting by dotted key, as JSON without floats: what config.changed records.

    Durations are whole microseconds. Passwords in addresses are left out.
    """
    from pubguard.config import flatten

    return flatten.settings(config)


def fit(table: Mapping[str, Any], kind: type[T]) -> T:
    """The struct `kind` with these settings; lengths of time are written like ``1 min``.

    Raises:
        ValueError: a key is unknown or missing, or a value does not fit.
        TimeError: text that is no length of time.
    """
    readers = {timedelta: duration, time: time.fromisoformat}
    values = dict(table)
    if any(isinstance(value, str) for value in values.values()):
        for field in msgspec.structs.fields(kind):
            value = values.get(field.encode_name)
            reader = next((readers[t] for t in _types(field.type) if t in readers), None)
            if reader and isinstance(value, str):
                values[field.encode_name] = reader(value)
    return msgspec.convert(values, kind, from_attributes=True)


def open_table(table: Mapping[str, Any], kind: type[Struct]) -> dict[str, Any]:
    """The table with every key that `kind` does not know moved into `settings`."""
    known = [name for name in kind.__struct_fields__ if name != "settings"]
    values = {name: table[name] for name in known if name in table}
    return {**values, "settings": {name: table[name] for name in table if name not in values}}


def _types(wanted: Any) -> tuple[Any, ...]:
    return get_args(wanted) or (wanted,)


def _convert(path: str | os.PathLike[str], document: Mapping[str, Any]) -> Config:
    values = {
        **document,
        "file": os.path.abspath(path),
        "organisation": fit(document["organisation"], Organisation),
        "gate": fit(document.get("gate", {}), Gate),
        "service": fit(document.get("service", {}), Service),
        "store": fit(open_table(document["store"], Keeper), Keeper),
        "sources": {
            name: fit(open_table(table, Source), Source)
            for name, table in document.get("sources", {}).items()
        },
        "notify": {
            name: fit(open_table(table, Notify), Notify)
            for name, table in document.get("notify", {}).items()
        },
        "alternative_time": [
            fit(table, AlternativeTime) for table in document.get("alternative_time", [])
        ],
    }
    config = msgspec.convert(values, Config)
    if config.people:
        from pubguard.people import person

        if len({person(name) for name in config.people}) < len(config.people):
            raise ValueError("people: the same person twice")
    return config
