"""`pubguard calendar holidays`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import click

from pubguard.calendar.holidays import PUBLIC, Refreshed, Status
from pubguard.cli.frame import Session, command
from pubguard.cli.terminal import plain
from pubguard.clock import DAYS, say_day
from pubguard.errors import UsageError


@command(
    example="""\
pubguard calendar holidays
pubguard calendar holidays --refresh
pubguard calendar holidays --refresh --from bank-holidays.json"""
)
@click.option("--refresh", is_flag=True, help="Read GOV.UK's public file and record it if new.")
@click.option("--from", "place", metavar="PLACE", help=f"A saved copy, or another than {PUBLIC}")
@click.option("--packaged", is_flag=True, help="Take the copy that came with pubguard instead.")
@click.option("--accept-removals", is_flag=True, help="Take a list that lacks coming days.")
def holidays(
    session: Session,
    refresh: bool,  # noqa: FBT001
    place: str | None,
    packaged: bool,  # noqa: FBT001
    accept_removals: bool,  # noqa: FBT001
) -> None:
    """Show the bank holidays that checks rest on, or refresh them.

    Checks rest on the list that the log holds, and until it holds one on the copy
    that came with pubguard. A list that is broken, ends earlier or lacks coming days
    is refused. Exit codes: 0 done, 1 the list was refused or cannot be read.
    """
    if not refresh:
        if place is not None or packaged or accept_removals:
            message = "--from, --packaged and --accept-removals say how to refresh."
            raise UsageError(message, "Give --refresh as well.")
        status = session.workspace.calendars.holidays.status()
        session.emit(status, lambda: _status_text(session, status))
        return
    if packaged and place is not None:
        raise UsageError("--packaged and --from name two lists.", "Give one of them.")
    done = session.workspace.calendars.holidays.refresh(
        place, packaged=packaged, accept_removals=accept_removals
    )
    session.emit(done, lambda: "\n".join(_refreshed_lines(done)))


def _status_text(session: Session, status: Status) -> str:
    kept = "" if status.recorded else " (the copy that came with pubguard; not in the log yet)"
    stale = session.style("  stale: refresh it", "yellow") if status.stale else ""
    lines = [
        f"Source  {plain(status.source)}{kept}",
        f"Digest  {status.digest[:23]}",
        f"Dated   {say_day(status.dated)}{stale}",
    ]
    for reach in sorted(status.nations, key=lambda reach: not reach.own):
        own = " (this office)" if reach.own else ""
        lines += ["", f"{reach.nation}{own}: {reach.first_year} to {reach.last_year}"]
        lines += [f"  {_with_weekday(day.date):<28}{plain(day.title)}" for day in reach.next]
    if status.extra_closed_days:
        own_days = ", ".join(map(say_day, status.extra_closed_days))
        lines += ["", f"Closed days of the office (extra_closed_days): {own_days}"]
    return "\n".join(lines)


def _refreshed_lines(done: Refreshed) -> Iterator[str]:
    what = "recorded" if done.recorded else "nothing new, so nothing was recorded"
    yield f"{plain(done.source)}, {say_day(done.dated)}: {what}."
    yield f"Digest  {done.digest[:23]}"
    yield from _changes("added", done.added)
    yield from _changes("removed", done.removed)


def _changes(what: str, days: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for division, each in days.items():
        yield f"{division}: {len(each)} {what}"
        for day, title in each.items():
            yield f"  {_with_weekday(date.fromisoformat(day)):<28}{plain(title)}"


def _with_weekday(day: date) -> str:
    return f"{DAYS[day.weekday()]} {say_day(day)}"
