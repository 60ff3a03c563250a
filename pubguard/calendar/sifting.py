"""Takes apart what a source said: rows that may enter, rows that are refused, what is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC
from itertools import islice

from msgspec import Struct, structs

from pubguard.calendar.vetting import faults
from pubguard.model import Record, Release
from pubguard.protocols import Read, Refusal

_OTHERS = 5
"""Places that a refusal names where an id stands again."""


class Sifted(Struct, frozen=True):
    """The rows that may enter, the refused ones, and the ids that the source names at all."""

    rows: tuple[Release, ...]
    refused: tuple[Refusal, ...]
    present: frozenset[str]
    whole: bool

    def gone(self, records: Mapping[str, Record], source: str) -> Iterator[Record]:
        """The source's releases that it no longer names.

        None where that cannot be known: the source is no full list, or a row of it
        could not even be identified.
        """
        if not self.whole or not self.rows or any(r.id is None for r in self.refused):
            return
        for release, record in records.items():
            if record.source == source and not record.gone and release not in self.present:
                yield record


def sift(read: Read, records: Mapping[str, Record], source: str) -> Sifted:
    """Refuse what cannot be a release, ids that stand twice, and ids of other sources.

    Ids are never merged: of two rows with one id neither enters.
    """
    places = read.places if len(read.places) == len(read.releases) else ()
    standing: dict[str, list[str]] = {}
    named: list[tuple[str, Release]] = []
    for index, release in enumerate(read.releases):
        place = places[index] if places else f"row {index + 1} (index {index})"
        standing.setdefault(release.id, []).append(place)
        named.append((place, release))
    rows: list[Release] = []
    refused = list(read.refused)
    for place, release in named:
        others = list(islice((p for p in standing[release.id] if p != place), _OTHERS))
        reason = _reason(release, others, records.get(release.id), source)
        if reason:
            refused.append(Refusal(place, reason, release.id))
        else:
            rows.append(_in_utc(release))
    present = {r.id for r in refused if r.id} | {row.id for row in rows}
    return Sifted(tuple(rows), tuple(refused), frozenset(present), read.whole)


def clash(record: Record, source: str) -> str:
    """Why an id that another source announced is not taken from this one."""
    return (
        f"Its id {record.release.id!r} is already announced by {record.source!r}, "
        f"as {record.release.title[:200]!r}; this is {source!r}. "
        "Nothing is merged: keep the release in one of the two."
    )


def _reason(release: Release, others: list[str], record: Record | None, source: str) -> str | None:
    found = " ".join(faults(release))
    if found:
        return found
    if others:
        return f"Its id {release.id!r} stands in {' and '.join(others)} as well."
    if record is not None and record.source != source:
        return clash(record, source)
    return None


def _in_utc(release: Release) -> Release:
    """A format may give another zone; one instant must not look like two."""
    slot = release.release_at
    if slot is None or slot.tzinfo is UTC:
        return release
    return structs.replace(release, release_at=slot.astimezone(UTC))
