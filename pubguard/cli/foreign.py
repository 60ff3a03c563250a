"""Commands that enabled plugins add to ours."""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING

import click

from pubguard import config
from pubguard.errors import ConfigError, PluginError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from pubguard.plugins import Plugins


def commands(ctx: click.Context, taken: Container[str]) -> dict[str, click.Command]:
    """The commands of the plugins that the configuration names; none without one.

    Raises:
        ConfigError: the configuration is wrong.
        PluginError: a plugin is broken, or two commands have the same name.
    """
    from pubguard import plugins

    try:
        path = config.find(ctx.find_root().params.get("config"))
    except ConfigError:
        return {}
    return _ask(plugins.load(config.load(path).plugins), taken)


def completions(ctx: click.Context, incomplete: str, taken: Container[str]) -> list[CompletionItem]:
    """Those commands whose names begin like that; none where they cannot be had."""
    from click.shell_completion import CompletionItem

    try:
        found = commands(ctx, taken) if incomplete[:1] != "-" else {}
    except ConfigError:
        return []
    return [
        CompletionItem(name, help=command.get_short_help_str())
        for name, command in found.items()
        if name.startswith(incomplete)
    ]


def write_help(ctx: click.Context, formatter: click.HelpFormatter, taken: Container[str]) -> None:
    """List those commands, or say in one line why they cannot be listed."""
    try:
        found = commands(ctx, taken)
    except ConfigError as error:
        first = error.message.partition("\n")[0]
        formatter.write(f"\nCommands of plugins cannot be listed: {first}\n")
        return
    if found:
        with formatter.section("Commands of plugins"):
            formatter.write_dl([(name, found[name].get_short_help_str()) for name in found])


def _ask(loaded: Plugins, taken: Container[str]) -> dict[str, click.Command]:
    from pubguard import plugins

    groups: dict[str, click.Group] = {}
    loaded.call(plugins.COMMANDS, lambda plugin: groups.setdefault(plugin, click.Group()))
    found: dict[str, click.Command] = {}
    for plugin, group in groups.items():
        for name, command in group.commands.items():
            if name in taken or name in found:
                raise PluginError(
                    f"The plugin {plugin} adds the command {name!r}, which there is already.",
                    "Take the plugin out of pubguard.toml, or have it choose another name.",
                )
            found[name] = command
    return found
