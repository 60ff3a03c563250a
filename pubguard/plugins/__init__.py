"""The plugins that the configuration names: found, imported, and asked what they offer.

Installed is not enabled: nothing else is imported. The core asks plugins one by one, so none
can hide or change what another offers, and two that offer the same are an error.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import ModuleType, SimpleNamespace
from typing import Any

import pluggy
from msgspec import Struct

from pubguard import hookspecs
from pubguard.errors import ConfigError, PluginError
from pubguard.plugins.distributions import Offered, offered
from pubguard.plugins.offers import Offer, build, collector, one_rule_per_code

HOOKS = {
    "rules": "register_rules",
    "facts": "register_facts",
    "calendars": "register_calendars",
    "stores": "register_stores",
    "notifiers": "register_notifiers",
}
"""The hookspec that each kind of thing is registered through."""
COMMANDS = "register_commands"
_MARK = "pubguard_impl"
_FORBIDDEN = ("hookwrapper", "wrapper", "tryfirst", "trylast", "optionalhook")


class Listed(Struct, frozen=True):
    """One line of the `plugins` command; `offers` is empty for what is not enabled."""

    name: str
    distribution: str
    version: str
    module: str
    enabled: bool
    offers: dict[str, tuple[str, ...]] = {}


class Plugins:
    """The enabled plugins. Each kind is asked for once, when it is first wanted."""

    def __init__(self, manager: pluggy.PluginManager, enabled: Sequence[Offered]) -> None:
        self._manager = manager
        self._offers: dict[str, dict[str, Offer]] = {}
        self.enabled = tuple(enabled)

    def offers(self, kind: str) -> Mapping[str, Offer]:
        """All of one kind ("rules", "calendars" and the others of HOOKS) by name.

        Raises:
            PluginError: two offer the same name or rule code, or one of them raises.
        """
        if kind not in self._offers:
            found: dict[str, Offer] = {}
            self.call(HOOKS[kind], lambda plugin: collector(kind, plugin, found))
            if kind == "rules":
                one_rule_per_code(found.values())
            self._offers[kind] = found
        return self._offers[kind]

    def call(self, hook: str, argument: Callable[[str], object]) -> None:
        """Call one hook of every plugin that has it, each with its own ``argument(plugin)``.

        Raises:
            PluginError: a plugin raised; it is named.
        """
        for plugin in self.enabled:
            for found in getattr(self._manager.hook, hook).get_hookimpls():
                if found.plugin_name == plugin.name:
                    _guarded(plugin, found, argument(plugin.name))

    def make(
        self,
        kind: str,
        name: str,
        shared: Mapping[str, object] | None = None,
        own: Mapping[str, object] | None = None,
        where: str = "",
    ) -> Any:
        """Build what is offered as `name`, with those of the `shared` settings that it has.

        `own` settings stand in the configuration at `where`; each must be one of its fields.

        Raises:
            ConfigError: nothing has that name, or a setting is unknown, missing or does not fit.
        """
        offers = self.offers(kind)
        where = where.strip("[]") or f"{kind}.{name}"
        if name not in offers:
            raise ConfigError(
                f"{where}: no enabled plugin offers {name!r} among its {kind}."
                + _near(name, offers),
                f"Enable the plugin that does; now on offer: {', '.join(offers) or 'none'}.",
            )
        return build(offers[name], shared or {}, own or {}, where)

    def make_all(
        self,
        kind: str,
        shared: Mapping[str, object] | None = None,
        own: Mapping[str, Mapping[str, object]] | None = None,
        where: str = "",
    ) -> dict[str, Any]:
        """Build everything of one kind; `own` holds the settings of each by name.

        Raises:
            ConfigError: lists all that is wrong with the settings of any of them.
        """
        where, own = where or kind, own or {}
        offers, made = self.offers(kind), {}
        problems = [
            f"{where}.{name}: no enabled plugin offers it.{_near(name, offers)}"
            for name in own
            if name not in offers
        ]
        for name, offer in offers.items():
            try:
                made[name] = build(offer, shared or {}, own.get(name, {}), f"{where}.{name}")
            except PluginError:
                raise
            except ConfigError as error:
                problems.append(error.message)
        if problems:
            raise ConfigError(
                "\n  ".join(["Settings of plugins are wrong:", *problems]),
                "Correct them all in pubguard.toml, then run it again.",
            )
        return made

    def listing(self) -> list[Listed]:
        """The enabled plugins in their order, then those installed and not enabled, by name."""
        offers: dict[str, dict[str, list[str]]] = {}
        for kind in HOOKS:
            for offer in self.offers(kind).values():
                offers.setdefault(offer.plugin, {}).setdefault(kind, []).append(offer.name)
        names = {plugin.name for plugin in self.enabled}
        others = sorted((o for o in offered() if o.name not in names), key=lambda o: o.name)
        return [
            Listed(
                name=plugin.name,
                distribution=plugin.distribution,
                version=plugin.version,
                module=plugin.module,
                enabled=plugin.name in names,
                offers={k: tuple(sorted(v)) for k, v in offers.get(plugin.name, {}).items()},
            )
            for plugin in (*self.enabled, *others)
        ]


def load(names: Sequence[str]) -> Plugins:
    """Import the named plugins, and nothing else.

    Raises:
        PluginError: a name is not installed, offered twice or listed twice; or a plugin cannot
            be imported, misspells a hook, or asks for an order or a wrapper.
    """
    enabled = _choose(names)
    manager = pluggy.PluginManager("pubguard")
    manager.add_hookspecs(hookspecs)
    for plugin in enabled:
        module = _hooks_of(_import(plugin))
        try:
            manager.register(module, plugin.name)
            manager.check_pending()
        except (pluggy.PluginValidationError, ValueError) as error:
            raise PluginError(
                f"The plugin {plugin.name} ({plugin.distribution}) does not fit: {error}",
                f"Its hooks must be among {', '.join([*HOOKS.values(), COMMANDS])}.",
            ) from error
        _in_no_order(plugin, manager.get_hookcallers(module) or [])
    return Plugins(manager, enabled)


def _choose(names: Sequence[str]) -> list[Offered]:
    known: dict[str, list[Offered]] = {}
    for plugin in offered():
        known.setdefault(plugin.name, []).append(plugin)
    for name in names:
        if names.count(name) > 1:
            raise PluginError(f"plugins: {name!r} is listed twice.", "List it once.")
        found = known.get(name, [])
        if not found:
            raise PluginError(
                f"plugins: {name!r} is not installed.{_near(name, known)}",
                "Install the distribution that offers it into this environment "
                "(pip install ...), or take the name out of pubguard.toml.",
            )
        if len(found) > 1:
            both = " and ".join(plugin.distribution for plugin in found)
            raise PluginError(
                f"plugins: {name!r} is offered by {both}; only one of them can be meant.",
                "Uninstall the one that you do not want (pip uninstall ...).",
            )
    return [known[name][0] for name in names]


def _import(plugin: Offered) -> object:
    module, _, attribute = plugin.module.partition(":")
    try:
        found: object = importlib.import_module(module)
        for name in filter(None, attribute.split(".")):
            found = getattr(found, name)
    except (Exception, SystemExit) as error:
        raise _broken(plugin, "could not be imported", error) from error
    return found


def _hooks_of(plugin: object) -> object:
    """The plugin's hooks alone: pluggy looks closely, and slowly, at every name it is given."""
    if not isinstance(plugin, ModuleType):
        return plugin
    return SimpleNamespace(**{n: f for n, f in vars(plugin).items() if hasattr(f, _MARK)})


def _in_no_order(plugin: Offered, callers: Iterable[Any]) -> None:
    for caller in callers:
        for found in caller.get_hookimpls():
            wants = [name for name in _FORBIDDEN if getattr(found, name)]
            if wants and found.plugin_name == plugin.name:
                raise PluginError(
                    f"The plugin {plugin.name} ({plugin.distribution}) declares "
                    f"{caller.name} as {', '.join(wants)}, which no plugin of a guard may.",
                    "Use a plain @hookimpl there, or take the plugin out of pubguard.toml.",
                )


def _guarded(plugin: Offered, found: Any, argument: object) -> None:
    try:
        found.function(*[argument for _ in found.argnames])
    except PluginError:
        raise
    except (Exception, SystemExit) as error:
        name = found.function.__name__
        raise _broken(plugin, f"raised in {name}", error) from error


def _near(name: str, known: Iterable[str]) -> str:
    from pubguard.config import misfits

    return misfits.nearest(name, known)


def _broken(plugin: Offered, what: str, error: BaseException) -> PluginError:
    return PluginError(
        f"The plugin {plugin.name} ({plugin.distribution} {plugin.version}) {what}: "
        f"{type(error).__name__}: {error}",
        "Repair or update it, or take it out of pubguard.toml.",
    )
