"""Is the slot's London day a bank holiday, or one on which the office is closed?

The data is the file that the package govuk-bank-holidays carries (GOV.UK's
bank-holidays.json). It is read directly: the package's own module imports requests and
would download.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from functools import lru_cache
from typing import ClassVar

import msgspec
from msgspec import Struct

from pubguard.clock import london
from pubguard.config import Nation
from pubguard.decoding import reader
from pubguard.errors import ConfigError
from pubguard.model import Attempt, Effect, Finding, Record, State, block, warn

PACKAGE = "govuk_bank_holidays"
FILE = "bank-holidays.json"
DIVISIONS = {
    Nation.ENGLAND: "england-and-wales",
    Nation.WALES: "england-and-wales",
    Nation.UK: "england-and-wales",
    Nation.SCOTLAND: "scotland",
    Nation.NORTHERN_IRELAND: "northern-ireland",
}
"""Whose list counts for a nation."""
LATER = {("scotland", dt.date(2026, 6, 15)): "Extra bank holiday"}
"""Days that GOV.UK added to its file after the packaged copy was made (25 February 2026)."""


class Day(Struct, frozen=True):
    """What is known of the slot's London day; without a slot, nothing.

    `closed` names the holiday, `covered` is False where the data says nothing about
    that year. `digest` is of the data file and `dated` the day it came to this machine.
    """

    date: dt.date | None = None
    closed: str | None = None
    covered: bool = False
    source: str = ""
    digest: str = ""
    dated: dt.date | None = None


class Data(Struct, frozen=True):
    """The holiday file: its days by division, the years it covers, and what it is."""

    days: dict[str, dict[dt.date, str]]
    years: dict[str, frozenset[int]]
    digest: str
    dated: dt.date


class Holidays(Struct, frozen=True):
    """Looks the slot's day up for one nation.

    `extra_closed_days` are London dates on which the office itself is closed.
    """

    kind: ClassVar[type[Struct]] = Day

    nation: Nation = Nation.ENGLAND
    extra_closed_days: tuple[dt.date, ...] = ()

    def gather(self, attempt: Attempt, record: Record | None) -> Day:
        """What is known of the day.

        Raises:
            ConfigError: the data is missing or broken.
        """
        del attempt
        if record is None or record.release.release_at is None:
            return Day()
        if record.release.state is State.PROVISIONAL:
            return Day()
        day, data = london(record.release.release_at).date(), load()
        division = DIVISIONS[self.nation]
        closed = data.days[division].get(day) or LATER.get((division, day))
        if day in self.extra_closed_days:
            closed = closed or "closed day of the office"
        return Day(
            date=day,
            closed=closed,
            covered=day.year in data.years[division],
            source="govuk-bank-holidays",
            digest=data.digest,
            dated=data.dated,
        )

    def examine(self, now: dt.datetime) -> Finding:
        """How far the data reaches for this nation.

        Raises:
            ConfigError: the data is missing or broken.
        """
        data = load()
        last = max(data.days[DIVISIONS[self.nation]])
        reason = f"The bank holidays of {self.nation} are known to {last:%B %Y}."
        if last.year > now.year:
            return Finding(Effect.ALLOW, reason)
        say_so = warn if last.year == now.year else block
        return say_so(reason, f"Update them: pip install -U {PACKAGE.replace('_', '-')}")


def load() -> Data:
    """The packaged holiday data, read again only when the file has changed.

    Raises:
        ConfigError: it is missing or broken.
    """
    path = _path()
    try:
        return _read(path, os.stat(path).st_mtime_ns)
    except (OSError, msgspec.MsgspecError, LookupError) as error:
        raise ConfigError(
            f"The bank holiday data {path} cannot be read ({type(error).__name__}).",
            "Install it again: pip install --force-reinstall govuk-bank-holidays.",
        ) from error


@lru_cache(maxsize=1)
def _path() -> str:
    # Finding a package does not run it.
    for finder in sys.meta_path:
        spec = finder.find_spec(PACKAGE, None)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            return os.path.join(folder, FILE)
    raise ConfigError(
        "The package govuk-bank-holidays is not installed.",
        "Install it: pip install govuk-bank-holidays.",
    )


class _Event(Struct, frozen=True):
    title: str
    date: dt.date


class _Division(Struct, frozen=True):
    events: tuple[_Event, ...]


_divisions = reader(dict[str, _Division])


@lru_cache(maxsize=1)
def _read(path: str, _changed: int) -> Data:
    from hashlib import sha256

    with open(path, "rb") as file:
        body = file.read()
        dated = dt.datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, dt.UTC).date()
    found = _divisions(body)
    days = {name: {e.date: e.title for e in each.events} for name, each in found.items()}
    # A list that is missing must not read as a year without holidays.
    if missing := set(DIVISIONS.values()) - {name for name, each in days.items() if each}:
        raise LookupError(missing)
    return Data(
        days=days,
        years={name: frozenset(day.year for day in each) for name, each in days.items()},
        digest="sha256:" + sha256(body).hexdigest(),
        dated=dated,
    )
