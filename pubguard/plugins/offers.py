"""What plugins register: checked when it comes in, and built from its settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from msgspec import Struct

from pubguard import config, protocols
from pubguard.errors import ConfigError, PluginError, PubguardError

PROTOCOLS: dict[str, type[Any]] = {
    "rules": protocols.Rule,
    "facts": protocols.FactSource,
    "calendars": protocols.Calendar,
    "stores": protocols.Store,
    "notifiers": protocols.Notifier,
}
"""What a thing of each kind must be able to do."""
_MEMBERS = {
    kind: {
        member
        for part in wanted.__mro__[: wanted.__mro__.index(Protocol)]
        for member in (*vars(part), *part.__annotations__)
        if member[0] != "_"
    }
    for kind, wanted in PROTOCOLS.items()
}


class Offer(Struct, frozen=True):
    """Something that a plugin registered: its name, its factory, and who offers it."""

    name: str
    factory: type[Any]
    plugin: str


def collector(kind: str, plugin: str, found: dict[str, Offer]) -> Callable[[str, Any], None]:
    """The `register` that one plugin is handed; what it offers lands in `found`."""

    def register(name: str, factory: Any) -> None:
        problem = _problem(kind, name, factory)
        if problem:
            raise PluginError(
                f"The plugin {plugin} offers {name!r} among its {kind}, {problem}.",
                "Repair the plugin, or take it out of pubguard.toml.",
            )
        if name in found:
            raise _twice(plugin, found[name].plugin, f"{name!r} among their {kind}")
        found[name] = Offer(name, factory, plugin)

    return register


def one_rule_per_code(offers: Iterable[Offer]) -> None:
    """Refuse two rules with the same code.

    Raises:
        PluginError: names both plugins.
    """
    seen: dict[str, Offer] = {}
    for offer in offers:
        code = offer.factory.code
        if not (isinstance(code, str) and _can_be_code(code)):
            raise PluginError(
                f"The plugin {offer.plugin} offers the rule {offer.name} with the code {code!r}.",
                "A code is two capital letters and three digits, for example EX101.",
            )
        if code in seen:
            raise _twice(offer.plugin, seen[code].plugin, f"a rule with the code {code}")
        seen[code] = offer


def build(offer: Offer, shared: Mapping[str, object], own: Mapping[str, object], where: str) -> Any:
    """The factory's struct, with `own` settings and those `shared` ones that are its fields.

    Raises:
        ConfigError: a setting is unknown, missing or does not fit.
    """
    fields = offer.factory.__struct_fields__
    values = {name: shared[name] for name in fields if name in shared}
    try:
        if not own:  # shared settings were checked when the configuration was read
            return offer.factory(**values)
        values.update(own)
        if own.keys() <= set(fields):
            return config.fit(values, offer.factory)
        problem = "no such setting"
    except (PubguardError, ValueError, TypeError, AttributeError) as error:
        problem = str(error)
    from pubguard.config import misfits

    found = list(misfits.table(where, values, offer.factory)) or [f"{where}: {problem}"]
    raise ConfigError("\n  ".join(found), f"See what {offer.name} of {offer.plugin} can be told.")


def _problem(kind: str, name: object, factory: Any) -> str:
    if not (isinstance(name, str) and _can_be_name(name)):
        return "which is not a name of small letters, digits, _ and -"
    if not (isinstance(factory, type) and issubclass(factory, Struct)):
        return "whose factory is not a msgspec struct"
    if not factory.__struct_config__.frozen:
        return "whose struct is not frozen"
    missing = sorted(member for member in _MEMBERS[kind] if not hasattr(factory, member))
    return f"which lacks {', '.join(missing)}" if missing else ""


def _can_be_name(name: str) -> bool:
    plain = name.replace("_", "").replace("-", "")
    return name.isascii() and name[:1].isalpha() and plain.isalnum() and name == name.lower()


def _can_be_code(code: str) -> bool:
    letters, digits = code[:2], code[2:]
    return (
        code.isascii()
        and letters.isalpha()
        and letters.isupper()
        and digits.isdigit()
        and (len(code) == 5)
    )


def _twice(one: str, other: str, what: str) -> PluginError:
    if one == other:
        return PluginError(f"The plugin {one} offers {what} twice.", "Repair the plugin.")
    return PluginError(
        f"The plugins {other} and {one} both offer {what}; only one of them can be meant.",
        "Take one of the two out of the list of plugins in pubguard.toml.",
    )
