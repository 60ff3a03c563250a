"""The release calendar of the Office for National Statistics: ``GET /search/releases``.

`release_date` is RFC 3339 in UTC. `finalised: false` means provisional even
beside an exact time, and `postponed: true` can mean brought forward, so nothing
rests on it. The id is the last segment of `uri`: titles may differ in case only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from pubguard_plugins.calendars.rows import (
    RowRefused,
    collect,
    decode,
    last_segment,
    refuse_cut_off,
    refuse_empty,
    where,
)

from pubguard.clock import parse
from pubguard.hookspecs import Register, hookimpl
from pubguard.model import Release, State
from pubguard.protocols import Document, Read

_OFFSET = re.compile(r"(Z|[+-]\d\d:?\d\d)$", re.IGNORECASE)


class Breakdown(msgspec.Struct):
    """How many releases the question has in all, over all pages."""

    total: int


class Answer(msgspec.Struct):
    """One page of the answer; rows stay raw so that each can be refused alone."""

    releases: list[msgspec.Raw]
    breakdown: Breakdown | None = None


class DateChange(msgspec.Struct):
    """One change of date with the reason that ONS gave."""

    change_notice: str | None = None


class Description(msgspec.Struct):
    """What ONS says of a release. A row that leaves `finalised` out is provisional."""

    title: str
    release_date: str | None = None
    provisional_date: str | None = None
    published: bool = False
    cancelled: bool = False
    finalised: bool = False


class Entry(msgspec.Struct):
    """One release in the answer."""

    uri: str
    description: Description
    date_changes: list[DateChange] | None = None


class Named(msgspec.Struct):
    """The one field that identifies a row."""

    uri: str


class Ons(msgspec.Struct, frozen=True):
    """The format ``ons``. `website` is put before each `uri` to make its address."""

    website: str = "https://www.ons.gov.uk"

    def recognises(self, document: Document) -> bool:
        """True for a JSON object with `releases` that are named by `uri`."""
        body = document.body
        return body.lstrip()[:1] == b"{" and b'"releases"' in body and b'"uri"' in body

    def read(self, documents: Sequence[Document]) -> Read:
        """The releases on all pages.

        Raises:
            SourceError: not JSON, no `releases`, or fewer than `breakdown.total`.
        """
        answers = [(document, decode(document, Answer)) for document in documents]
        total = max((a.breakdown.total for _, a in answers if a.breakdown), default=0)
        came = sum(len(answer.releases) for _, answer in answers)
        refuse_cut_off(documents, came, total)
        refuse_empty(documents, came)
        rows = (
            (where(document, index), row)
            for document, answer in answers
            for index, row in enumerate(answer.releases)
        )
        return collect(rows, self._release, _name)

    def next_page(self, document: Document) -> str | None:
        """The address of the next page, by `offset` and `breakdown.total`."""
        from pubguard_plugins.calendars.paging import parameter, with_parameter

        answer = decode(document, Answer)
        then = parameter(document.place, "offset") + len(answer.releases)
        if not answer.releases or not answer.breakdown or then >= answer.breakdown.total:
            return None
        return with_parameter(document.place, "offset", then)

    def _release(self, row: msgspec.Raw) -> Release:
        entry = msgspec.json.decode(row, type=Entry)
        said = entry.description
        firm = said.finalised or said.published
        notices = [c.change_notice for c in entry.date_changes or () if c.change_notice]
        return Release(
            id=last_segment(entry.uri),
            title=said.title,
            state=_state(said),
            release_at=parse(_with_offset(said.release_date)) if said.release_date else None,
            provisional=None if firm else said.provisional_date or None,
            url=self.website.rstrip("/") + entry.uri,
            reason=notices[-1] if notices else None,
        )


def _state(said: Description) -> State:
    if said.cancelled:
        return State.CANCELLED
    if said.published:
        return State.PUBLISHED
    return State.CONFIRMED if said.finalised else State.PROVISIONAL


def _with_offset(text: str) -> str:
    if not _OFFSET.search(text):
        raise RowRefused(f"release_date {text!r} has no offset, so it could be UTC or London")
    return text


def _name(row: msgspec.Raw) -> str | None:
    try:
        return msgspec.json.decode(row, type=Named).uri.rpartition("/")[2]
    except msgspec.DecodeError:
        return None


@hookimpl
def register_calendars(register: Register) -> None:
    """Offer ``ons``."""
    register("ons", Ons)
