"""GOV.UK statistics announcements: Content API documents and Search API results.

The id is the last segment of `base_path` (`link` in search results): announcements
share content_ids. `display_date` has no zone and means London; one that is not an
exact time is provisional words. An announcement that became a redirect to its
publication is published. `release_timestamp` stands beside provisional
dates too, so it counts only where the state is confirmed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

import msgspec
from pubguard_plugins.calendars.rows import collect, decode, refuse_cut_off, refuse_empty, where

from pubguard.errors import PubguardError
from pubguard.hookspecs import Register, hookimpl
from pubguard.model import Release
from pubguard.protocols import Document, Read, Replaced


class Search(msgspec.Struct):
    """One page of the Search API's answer."""

    results: list[msgspec.Raw]
    total: int
    start: int = 0


class Shape(msgspec.Struct):
    """The fields that tell the two kinds of document apart."""

    results: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    schema_name: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    base_path: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class Row(msgspec.Struct):
    """One announcement or search result, not yet read."""

    body: msgspec.Raw
    searched: bool


class Govuk(msgspec.Struct, frozen=True):
    """The format ``govuk``. `website` is put before each path to make its address."""

    website: str = "https://www.gov.uk"

    def recognises(self, document: Document) -> bool:
        """True for JSON with `schema_name` and `base_path`, or with search `results`."""
        body = document.body
        if body.lstrip()[:1] not in (b"{", b"["):
            return False
        searched = b'"results"' in body and b'"link"' in body
        return searched or (b'"schema_name"' in body and b'"base_path"' in body)

    def read(self, documents: Sequence[Document]) -> Read:
        """The announcements in the documents; everything else is refused by name.

        Only search results can be a whole list.

        Raises:
            SourceError: not JSON, or fewer search results than `total`.
        """
        rows: list[tuple[str, Row]] = []
        total, searched = 0, 0
        for document in documents:
            if page := _page(document):
                total = max(total, page.total)
                searched += len(page.results)
            bodies = page.results if page else _contents(document)
            rows.extend((where(document, i), Row(b, bool(page))) for i, b in enumerate(bodies))
        refuse_cut_off(documents, searched, total)
        refuse_empty(documents, len(rows))
        replaced = dict(self._replaced(rows))
        others = [row for row in rows if row[0] not in replaced]
        read = collect(others, self._release, _name, whole=searched == len(rows))
        return msgspec.structs.replace(read, replaced=tuple(replaced.values()))

    def next_page(self, document: Document) -> str | None:
        """The address of the next page of search results, by `start` and `total`."""
        page = _page(document)
        if page is None or not page.results:
            return None
        then = page.start + len(page.results)
        if then >= page.total:
            return None
        from pubguard_plugins.calendars.paging import with_parameter

        return with_parameter(document.place, "start", then)

    def _replaced(self, rows: Iterable[tuple[str, Row]]) -> Iterator[tuple[str, Replaced]]:
        """Announcements that became redirects to their publication, by where they stand."""
        from pubguard_plugins.calendars.govuk_rows import publication

        for place, row in rows:
            if row.searched or b"redirect" not in bytes(row.body):
                continue
            with suppress(PubguardError, msgspec.DecodeError):
                if found := publication(row.body, self.website.rstrip("/")):
                    yield place, Replaced(*found, place)

    def _release(self, row: Row) -> Release:
        from pubguard_plugins.calendars.govuk_rows import announced, found

        return (found if row.searched else announced)(row.body, self.website.rstrip("/"))


def _page(document: Document) -> Search | None:
    if document.body.lstrip()[:1] == b"[":
        return None
    shape = decode(document, Shape)
    return decode(document, Search) if shape.results is not msgspec.UNSET else None


def _contents(document: Document) -> Iterator[msgspec.Raw]:
    if document.body.lstrip()[:1] == b"[":
        yield from decode(document, list[msgspec.Raw])
        return
    yield decode(document, msgspec.Raw)


def _name(row: Row) -> str | None:
    try:
        from pubguard_plugins.calendars.govuk_rows import Named

        named = msgspec.json.decode(row.body, type=Named)
    except msgspec.DecodeError:
        return None
    path = named.base_path or named.link
    return path.rpartition("/")[2] if path else None


@hookimpl
def register_calendars(register: Register) -> None:
    """Offer ``govuk``."""
    register("govuk", Govuk)
