"""Our own release calendar: TOML with a ``[[release]]`` table for each release.

Local times are London's. A release that gives neither `state` nor `status` is
confirmed if it has a time, and provisional if it has words instead. `status` may
say the state in its place, or what kind of statistics these are.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from pubguard_plugins.calendars.rows import (
    RowRefused,
    collect,
    refuse_empty,
    said_state,
    say_day,
    where,
)

from pubguard.clock import from_wall, parse
from pubguard.errors import SourceError
from pubguard.hookspecs import Register, hookimpl
from pubguard.ids import check_id, nearest
from pubguard.model import Output, Release, State
from pubguard.protocols import Document, Read, Refusal

LARGEST = 8_000_000
"""Bytes that a TOML calendar may have: the parser reads about 3 MB a second."""

_HEADER = re.compile(rb"^[ \t]*\[\[[ \t]*release[ \t]*\]\]", re.MULTILINE)
_KEYS = frozenset(f.name for f in msgspec.structs.fields(Release)) - {"outputs"} | {"output"}


class Toml(msgspec.Struct, frozen=True):
    """The format ``toml``. It has no settings."""

    def recognises(self, document: Document) -> bool:
        """True if a line of the document opens a ``[[release]]``."""
        return _HEADER.search(document.body) is not None

    def read(self, documents: Sequence[Document]) -> Read:
        """The releases in the documents, in their order.

        Raises:
            SourceError: not TOML, too large, or without any ``[[release]]``.
        """
        rows: list[tuple[str, Any]] = []
        strangers: list[Refusal] = []
        for document in documents:
            content = _parse(document)
            tables = content.pop("release", [])
            if not isinstance(tables, list):
                message = f"{document.place} has a [release]; each release is a [[release]]."
                raise SourceError(message, "Write the name in double brackets.")
            rows.extend((where(document, index), table) for index, table in enumerate(tables))
            strangers.extend(_stranger(document, key) for key in content)
        refuse_empty(documents, len(rows))
        read = collect(rows, _release, _name)
        return msgspec.structs.replace(read, refused=(*read.refused, *strangers))

    def next_page(self, document: Document) -> str | None:  # noqa: ARG002
        """None: a TOML calendar is one page."""
        return None


def _parse(document: Document) -> dict[str, Any]:
    if len(document.body) > LARGEST:
        message = f"{document.place} has {len(document.body):,} bytes; TOML may have {LARGEST:,}."
        raise SourceError(message, "Split the calendar into several files in a folder.")
    try:
        return tomllib.loads(document.body.decode())
    except (ValueError, RecursionError) as error:
        message = f"{document.place} is cut off or not TOML: {error}."
        raise SourceError(message, "Put that line right; nothing was changed.") from error


def _stranger(document: Document, key: str) -> Refusal:
    reason = f"{key[:60]!r} means nothing here; a release is written [[release]]"
    return Refusal(f"{document.place}: {key[:60]!r}", reason, "")


def _release(table: Any) -> Release:
    if not isinstance(table, dict):
        raise RowRefused("it is no table")
    for key in table:
        if key not in _KEYS:
            raise RowRefused(f"it has an unknown key {key[:60]!r}{_meant(key, _KEYS)}")
    state, status = _state(table)
    release_at, words = _when(table.get("release_at"), state)
    fields = {key: _text(table, key) for key in ("series", "contact", "url", "reason")}
    return Release(
        id=check_id(_text(table, "id") or ""),
        title=_text(table, "title") or "",
        state=state,
        release_at=release_at,
        provisional=_text(table, "provisional") or words,
        outputs=_outputs(table.get("output", [])),
        status=status,
        **fields,
    )


def _text(table: Mapping[str, Any], key: str) -> str | None:
    value = table.get(key)
    if value is None or isinstance(value, str):
        return value
    raise RowRefused(f"{key} must be text, not {value!r}"[:200])


def _state(table: Mapping[str, Any]) -> tuple[State, str | None]:
    state, status = said_state(_text(table, "state"), _text(table, "status"))
    if state is None:
        state = State.CONFIRMED if "release_at" in table else State.PROVISIONAL
    return state, status


def _when(value: Any, state: State) -> tuple[datetime | None, str | None]:
    if value is None:
        return None, None
    day = _day(value)
    if day is not None:
        if state is State.PROVISIONAL:
            return None, say_day(day)
        raise RowRefused(f"release_at {day.isoformat()} is a date without a time")
    if isinstance(value, str):
        return parse(value), None
    if not isinstance(value, datetime):
        raise RowRefused(f"release_at must be a date and a time, not {value!r}"[:200])
    if value.tzinfo is None:
        return from_wall(value), None
    return parse(value.isoformat()), None


def _day(value: Any) -> date | None:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            return None
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def _outputs(tables: Any) -> tuple[Output, ...]:
    if not isinstance(tables, list):
        raise RowRefused("its outputs are written [[release.output]]")
    return tuple(msgspec.convert(table, Output) for table in tables)


def _name(table: Any) -> str | None:
    name = table.get("id") if isinstance(table, dict) else None
    return name if isinstance(name, str) else None


def _meant(key: str, known: frozenset[str]) -> str:
    near = nearest(key, sorted(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


@hookimpl
def register_calendars(register: Register) -> None:
    """Offer ``toml``."""
    register("toml", Toml)
