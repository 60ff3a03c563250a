"""Every command is documented where people look."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from pubguard.cli import cli
from pubguard.testing import call
from tests.house.tree import ROOT


def _commands(group: click.Group, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        found = group.get_command(ctx, name)
        if isinstance(found, click.Group):
            yield from _commands(found, (*before, name))
        else:
            yield (*before, name)


COMMANDS = list(_commands(cli))
README = (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_ends_with_an_example(command: tuple[str, ...]) -> None:
    """Whoever asks for help gets a line to copy, and an explanation."""
    done = call(*command, "--help")
    assert done.code == 0
    assert f"pubguard {' '.join(command)}" in done.out.partition("Example")[2]
    assert {"--json", "--no-input", "--config"} <= set(done.out.split())


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_readme_names_the_command(command: tuple[str, ...]) -> None:
    """Every command has its place in the README's table, a group's in the row of its group."""
    group, *rest = command
    rows = [row for row in README.splitlines() if row.startswith(f"| `pubguard {group}` |")]
    assert len(rows) == 1
    assert not rest or re.search(rf"\b{re.escape(rest[0])}(?![\w-])", rows[0])
