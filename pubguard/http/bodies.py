"""Reads the JSON body of a request, and refuses whatever two readers could read differently."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping
from functools import cache
from typing import Any, TypeVar, cast

import msgspec

from pubguard.decoding import reader
from pubguard.http.problems import Problem

LARGEST = 1_048_576
"""Bytes of a body."""
DEEPEST = 32
"""Objects and lists within each other."""
_REMEDY = "Send one JSON document as /openapi.json describes it."

Reader = Callable[[bytes], Any]
T = TypeVar("T")


@cache
def parser(kind: Hashable) -> Reader:
    """Reads a body of that type.

    The function raises Problem (400): no UTF-8, no JSON, too deep, a name twice in one
    object, an unknown name, or a value that does not fit.
    """
    read: Reader = reader(cast("type[Any]", kind))

    def parse(body: bytes) -> Any:
        try:
            text = body.decode()
        except UnicodeDecodeError as error:
            raise Problem(400, "The body is not UTF-8 text.", _REMEDY) from error
        if text.count("[") + text.count("{") > DEEPEST and _depth(text) > DEEPEST:
            raise Problem(400, f"The body is more than {DEEPEST} levels deep.", _REMEDY)
        try:
            found = read(body)
            json.loads(text, object_pairs_hook=_once_each)
        except _Twice as error:
            raise Problem(400, f"The body names {error.args[0]!a} twice.", _REMEDY) from error
        except msgspec.ValidationError as error:
            raise Problem(400, f"The body does not fit: {error}.", _REMEDY) from error
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise Problem(400, "The body is not JSON.", _REMEDY) from error
        return found

    return parse


def convert(values: Mapping[str, Any], kind: type[T]) -> T:
    """The struct with these values, which were read from a body already.

    Raises:
        Problem: 400, one of them does not fit.
    """
    return cast("T", parser(cast("Hashable", kind))(msgspec.json.encode(values)))


class _Twice(Exception):
    pass


def _once_each(pairs: list[tuple[str, Any]]) -> None:
    """No name twice: a filter in front may have read the first, and we the last."""
    names = {name for name, _ in pairs}
    if len(names) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise _Twice(name[:60])
            seen.add(name)


def _depth(text: str) -> int:
    """How deep it goes at most; brackets within strings do not count."""
    deepest = depth = 0
    within = escaped = False
    for character in text:
        if within:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                within = False
        elif character == '"':
            within = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest
