"""The states that the ledger keeps, one struct per stream, and the streams' names."""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from pubguard.decoding import reader
from pubguard.errors import LogCorrupt
from pubguard.holidays import HolidayData
from pubguard.model import Instant, Override, Permit, Point, Record

CONFIG = "config"
RELEASES = "release/"
OVERRIDES = "override/"
PERMITS = "permit/"
SOURCES = "source/"
POINTS = "points"
HOLIDAYS = "holidays"
"""The stream that holds the `HolidayData` in force."""

S = TypeVar("S", bound=Struct)


class Settings(Struct, frozen=True):
    """The settings in force; the state of ``config``."""

    settings: dict[str, Any]
    rules: dict[str, int]


class Source(Struct, frozen=True):
    """When a calendar was last read, and what it was; the state of ``source/NAME``."""

    format: str
    digest: str
    read_at: Instant
    etag: str | None = None


class Confirmation(Struct, frozen=True):
    """The latest challenge for one binding; the state of ``confirm/BINDING``.

    `status` is open, answered, used or ended.
    """

    id: str
    release: str
    actor: str
    door: str
    type_this: str
    expires_at: Instant
    slot: Instant | None = None
    status: str = "open"
    failures: int = 0


class Pointer(Struct, frozen=True):
    """Where a challenge is kept; the state of ``challenge/ID``."""

    binding: str


class Claimed(Struct, frozen=True):
    """The releases that a digest was approved for, the latest last; ``digest/SHA256``."""

    releases: tuple[str, ...]


class Points(Struct, frozen=True):
    """The enforcement points that have been heard of, by name; the state of ``points``."""

    points: dict[str, Point]


class Asked(Struct, frozen=True):
    """A request that was answered, by the digest of what it asked; ``request/KEY``.

    The entry that moved this stream holds the answer.
    """

    body: str


def request_stream(key: str) -> str:
    """The stream that holds a request's `Asked`."""
    return "request/" + key


def release_stream(release: str) -> str:
    """The stream that holds a release's `Record`."""
    return RELEASES + release


def confirm_stream(binding: str) -> str:
    """The stream that holds a binding's `Confirmation`."""
    return "confirm/" + binding


def challenge_stream(challenge: str) -> str:
    """The stream that holds a challenge's `Pointer`."""
    return "challenge/" + challenge


def source_stream(name: str) -> str:
    """The stream that holds a calendar's `Source`."""
    return SOURCES + name


def digest_stream(digest: str) -> str:
    """The stream that holds a digest's `Claimed`."""
    return "digest/" + digest


def override_stream(override: str) -> str:
    """The stream that holds an `Override`."""
    return OVERRIDES + override


def permit_stream(permit: str) -> str:
    """The stream that holds a `Permit`."""
    return PERMITS + permit


def _reader(kind: type[S]) -> Callable[[bytes], S]:
    """Reads that kind of state; a check needs only a few."""
    decode = reader(kind)

    def read(body: bytes) -> S:
        try:
            return decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, TypeError) as error:
            raise LogCorrupt(
                f"A state that the event log keeps cannot be read: {error}.",
                "Run `pubguard log verify` to see what is damaged. Where only states are, "
                "`pubguard log rebuild` makes them again from the entries.",
            ) from error

    return read


read_record = _reader(Record)
read_source = _reader(Source)
read_settings = _reader(Settings)
read_confirmation = _reader(Confirmation)
read_pointer = _reader(Pointer)
read_claimed = _reader(Claimed)
read_override = _reader(Override)
read_permit = _reader(Permit)
read_points = _reader(Points)
read_asked = _reader(Asked)
read_holidays = _reader(HolidayData)
