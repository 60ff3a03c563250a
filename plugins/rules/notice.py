"""PG104, PG105, PG106: the date is agreed, known early enough, and read not long ago."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from msgspec import Struct
from pubguard_plugins.rules.announced import EVERY

from pubguard.clock import microseconds, say, say_date, say_span
from pubguard.model import (
    CLEAR,
    Action,
    Attempt,
    Facts,
    Finding,
    Proposed,
    Record,
    State,
    block,
    warn,
)
from pubguard.slots import in_good_time, say_notice

_FIRM = frozenset({State.CONFIRMED, State.PUBLISHED})


class Proposal(Struct, frozen=True):
    """PG104: somebody wants another date, and nobody has agreed it."""

    code: ClassVar[str] = "PG104"
    version: ClassVar[int] = 2
    title: ClassVar[str] = "Change of date not agreed"
    why: ClassVar[str] = (
        "While a change is proposed and not agreed, or two calendars announce the release for "
        "different dates, nobody can say which date counts. The last agreed one is still shown."
    )
    fix: ClassVar[str] = (
        "A second person agrees the change, or keeps the agreed date (calendar agree --keep). A "
        "calendar that says the agreed date again, and is imported again, takes its proposal back."
    )
    duty: ClassVar[str | None] = "change"
    actions: ClassVar[frozenset[Action]] = EVERY
    before: ClassVar[str] = "block"
    since: ClassVar[str] = "block"

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """Block while a proposal is open, and while two calendars disagree."""
        record = facts.record
        if record is None:
            return CLEAR
        if record.proposed is None:
            return _disagreeing(record, facts.twins) if facts.twins else CLEAR
        slot = facts.slot
        stands = f" The agreed date is still {say(slot)}." if slot else ""
        return block(
            f"{_wish(record.proposed)} is proposed by {record.proposed.by} and not agreed.{stands}",
            f"A second person agrees it (pubguard calendar agree {attempt.release}) or stays with "
            "the agreed date (with --keep); one of the two has to be a lead official.",
        )


def _wish(change: Proposed) -> str:
    if change.state is State.CANCELLED:
        return "A cancellation"
    to = f"to {say(change.release_at)}" if change.release_at else "of its state or date"
    return f"A change {to}"


def _disagreeing(record: Record, twins: Sequence[Record]) -> Finding:
    """CLEAR if every calendar that announces this release says the same of its date."""
    ours = record.release
    for twin in twins:
        other = twin.release
        firm = {ours.state, other.state} <= _FIRM
        if twin.proposed is None and firm and ours.release_at == other.release_at:
            continue
        says = say(other.release_at) if other.release_at else "no date"
        waits = ", and a change waits to be agreed" if twin.proposed else ""
        return block(
            f"{other.id} is the same release, and its calendar says {other.state}, {says}{waits}.",
            "Have one of the two dates changed and agreed, so that both say the same; or, if they "
            f"are two releases, pubguard calendar same {ours.id} {other.id} --undo.",
        )
    return CLEAR


class Notice(Struct, frozen=True):
    """PG105: users had less than four weeks' notice, or a near date was never agreed."""

    code: ClassVar[str] = "PG105"
    version: ClassVar[int] = 1
    title: ClassVar[str] = "Short notice"
    why: ClassVar[str] = (
        "Users are told of a release four weeks ahead where practicable. One that is entered "
        "or brought forward to within 24 hours needs a second person."
    )
    fix: ClassVar[str] = (
        "Record the reason with the announcement; a near date needs a second person's word."
    )
    duty: ClassVar[str | None] = "announce"
    actions: ClassVar[frozenset[Action]] = EVERY
    before: ClassVar[str] = "warn; block until agreed where it was entered under 24 h ahead"
    since: ClassVar[str] = "warn"

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """Warn under 28 days between announcement and slot; block an entry not agreed."""
        slot, record = facts.slot, facts.record
        if slot is None or record is None:
            return CLEAR
        if not record.agreed:
            say_no = block if attempt.at < slot else warn
            return say_no(
                f"The date, {say(slot)}, is a new entry that no second person has agreed.",
                "Ask a second person to agree it: the lead official, or somebody with their word.",
            )
        if in_good_time(record.announced_at, slot):
            return CLEAR
        return warn(
            f"Announced {say_notice(record.announced_at, slot)} {say(slot)}; the Code asks for "
            "four weeks where practicable.",
            "See that the reason for the short notice is recorded.",
        )


class Stale(Struct, frozen=True):
    """PG106: the release's calendar was last read a while ago."""

    code: ClassVar[str] = "PG106"
    version: ClassVar[int] = 1
    title: ClassVar[str] = "Stale calendar"
    why: ClassVar[str] = (
        "A date may have moved, or a release been cancelled, since its calendar was last read."
    )
    fix: ClassVar[str] = "Import the calendar again: pubguard calendar import."
    duty: ClassVar[str | None] = "announce"
    actions: ClassVar[frozenset[Action]] = EVERY
    before: ClassVar[str] = "warn"
    since: ClassVar[str] = "warn"

    calendar_stale_after: timedelta = timedelta(days=7)

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """Warn when the source was read longer ago than `calendar_stale_after`."""
        read_at, record = facts.read_at, facts.record
        if read_at is None or record is None:
            return CLEAR
        age = attempt.at - read_at
        if age <= self.calendar_stale_after:
            return CLEAR
        return warn(
            f"Its calendar, {record.source}, was last read {say_span(microseconds(age))} ago, on "
            f"{say_date(read_at)}.",
            f"Read it again: pubguard calendar import {record.source}.",
        )
