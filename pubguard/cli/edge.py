"""`pubguard edge`: what a web server in front of a publishing system needs."""

from __future__ import annotations

import click

from pubguard.cli.lazy import LazyGroup

TABLE = {
    "export": ("pubguard.cli.edge_export:export", "Write embargoed addresses for a web server."),
    "sync": ("pubguard.cli.edge_sync:sync", "Keep a web server's list as the guard has it."),
}


@click.group(
    cls=LazyGroup,
    table=TABLE,
    epilog="Example: pubguard edge export --format nginx --output pubguard-map.conf",
)
def edge() -> None:
    """Close embargoed addresses at the web server until their slot."""
