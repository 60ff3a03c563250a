"""`pubguard plugins`: what is enabled, what it offers, and what is only installed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pubguard.cli.frame import Session, command
from pubguard.cli.terminal import plain
from pubguard.plugins import Listed


@command(example="pubguard plugins --json")
def plugins(session: Session) -> None:
    """List the plugins that the configuration enables, and those only installed.

    Installed is not enabled: what the configuration does not name is not even imported.
    """
    listed = session.workspace.plugins.listing()
    session.emit(listed, lambda: "\n".join(_lines(listed)))


def _lines(listed: Sequence[Listed]) -> Iterator[str]:
    width = max((len(plugin.name) for plugin in listed), default=0) + 2
    yield "Enabled:"
    for plugin in listed:
        if plugin.enabled:
            yield f"  {plain(plugin.name):<{width}}{_from(plugin)}"
            for kind, names in plugin.offers.items():
                yield f"  {'':<{width}}{kind}: {', '.join(names)}"
    others = [plugin for plugin in listed if not plugin.enabled]
    if others:
        yield "Installed, not enabled:"
        yield from (f"  {plain(plugin.name):<{width}}{_from(plugin)}" for plugin in others)


def _from(plugin: Listed) -> str:
    return plain(f"{plugin.distribution} {plugin.version}  {plugin.module}")
