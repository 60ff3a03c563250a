"""What an event is, and what every kind of its data shares."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from msgspec import Struct


class Data(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What every kind shares: its name in the log."""

    kind: ClassVar[str]


class Event(Struct, frozen=True, kw_only=True):
    """Something that happened, before it has a place in the log.

    `data` is one of the structs above; `sealed` holds the personal and free
    text that is kept beside the log, by name.
    """

    at: datetime
    data: Data
    release: str | None = None
    actor: str | None = None
    identity: str | None = None
    via: str | None = None
    sealed: Mapping[str, str] = {}
