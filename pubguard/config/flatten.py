"""Settings as the log records them: dotted keys, no floats, no secrets."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from typing import Any, get_type_hints

from msgspec import Struct, structs

from pubguard.clock import microseconds
from pubguard.config import AlternativeTime, Config, Gate, Keeper, Keys, Organisation, fit

HIDDEN = "(not recorded)"
_SECRETS = ("passw", "secret", "token", "credential", "api_key", "apikey", "private")


def secret(name: str) -> bool:
    """True for a key whose value is probably a secret."""
    name = name.lower()
    return any(word in name for word in _SECRETS)


def settings(config: Config) -> dict[str, Any]:
    """Every setting by dotted key, in order of key, without the file's own path.

    User names, passwords and query values of addresses are left out, and so is what stands
    under a key that sounds like a secret, unless it only says where the secret is kept. Of
    people only ids and roles are recorded, and of notifiers no address: of a web address
    only its host.
    """
    fields = structs.asdict(config)
    del fields["file"]
    fields["people"] = {name: {"roles": each.roles} for name, each in config.people.items()}
    fields["notify"] = {
        name: {"kind": each.kind, **{key: _unaddressed(v) for key, v in each.settings.items()}}
        for name, each in config.notify.items()
    }
    return dict(sorted(_walk("", fields)))


def _unaddressed(value: Any) -> Any:
    """A notifier's setting without what says where a person or a channel is reached."""
    if isinstance(value, Mapping):
        return {name: _unaddressed(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_unaddressed(inner) for inner in value]
    if isinstance(value, str) and "://" in value:  # the path of a webhook is a secret
        scheme, _, rest = value.partition("://")
        return f"{scheme}://{rest.partition('/')[0].partition('?')[0].rpartition('@')[2]}"
    return HIDDEN if isinstance(value, str) and "@" in value else value


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
    if secret(name) and not text.startswith(("env:", "file:")):
        return HIDDEN
    return _without_credentials(text) if "://" in text else text


def _without_credentials(address: str) -> str:
    address = address.partition("#")[0]
    place, mark, query = address.partition("?")
    scheme, _, rest = place.partition("://")
    host, slash, path = rest.partition("/")
    names = "&".join(f"{part.partition('=')[0]}=" for part in query.split("&"))
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}{mark}{names if mark else ''}"


def recover(recorded: Mapping[str, Any], path: str | os.PathLike[str]) -> Config:
    """The configuration that rules are made from, out of recorded settings.

    Store, keys, sources, people and notifiers are left as they are by default: no rule
    is made from them, and deciding again tells nobody. `path` is the workspace's
    configuration file.

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
        file=os.fspath(path),
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
