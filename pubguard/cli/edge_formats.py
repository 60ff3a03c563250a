"""What `edge export` and `edge sync` share: the web servers there are, and how they are written."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from pubguard.edge.listing import NotClosed
    from pubguard.protocols import EdgeList

# By name: the guard knows no web server, so what writes its language is that server's hook.
FORMATS = {"nginx": "pubguard_hooks.nginx.rendering"}
RELOADS = {"nginx": ("nginx -t", "nginx -s reload")}
"""How each looks at its configuration and loads it, where nothing else is said."""

F = TypeVar("F", bound=Callable[..., Any])


def chosen(function: F) -> F:
    """Give a function --format; it gets `name`."""
    kinds = click.Choice(list(FORMATS))
    return click.option("--format", "name", required=True, type=kinds, help="The web server.")(
        function
    )


def written(function: F) -> F:
    """Give a function the options of how a file is written; it passes them to `renderer`."""
    for option in reversed(_WRITTEN):
        function = option(function)
    return function


_WRITTEN = (
    click.option(
        "--case-sensitive", is_flag=True, help="/A and /a are different pages on this site."
    ),
    click.option(
        "--refuse-with",
        "refusal",
        type=click.Choice(["404", "403"]),
        default="404",
        show_default=True,
        help="The status before the slot.",
    ),
    click.option("--per-host", is_flag=True, help="Close a path only under its own host."),
)


def renderer(
    name: str, *, case_sensitive: bool, per_host: bool, refusal: str
) -> Callable[[EdgeList], str]:
    """Writes lists for that web server, in the way that was asked for."""
    render = import_module(FORMATS[name]).render

    def text(listed: EdgeList) -> str:
        made: str = render(
            listed, case_sensitive=case_sensitive, per_host=per_host, refusal=int(refusal)
        )
        return made

    return text


def not_closed(each: NotClosed) -> str:
    """Says which output stays open, and what to do; without its address."""
    return (
        f"The address of {each.release} / {each.output} cannot be closed by itself: "
        f"{each.reason}. Change it in the calendar, or make it evergreen."
    )
