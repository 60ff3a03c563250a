"""Entries as bytes: canonical JSON, byte for byte what RFC 8785 prescribes.

An entry has all of its ten keys, null where there is nothing: actor, at, data,
identity, index, kind, release, schema, sealed, via. `at` is `clock.stamp`'s form
with six decimals. A time inside `data` is RFC 3339 in UTC with a ``Z``, and has
six decimals only where it has a fraction of a second. No floats, no integers of
2^53 or more, no lone surrogates.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec import Raw, Struct

from pubguard.clock import stamp
from pubguard.decoding import reader
from pubguard.errors import LogCorrupt, UsageError
from pubguard.events import KINDS, Data, Event
from pubguard.log.sealed import Sealed, seal
from pubguard.model import Instant

SCHEMA = 1
"""The version of the format that this code writes, and the newest that it reads."""

_LIMIT = 2**53
_encode = msgspec.json.Encoder(order="sorted").encode
_MARKS = (b".0", b":0e", b",0e", b"[0e", b"-0e", b"0" * 16, b'+00:00"', b'-00:00"')
_ZEROES = bytes(0x30 if 0x30 <= byte <= 0x39 else byte for byte in range(256))


E = TypeVar("E", "Entry", "Header")


class Prepared(NamedTuple):
    """An entry that only lacks its index, and the values that stay beside it."""

    head: bytes
    tail: bytes
    release: str | None
    sealed: tuple[Sealed, ...]

    def at(self, index: int) -> bytes:
        """The entry's bytes at that place in the log."""
        return b"%b%d%b" % (self.head, index, self.tail)


class Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry as it was read back; `sealed` holds hex digests by name."""

    actor: str | None
    at: Instant
    data: Raw
    identity: str | None
    index: int
    kind: str
    release: str | None
    schema: int
    sealed: dict[str, str]
    via: str | None

    def event(self, values: Mapping[str, str] | None = None) -> Event:
        """The event, its data typed; `values` are the sealed values, where they are known.

        Raises:
            LogCorrupt: this version knows no such kind, or the data is not of it.
        """
        try:
            data = _data(self.kind)(self.data)
        except (KeyError, msgspec.MsgspecError) as error:
            raise LogCorrupt(
                f"Entry {self.index} is a {self.kind!r} that cannot be read: {error}.",
                "If a newer pubguard wrote this log, use that one to read it.",
            ) from error
        return Event(
            at=self.at,
            data=data,
            release=self.release,
            actor=self.actor,
            identity=self.identity,
            via=self.via,
            sealed=values or {},
        )


class Glance(Struct, frozen=True, gc=False):
    """The fields of data by which a decision's effect shows; None where there is no such field."""

    action: Any = None
    confirmation: Any = None
    decision: Any = None
    once: Any = None


class Header(Struct, frozen=True, gc=False):
    """The little that verification needs of every entry."""

    data: Glance
    index: int
    kind: str
    release: str | None
    schema: int
    sealed: dict[str, str]


def prepare(event: Event) -> Prepared:
    """Encode everything but the index, which is only known when it is stored.

    Raises:
        UsageError: a value that canonical JSON cannot hold.
    """
    try:
        sealed = tuple(seal(value) for value in event.sealed.values())
        digests = {name: each.digest.hex() for name, each in zip(event.sealed, sealed, strict=True)}
        data = _encode(event.data)
        if _suspect(data):
            _walk_floats(data)
            _refuse(msgspec.to_builtins(event.data, builtin_types=(datetime,)))
        head = b'{"actor":%b,"at":"%b","data":%b,"identity":%b,"index":' % (
            _encode(event.actor),
            stamp(event.at).encode(),
            data,
            _encode(event.identity),
        )
        tail = b',"kind":"%b","release":%b,"schema":%d,"sealed":%b,"via":%b}' % (
            event.data.kind.encode(),
            _encode(event.release),
            SCHEMA,
            _encode(digests),
            _encode(event.via),
        )
    except (UnicodeEncodeError, OverflowError, TypeError, msgspec.DecodeError) as error:
        raise _unwritable(str(error)) from error
    return Prepared(head, tail, event.release, sealed)


def decode(body: bytes) -> Entry:
    """An entry from its bytes.

    Raises:
        LogCorrupt: not an entry, or one of a newer format.
    """
    return _readable(_decode_entry, body)


def decode_header(body: bytes) -> Header:
    """An entry's header from its bytes, at a third of the price.

    Raises:
        LogCorrupt: not an entry, or one of a newer format.
    """
    return _readable(_decode_header, body)


_walk_floats = msgspec.json.Decoder(float_hook=lambda text: _float(text)).decode
_decode_entry = msgspec.json.Decoder(Entry).decode
_decode_header = msgspec.json.Decoder(Header).decode


def _readable(decoder: Callable[[bytes], E], body: bytes) -> E:
    try:
        entry = decoder(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, TypeError) as error:
        raise LogCorrupt(
            f"The bytes are not an entry: {error}.",
            "Run `pubguard log verify` to see where the log is damaged.",
        ) from error
    if entry.schema > SCHEMA:
        raise LogCorrupt(
            f"Entry {entry.index} has format {entry.schema}; this pubguard reads up to {SCHEMA}.",
            "Use the newer pubguard that wrote it.",
        )
    return entry


@cache
def _data(kind: str) -> Callable[[Raw], Data]:
    return reader(KINDS[kind])


def _suspect(data: bytes) -> bool:
    """True if the bytes might hold what canonical JSON must not; cheap, and never too lenient.

    Suspicious are a decimal point outside the fraction of a second, an exponent,
    sixteen digits in a row, a time with an offset, and anything that is not ASCII
    (beyond U+FFFF, UTF-16 would sort names in another order).
    """
    if not data.isascii():
        return True
    zeroes = data.translate(_ZEROES).replace(b'.000000Z"', b"")
    return any(mark in zeroes for mark in _MARKS)


def _refuse(value: Any) -> None:
    """Look at every value, now that something in the bytes was suspicious."""
    match value:
        case int() if abs(value) >= _LIMIT:
            raise _unwritable(f"{value} is beyond 2^53")
        case datetime() if value.utcoffset() != timedelta():
            raise _unwritable(f"the time {value.isoformat()} is not in UTC")
        case dict():
            for key, inner in value.items():
                if max(key, default="") > "\uffff":
                    raise _unwritable(f"the name {key!r} has a character beyond U+FFFF")
                _refuse(inner)
        case list() | tuple():
            for inner in value:
                _refuse(inner)


def _float(text: str) -> Any:
    raise _unwritable(f"{text} is not a whole number")


def _unwritable(why: str) -> UsageError:
    return UsageError(
        f"The event log cannot hold this value: {why}.",
        "Use whole numbers, plain text and times in UTC.",
    )
