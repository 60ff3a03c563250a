"""What lead officials are told of the calendar: changes and entries that wait for their word."""

from __future__ import annotations

from collections.abc import Sequence

from pubguard.clock import say
from pubguard.model import Record, Role, State
from pubguard.notices.messenger import Messenger
from pubguard.notices.telling import Told
from pubguard.protocols import Notice

MOST = 20
"""Releases that one message names."""


def tell_leads(
    messenger: Messenger, waiting: Sequence[Record], *, but_not: str = "", reason: str = ""
) -> Told | None:
    """Tell every lead official but one of what waits to be agreed.

    None where nothing waits, or `[people]` lists nobody.
    """
    if not (waiting and messenger.anybody):
        return None
    one = waiting[0].release.id if len(waiting) == 1 else None
    subject = f"{one} waits to be agreed" if one else f"{len(waiting)} releases wait to be agreed"
    because = f"\nReason given: {reason}\n" if reason else ""
    text = (
        f"{_lines(waiting)}\n{because}\n"
        "Until somebody agrees, the agreed dates still show and these releases are blocked.\n"
        "To agree:         pubguard calendar agree RELEASE --actor YOU\n"
        "To keep the date: pubguard calendar agree RELEASE --actor YOU --keep\n"
    )
    notice = Notice("change-proposed", subject, text, one)
    return messenger.tell(notice, roles=(Role.LEAD_OFFICIAL,), but_not=(but_not,))


def _lines(waiting: Sequence[Record]) -> str:
    more = len(waiting) - MOST
    lines = [_line(each) for each in waiting[:MOST]]
    return "\n".join([*lines, *([f"and {more} more"] if more > 0 else [])])


def _line(record: Record) -> str:
    release, change = record.release, record.proposed
    slot = say(release.release_at) if release.release_at else "no date"
    if change is None:
        return f"{release.id} ({release.title}): a new entry for {slot}."
    to = say(change.release_at) if change.release_at else "no date"
    wish = "cancelled" if change.state is State.CANCELLED else f"{change.state} for {to}"
    return f"{release.id} ({release.title}), announced for {slot}: {change.by} wants it {wish}."
