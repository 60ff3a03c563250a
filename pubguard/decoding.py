"""Reads stored JSON into structs, and makes each reader when it is first needed.

Readers are made one at a time: where two threads at once meet a struct that msgspec has
not seen yet, one of them gets half of its description and the process dies of it.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TypeVar

import msgspec

T = TypeVar("T")

_ONE_AT_A_TIME = Lock()


def reader(kind: type[T]) -> Callable[[bytes], T]:
    """Reads that type from JSON; from any number of threads, at any time.

    The function raises what msgspec does: MsgspecError, and UnicodeDecodeError for
    bytes that are no text.
    """
    made: list[Callable[[bytes], T]] = []

    def read(body: bytes) -> T:
        if not made:
            with _ONE_AT_A_TIME:
                made.append(msgspec.json.Decoder(kind).decode)
        return made[0](body)

    return read
