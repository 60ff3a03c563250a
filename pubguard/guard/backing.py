"""What stands behind the word that something was published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec import Struct

from pubguard.model import Permit, Record, State


class Known(Struct, frozen=True):
    """What the log knows: the release, and the permit that somebody says it went out under."""

    record: Record | None
    permit: Permit | None = None


def is_backed(digests: Mapping[str, str], known: Known, happened: datetime) -> bool:
    """True if an allowed publish, an arming whose slot had come, or a permit covers it.

    What somebody says happened before the slot was early: only an override covers that.

    Args:
        digests: what was published, by output.
        known: what the log knows.
        happened: when, UTC; never later than now.
    """
    record = known.record
    if record is None:
        return False
    let_out = (each.digests for each in record.excepted if each.since <= happened)
    if any(within(digests, allowed) for allowed in let_out):
        return True
    if known.permit is not None and _permitted(digests, known.permit, record, happened):
        return True
    slot = record.release.release_at
    if record.release.state is State.CANCELLED or (slot is not None and happened < slot):
        return False
    if any(within(digests, allowed) for allowed in record.going):
        return True
    armed = record.armed
    return armed is not None and happened >= armed.slot and within(digests, armed.digests)


def _permitted(
    digests: Mapping[str, str], permit: Permit, record: Record, happened: datetime
) -> bool:
    """A point that was cut off knows no later move: it went by what it held."""
    revoked = permit.revoked_at is not None and permit.revoked_at <= happened
    in_time = permit.slot <= happened < permit.expires_at
    mine = permit.release == record.release.id
    return mine and in_time and not revoked and within(digests, permit.digests)


def within(said: Mapping[str, str], allowed: Mapping[str, str]) -> bool:
    """True if everything that was said is among what was allowed."""
    return all(allowed.get(output) == digest for output, digest in said.items())


class _Payload(Struct):
    jti: str = ""


def permit_id(text: str | None) -> str:
    """The id in what a caller gave as a permit: the id itself, or a whole token.

    Nothing is verified here: the log knows which permits there are.
    """
    if not text or not text.isascii():
        return ""
    if text.count(".") != 2:
        return text[:200]
    from base64 import urlsafe_b64decode

    body = text.split(".")[1]
    try:
        return msgspec.json.decode(
            urlsafe_b64decode(body + "=" * (-len(body) % 4)), type=_Payload
        ).jti
    except (ValueError, msgspec.MsgspecError):
        return ""
