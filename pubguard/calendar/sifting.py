"""Takes apart what a source said: rows that may enter, rows that are refused, what is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice

from msgspec import Struct, structs

from pubguard.calendar.vetting import faults
from pubguard.clock import say
from pubguard.model import Record, Release, State
from pubguard.protocols import Read, Refusal, Replaced

_OTHERS = 5
"""Places that a refusal names where an id stands again."""

_LOOK = "See at once whether it is public already; if so, take it down and tell the lead official."


class Sifted(Struct, frozen=True):
    """The rows that may enter, the refused ones, and the ids that the source names at all."""

    rows: tuple[Release, ...]
    refused: tuple[Refusal, ...]
    present: frozenset[str]
    whole: bool
    replaced: tuple[Replaced, ...] = ()

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


def sift(read: Read, records: Mapping[str, Record], source: str, now: datetime) -> Sifted:
    """Refuse what cannot be a release, ids that stand twice, and ids of other sources.

    Ids are never merged: of two rows with one id neither enters. A publication that
    stands where its announcement did before the announced time is refused, loudly, and
    so is a release that is said to be published before it.
    """
    places = read.places if len(read.places) == len(read.releases) else ()
    standing: dict[str, list[int]] = {}
    named: list[tuple[str, Release]] = []
    for index, release in enumerate(read.releases):
        place = places[index] if places else f"row {index + 1} (index {index})"
        standing.setdefault(release.id, []).append(index)
        named.append((place, release))
    rows: list[Release] = []
    refused = list(read.refused)
    for index, (place, release) in enumerate(named):
        same = (named[other][0] for other in standing[release.id] if other != index)
        others = list(islice(same, _OTHERS))
        record = records.get(release.id)
        reason = _reason(release, others, record, source) or _too_soon(release, record, now)
        if reason:
            refused.append(Refusal(place, reason, release.id))
        else:
            rows.append(_in_utc(release))
    replaced = []
    for found in read.replaced:
        if reason := _unexpected(found, records.get(found.id), source, now):
            refused.append(Refusal(found.where, reason, found.id))
        else:
            replaced.append(found)
    named_ids = {row.id for row in rows} | {found.id for found in replaced}
    present = {r.id for r in refused if r.id} | named_ids
    return Sifted(tuple(rows), tuple(refused), frozenset(present), read.whole, tuple(replaced))


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


def _too_soon(release: Release, record: Record | None, now: datetime) -> str | None:
    """Why a source's word that it is out is not taken; an override may have let it out."""
    slot = release.release_at
    if release.state is not State.PUBLISHED or slot is None or slot <= now:
        return None
    if record is not None and record.published:
        return None
    return (
        f"It is said to be published, but it is announced for {say(slot)}. {_LOOK} If it is not, "
        "have its state corrected in its calendar."
    )


def _unexpected(found: Replaced, record: Record | None, source: str, now: datetime) -> str | None:
    """Why a publication in an announcement's place is not simply taken for published."""
    where = f"Its announcement has become a redirect to {found.url[:200]!r}"
    if record is None:
        return f"{where}, and no announcement of {found.id!r} was ever read."
    if record.source != source:
        return clash(record, source)
    release = record.release
    if release.state is State.PUBLISHED:
        return None
    if release.state is not State.CONFIRMED or not record.agreed or release.release_at is None:
        return f"{where}, but its date was never confirmed: see what is public there."
    if now < release.release_at:
        return f"{where}, but it is announced for {say(release.release_at)}. {_LOOK}"
    return None


def _in_utc(release: Release) -> Release:
    """A format may give another zone; one instant must not look like two."""
    slot = release.release_at
    if slot is None or slot.tzinfo is UTC:
        return release
    return structs.replace(release, release_at=slot.astimezone(UTC))
