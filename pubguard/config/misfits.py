"""Everything that is wrong with a configuration, in words; imported only when something is."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time, timedelta
from enum import EnumMeta
from typing import Any, get_args, get_origin

import msgspec
from msgspec import Struct

from pubguard import config
from pubguard.clock import duration
from pubguard.config.flatten import secret
from pubguard.config.service import Service
from pubguard.errors import ConfigError, PubguardError

WORDS: dict[Any, str] = {
    bool: "true or false",
    str: "text in double quotes, not empty",
    int: "a whole number",
    date: "a date such as 2026-12-24",
    time: 'a time of day such as "07:00"',
    timedelta: 'a length of time such as "1 min", "2 h" or "14 days"',
    dict: "a table",
}
ONE: dict[str, type[Struct]] = {
    "organisation": config.Organisation,
    "gate": config.Gate,
    "store": config.Keeper,
    "keys": config.Keys,
    "service": Service,
}
MANY: dict[str, type[Struct]] = {
    "people": config.Person,
    "sources": config.Source,
    "notify": config.Notify,
}
REQUIRED = ("plugins", "organisation", "store")


def explain(
    path: str | os.PathLike[str], document: Mapping[str, Any], error: Exception
) -> ConfigError:
    """One error that lists all that is wrong with the document."""
    found = list(_document(document)) or [str(error)]
    count = "one error" if len(found) == 1 else f"{len(found)} errors"
    lines = "".join(f"\n  {line}" for line in found)
    return ConfigError(f"{path} has {count}:{lines}", "Correct them all, then run it again.")


def nearest(name: str, known: Iterable[str], prefix: str = "") -> str:
    """``" Did you mean gate.confirm?"`` for the known name that looks most like `name`, or ""."""
    found = difflib.get_close_matches(name, list(known), 1, 0.6)
    return f" Did you mean {prefix}{found[0]}?" if found else ""


def table(where: str, values: Any, kind: type[Struct]) -> Iterator[str]:
    """What is wrong with one table, key by key."""
    if not isinstance(values, Mapping):
        yield f"{where}: {values!r} is not a table; write [{where}] and its keys below"
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    known = [name for name in fields if name != "settings"]
    for name in values:
        if name not in fields:
            yield f"{where}.{name}: no such setting.{nearest(name, known, where + '.')}"
    for name, field in fields.items():
        if name in values:
            yield from _value(f"{where}.{name}", values[name], field.type)
        elif field.required:
            yield f"{where}.{name}: is missing; give {_words(field.type)}"


def whole(where: str, values: Mapping[str, Any], kind: type[Struct]) -> list[str]:
    """What is wrong with the keys of one table, or else with their combination."""
    found = list(table(where, values, kind))
    if not found:
        try:
            config.fit(values, kind)
        except (PubguardError, ValueError, TypeError) as error:
            found.append(f"{where}.{error}")
    return found


def _document(document: Mapping[str, Any]) -> Iterator[str]:
    known = [name for name in config.Config.__struct_fields__ if name != "file"]
    for name in document:
        if name not in known:
            yield f"{name}: no such setting or table.{nearest(name, known)}"
    for name in REQUIRED:
        if name not in document:
            yield f"{name}: is missing{'' if name == 'plugins' else f'; add a table [{name}]'}"
    if "plugins" in document:
        yield from _value("plugins", document["plugins"], tuple[config.Text, ...])
    for name, kind in ONE.items():
        if name in document:
            yield from whole(name, _opened(document[name], kind), kind)
    for name, kind in MANY.items():
        yield from _each(name, document.get(name, {}), kind)
    yield from _list("alternative_time", document.get("alternative_time", []))
    yield from _value("rules", document.get("rules", {}), dict[str, dict[str, Any]])
    yield from _people(document.get("people", {}))


def _each(name: str, tables: Any, kind: type[Struct]) -> Iterator[str]:
    if not isinstance(tables, Mapping):
        yield f"{name}: {tables!r} is not a table; write [{name}.NAME] and its keys below"
        return
    for key, values in tables.items():
        yield from whole(f"{name}.{key}", _opened(values, kind), kind)


def _list(name: str, tables: Any) -> Iterator[str]:
    if not isinstance(tables, list):
        yield f"{name}: write [[{name}]] with double brackets, once for each"
        return
    for number, values in enumerate(tables, 1):
        yield from whole(f"{name}[{number}]", values, config.AlternativeTime)


def _people(people: Any) -> Iterator[str]:
    from pubguard.people import person

    seen: dict[str, str] = {}
    for name in people if isinstance(people, Mapping) else ():
        try:
            spelling = person(name)
        except PubguardError as error:
            yield f"people: {error.message} {error.remedy}"
            continue
        if spelling in seen:
            yield f"people.{name}: is the same person as {seen[spelling]}; keep one of them"
        seen[spelling] = name


def _opened(values: Any, kind: type[Struct]) -> Any:
    opens = "settings" in kind.__struct_fields__ and isinstance(values, Mapping)
    return config.open_table(values, kind) if opens else values


def _value(where: str, value: Any, wanted: Any) -> Iterator[str]:
    origin = get_origin(wanted)
    if origin is tuple and isinstance(value, list):
        for number, item in enumerate(value, 1):
            yield from _value(f"{where}[{number}]", item, get_args(wanted)[0])
    elif origin is dict and isinstance(value, dict):
        for name, item in value.items():
            yield from _value(f"{where}.{name}", item, get_args(wanted)[1])
    elif not _fits(value, wanted):
        near = nearest(str(value), wanted) if isinstance(wanted, EnumMeta) else ""
        shown = "the value" if secret(where) else repr(value)
        yield f"{where}: {shown} is not {_words(wanted)}.{near}"


def _fits(value: Any, wanted: Any) -> bool:
    readers = {timedelta: duration, time: time.fromisoformat}
    try:
        if isinstance(value, str) and wanted in readers:
            value = readers[wanted](value)
        msgspec.convert(value, wanted, from_attributes=True)
    except (PubguardError, ValueError, TypeError):
        return False
    return True


def _words(wanted: Any) -> str:
    if isinstance(wanted, EnumMeta):
        return "one of " + ", ".join(map(str, wanted))
    if get_origin(wanted) is tuple:
        return f"a list, each of it {_words(get_args(wanted)[0])}"
    plain = getattr(wanted, "__origin__", wanted)
    return WORDS.get(plain, f"a value of the type {getattr(plain, '__name__', plain)}")
