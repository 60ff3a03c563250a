"""Settings as the log records them: dotted keys, no floats, no secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any, get_type_hints

from msgspec import Struct, structs

from pubguard.clock import microseconds
from pubguard.config import AlternativeTime, Config, Gate, Keeper, Keys, Organisation, fit

HIDDEN = "(not recorded)"
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*://)(?:[^/?#]*@)?([^?#]*)(\?[^#]*)?(#.*)?", re.I | re.S)
_VALUE = re.compile(r"=[^&;]*")
SECRET = re.compile(r"passw|secret|token|credential|api_?key|private", re.I)
_ELSEWHERE = re.compile(r"env:|file:")


def settings(config: Config) -> dict[str, Any]:
    """Every setting by dotted key, in order of key, without the file's own path.

    User names, passwords and query values of addresses are left out, and so is what stands
    under a key that sounds like a secret, unless it only says where the secret is kept.
    """
    fields = structs.asdict(config)
    del fields["path"]
    return dict(sorted(_walk("", fields)))


def _walk(where: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Struct):
        value = structs.asdict(value)
        value.update(value.pop("settings", {}))
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _walk(f"{where}.{name}" if where else str(name), inner)
    elif isinstance(value, (list, tuple)) and value and isinstance(value[0], (Struct, Mapping)):
        for number, inner in enumerate(value):
            yield from _walk(f"{where}.{number}", inner)
    else:
        yield where, _plain(where.rpartition(".")[2], value)


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(name, inner) for inner in value]
    if isinstance(value, timedelta):
        return microseconds(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, str):
        return _open(name, str(value))
    fits = isinstance(value, bool) or (isinstance(value, int) and abs(value) < 2**53)
    return value if fits else str(value)


def _open(name: str, text: str) -> str:
    if SECRET.search(name) and not _ELSEWHERE.match(text):
        return HIDDEN
    found = _ADDRESS.fullmatch(text)
    return f"{found[1]}{found[2]}{_VALUE.sub('=', found[3] or '')}" if found else text


def recover(recorded: Mapping[str, Any], path: Path) -> Config:
    """The configuration that rules are made from, out of recorded settings.

    Store, keys, sources and people are left as they are by default: no rule is
    made from them. `path` is the workspace's configuration file.

    Raises:
        ValueError: the settings do not fit this version.
    """
    tree = _tree(recorded)
    gate = dict(tree.get("gate", {}))
    for name, hint in get_type_hints(Gate).items():
        if hint is timedelta and name in gate:
            gate[name] = timedelta(microseconds=gate[name])
    times = tree.get("alternative_time", {})
    times = [times[number] for number in sorted(times, key=int)] if times else []
    return Config(
        path=path,
        plugins=tuple(recorded.get("plugins", ())),
        organisation=fit(tree["organisation"], Organisation),
        gate=fit(gate, Gate),
        store=Keeper(kind="", settings={}),
        keys=Keys(),
        alternative_time=tuple(fit(each, AlternativeTime) for each in times),
        rules=tree.get("rules", {}),
    )


def _tree(recorded: Mapping[str, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for key, value in recorded.items():
        *folders, leaf = key.split(".")
        place = tree
        for folder in folders:
            place = place.setdefault(folder, {})
        place[leaf] = value
    return tree
