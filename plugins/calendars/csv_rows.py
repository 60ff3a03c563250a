"""One line of a CSV file as a release; what cannot be read is named by its column."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from pubguard_plugins.calendars.csv import Csv
from pubguard_plugins.calendars.csv_table import Line
from pubguard_plugins.calendars.csv_times import Habit, month_and_year, read_time
from pubguard_plugins.calendars.csv_written import harmless
from pubguard_plugins.calendars.rows import RowRefused, said_state, say_day
from pubguard_plugins.calendars.zones import setting

from pubguard.errors import PubguardError
from pubguard.ids import check_id
from pubguard.model import Release, State

T = TypeVar("T")


class Reader:
    """Reads lines under the settings of one source."""

    def __init__(self, settings: Csv) -> None:
        self._how = Habit(setting(settings.zone), settings.dates)

    def name(self, line: Line) -> str | None:
        """The id that the line gives, whether or not it can be one."""
        return _text(line, "id") if len(line.cells) == len(line.header.cells) else None

    def release(self, line: Line) -> Release:
        """The release that the line announces.

        Raises:
            RowRefused: why it is none, and in which column.
        """
        _refuse_uneven(line)
        state, status = self._state(line)
        release_at, words = _in(line, "release_at", lambda: self._when(line, state))
        if state is None:
            state = State.CONFIRMED if release_at else State.PROVISIONAL
        return Release(
            id=_in(line, "id", lambda: check_id(_text(line, "id") or "")),
            title=_in(line, "title", lambda: _title(line)),
            state=state,
            release_at=release_at,
            provisional=_text(line, "provisional") or words,
            series=_text(line, "series"),
            contact=_text(line, "contact"),
            url=_text(line, "url"),
            reason=_text(line, "reason"),
            status=status,
        )

    def _state(self, line: Line) -> tuple[State | None, str | None]:
        column = "state" if _text(line, "state") else "status"
        return _in(line, column, lambda: said_state(_text(line, "state"), _text(line, "status")))

    def _when(self, line: Line, state: State | None) -> tuple[datetime | None, str | None]:
        text = _text(line, "release_at")
        if text is None:
            return None, None
        open_ = state in (None, State.PROVISIONAL, State.CANCELLED)
        if open_ and month_and_year(text):
            return None, text
        found = read_time(text, self._how)
        if isinstance(found, datetime):
            return found, None
        if not open_:
            raise RowRefused(f"{text!r} is a date without a time")
        return None, say_day(found)


def _refuse_uneven(line: Line) -> None:
    have, wanted = len(line.cells), len(line.header.cells)
    if have < wanted:
        missing = line.header.cells[have].strip()
        counts = f"it has {have} cells and the header {wanted}"
        raise RowRefused(f"{counts}: column {have + 1} ({missing!r}) is missing")
    if have > wanted:
        raise RowRefused(
            f"it has {have} cells and the header {wanted}: column {wanted + 1} "
            f"({line.cells[wanted][:60]!r}) has no header; put a cell with a delimiter into quotes"
        )


def _text(line: Line, column: str) -> str | None:
    index = line.header.at.get(column)
    if index is None:
        return None
    return harmless(line.cells[index].strip()) or None


def _title(line: Line) -> str:
    title = _text(line, "title")
    if title is None:
        raise RowRefused("it is empty")
    return title


def _in(line: Line, column: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except RowRefused as error:
        raise RowRefused(f"{line.header.call(column)}: {error}") from error
    except PubguardError as error:
        reason = f"{error.message} {error.remedy}".strip()
        raise RowRefused(f"{line.header.call(column)}: {reason}") from error
