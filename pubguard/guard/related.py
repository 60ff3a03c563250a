"""What else the log knows that bears on one attempt: twins, other claims, overrides.

Each takes `look`, which gives the present state of a stream, so that a recorded
check is decided again from the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from pubguard.ledger import (
    POINTS,
    Look,
    digest_stream,
    override_stream,
    read_claimed,
    read_override,
    read_points,
    read_record,
    read_source,
    release_stream,
    slot_of,
    source_stream,
)
from pubguard.model import Action, Attempt, Override, Point, Record, State
from pubguard.overriding import covers

CONTENT = frozenset({Action.APPROVE, Action.SCHEDULE, Action.PUBLISH, Action.REVISE, Action.UPLOAD})
"""Actions of which the digests are held against other releases' approvals."""
WATCHED = frozenset({Action.APPROVE, Action.SCHEDULE, Action.PUBLISH})
"""Actions whose answer says how the enforcement points are."""
WATCH = timedelta(hours=1)
"""How long before a slot the enforcement points have to be there."""
OVER = frozenset({State.PUBLISHED, State.CANCELLED})


def pointed_to(attempt: Attempt, record: Record | None, look: Look) -> tuple[str, ...]:
    """The streams that the rest of this module looks at, beside the attempt's own."""
    others = {name for digest in digests_of(attempt) for name in claimants(digest, look)}
    names = [release_stream(name) for name in sorted(others - {attempt.release})]
    if record is not None:
        names += [release_stream(name) for name in record.same if name not in others]
        names += [override_stream(name) for name in record.overrides]
        names.append(source_stream(record.source))
    if _watching(attempt, record):
        names.append(POINTS)
    return tuple(names)


def digests_of(attempt: Attempt) -> frozenset[str]:
    """The digests that are held against other releases' approvals."""
    return frozenset(attempt.digests.values() if attempt.action in CONTENT else ())


def read_at(record: Record | None, look: Look) -> datetime | None:
    """When the release's calendar was last read, UTC."""
    body = look(source_stream(record.source)) if record else None
    return read_source(body).read_at if body else None


def twins_of(record: Record | None, look: Look) -> tuple[Record, ...]:
    """The records of this very release under other ids."""
    return tuple(_records(record.same, look)) if record else ()


def claims_of(attempt: Attempt, record: Record | None, look: Look) -> tuple[tuple[str, str], ...]:
    """Each output whose digest was approved for another release that is not out, with that id."""
    if attempt.action not in CONTENT:
        return ()
    mine = {attempt.release, *(record.same if record else ())}
    return tuple(
        (output, other.release.id)
        for output, digest in attempt.digests.items()
        for other in _records(claimants(digest, look), look)
        if other.release.id not in mine and _holds(other, digest)
    )


def claimants(digest: str, look: Look) -> tuple[str, ...]:
    """The releases that the digest was ever approved for, the latest ones."""
    body = look(digest_stream(digest))
    return read_claimed(body).releases if body else ()


def override_of(attempt: Attempt, record: Record | None, look: Look) -> Override | None:
    """The override that covers this very attempt, the latest if there are several."""
    if record is None:
        return None
    announced = slot_of(record.release)
    for name in reversed(record.overrides):
        body = look(override_stream(name))
        if body and covers(found := read_override(body), attempt, announced):
            return found
    return None


def points_of(attempt: Attempt, record: Record | None, look: Look) -> tuple[Point, ...]:
    """The enforcement points, if they are to be looked at for this attempt."""
    body = look(POINTS) if _watching(attempt, record) else None
    return tuple(read_points(body).points.values()) if body else ()


def _watching(attempt: Attempt, record: Record | None) -> bool:
    slot = record.release.release_at if record else None
    return slot is not None and attempt.action in WATCHED and slot - WATCH <= attempt.at


def _records(names: tuple[str, ...], look: Look) -> Iterator[Record]:
    for name in names:
        if body := look(release_stream(name)):
            yield read_record(body)


def _holds(other: Record, digest: str) -> bool:
    """True while the other release is to come out with that content."""
    if other.published or other.release.state in OVER:
        return False
    held = (other.approval, other.armed)
    return any(each is not None and digest in each.digests.values() for each in held)
