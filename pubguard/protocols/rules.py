"""Rules, and the looks at the world that they rest on."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Protocol, runtime_checkable

from msgspec import Struct

from pubguard.holidays import Days, HolidayData
from pubguard.model import Action, Attempt, Facts, Finding, Record
from pubguard.protocols.calendars import Document


class Rule(Protocol):
    """One reason why an action may not go ahead.

    `judge` is pure: it reads no clock and does no input or output. It returns a
    finding, CLEAR for "looked, no objection", or None for "not for me to say".
    The first three characters of `code` are the family that thereby speaks.
    """

    code: ClassVar[str]
    version: ClassVar[int]
    title: ClassVar[str]
    why: ClassVar[str]
    fix: ClassVar[str]
    duty: ClassVar[str | None]
    actions: ClassVar[frozenset[Action]]

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """What this rule says about the attempt."""
        ...


class FactSource(Protocol):
    """One look at the world before a decision; the only place for input and output.

    Returns a frozen struct of plain values, which the log records and the rules
    find by its type, or raises, which leaves the fact unknown.
    """

    kind: ClassVar[type[Struct]]

    def gather(self, attempt: Attempt, record: Record | None) -> Struct:
        """The fact as it is now."""
        ...


@runtime_checkable
class Examined(Protocol):
    """A fact source or notifier that `pubguard doctor` can ask; none need be one."""

    def examine(self, now: datetime) -> Finding:
        """How it is at that instant: allow, warn for advice, block for what is wrong.

        The reason is shown for allow too; warn and block have a remedy.
        """
        ...


@runtime_checkable
class HolidaySource(Protocol):
    """A fact source that rests on a list of bank holidays, which the log may keep; none need."""

    def packaged(self) -> HolidayData:
        """The list that came with the installation.

        Raises:
            ConfigError: it is missing or broken.
        """
        ...

    def in_force(self) -> HolidayData:
        """The list that checks rest on: the log's if it holds one, else the packaged one.

        Raises:
            ConfigError, LogError: neither can be read.
        """
        ...

    def parse(self, document: Document) -> Days:
        """The days of a list as its publisher gives it out.

        Raises:
            SourceError: it is no such list, or not a whole one.
        """
        ...


class SecondClock(Protocol):
    """Another clock to hold against the kernel's."""

    def offset(self, now: datetime) -> int:
        """That clock minus ours, in microseconds."""
        ...
