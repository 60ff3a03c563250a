"""Which release ids a shell offers when Tab is pressed."""

from __future__ import annotations

from itertools import islice

import click
from click.shell_completion import CompletionItem

MOST = 300
"""Release ids that are offered at once."""


def releases(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    """The ids in the calendar that begin like that, at most MOST.

    Raises:
        ConfigError, LogError: it cannot be read, which a shell is not told.
    """
    from pubguard.build import Workspace
    from pubguard.ledger import RELEASES

    place = ctx.params.get("config") or ctx.find_root().params.get("config")
    workspace = Workspace.open(place)
    try:
        found = islice(workspace.journal.states(RELEASES + incomplete), MOST)
        return [CompletionItem(stream.removeprefix(RELEASES)) for stream, _ in found]
    finally:
        workspace.close()
