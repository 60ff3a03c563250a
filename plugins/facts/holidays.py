"""Is the slot's London day a bank holiday, or one on which the office is closed?

The list is the one that the log holds (`pubguard calendar holidays`), and until it holds
one the file that the package govuk-bank-holidays carries. That is read directly: the
package's own module imports requests and would download.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable
from functools import lru_cache
from typing import ClassVar

from msgspec import Struct
from pubguard_plugins.facts.holiday_file import parse_days

from pubguard.clock import MONTHS, london, say_day
from pubguard.config import Nation
from pubguard.errors import ConfigError, LogError, SourceError
from pubguard.holidays import DIVISIONS, SOURCE, Days, HolidayData
from pubguard.model import Attempt, Effect, Finding, Record, State, block, warn
from pubguard.protocols import Document

PACKAGE = "govuk_bank_holidays"
FILE = "bank-holidays.json"


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


def nothing_recorded() -> HolidayData | None:
    """What a log without a list says."""
    return None


class Holidays(Struct, frozen=True):
    """Looks the slot's day up for one nation.

    `extra_closed_days` are London dates on which the office itself is closed,
    `recorded_holidays` gives the list that the log holds, None where it holds none.
    """

    kind: ClassVar[type[Struct]] = Day

    nation: Nation = Nation.ENGLAND
    extra_closed_days: tuple[dt.date, ...] = ()
    recorded_holidays: Callable[[], HolidayData | None] = nothing_recorded

    def gather(self, attempt: Attempt, record: Record | None) -> Day:
        """What is known of the day.

        Raises:
            ConfigError, LogError: the data is missing or broken.
        """
        del attempt
        if record is None or record.release.release_at is None:
            return Day()
        if record.release.state is State.PROVISIONAL:
            return Day()
        day, data = london(record.release.release_at).date(), self.in_force()
        return Day(
            date=day,
            closed=data.closed(self.nation, day, self.extra_closed_days),
            covered=data.covers(self.nation, day.year),
            source=data.source,
            digest=data.digest,
            dated=data.dated,
        )

    def examine(self, now: dt.datetime) -> Finding:
        """How far the data in force reaches for this nation, and how old it is.

        Raises:
            ConfigError: the data is missing or broken.
        """
        again = "Read GOV.UK's list: pubguard calendar holidays --refresh."
        try:
            data = self.in_force()
        except LogError as error:
            return block(f"The list that the log holds cannot be read. {error}", error.remedy)
        last = dt.date.fromisoformat(max(data.days[DIVISIONS[self.nation]]))
        reason = (
            f"The bank holidays of {self.nation} are known to {MONTHS[last.month - 1]} "
            f"{last.year} ({data.source}, {say_day(data.dated)})."
        )
        if last.year < now.year:
            return block(reason, again)
        if last.year == now.year or data.stale(london(now).date()):
            return warn(reason, again)
        return Finding(Effect.ALLOW, reason)

    def packaged(self) -> HolidayData:
        """The list that came with the installation.

        Raises:
            ConfigError: it is missing or broken.
        """
        return load()

    def in_force(self) -> HolidayData:
        """The list that the log holds, or else the packaged one.

        Raises:
            ConfigError, LogError: neither can be read.
        """
        return self.recorded_holidays() or load()

    def parse(self, document: Document) -> Days:
        """The days in GOV.UK's bank-holidays.json.

        Raises:
            SourceError: it is no such file, or not a whole one.
        """
        return parse_days(document)


def load() -> HolidayData:
    """The packaged holiday data, read again only when the file has changed.

    Raises:
        ConfigError: it is missing or broken.
    """
    path = _path()
    try:
        return _read(path, os.stat(path).st_mtime_ns)
    except (OSError, SourceError) as error:
        raise ConfigError(
            f"The bank holiday data {path} cannot be read ({error}).",
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


@lru_cache(maxsize=1)
def _read(path: str, _changed: int) -> HolidayData:
    from hashlib import sha256

    with open(path, "rb") as file:
        body = file.read()
        dated = dt.datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, dt.UTC).date()
    days = {name: dict(each) for name, each in parse_days(Document(path, body)).items()}
    return HolidayData(SOURCE, "sha256:" + sha256(body).hexdigest(), dated, days)
