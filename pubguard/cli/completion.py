"""`pubguard completion`, and what the script that it prints asks for at every press of Tab."""

from __future__ import annotations

from itertools import islice

import click
from click import shell_completion
from click.shell_completion import CompletionItem, ShellComplete

from pubguard.cli.frame import Session, command
from pubguard.errors import PubguardError

MOST = 300
"""Release ids that are offered at once."""
SHELLS = click.Choice(["bash", "zsh", "fish"])


@command(
    example="""\
pubguard completion bash > ~/.local/share/bash-completion/completions/pubguard
pubguard completion zsh > ~/.zfunc/_pubguard
pubguard completion fish > ~/.config/fish/completions/pubguard.fish"""
)
@click.argument("shell", type=SHELLS, metavar="SHELL")
def completion(session: Session, shell: str) -> None:
    """Print the script with which SHELL completes commands, options and release ids.

    SHELL is bash (4.4 or newer), zsh or fish. Put the script where the examples put it,
    then open a new shell. For zsh, ~/.zfunc must be in fpath before compinit is called in
    ~/.zshrc. Without a file, for this bash alone: eval "$(pubguard completion bash)".
    """
    script = ShellComplete.source(_completer(shell)).rstrip("\n")
    session.emit({"shell": shell, "script": script}, lambda: script)


def answer(instruction: str) -> int:
    """Print what the script of a shell asks for, ``bash_complete`` for example.

    Whatever cannot be found out is left out: nobody reads errors between two keystrokes.
    """
    shell, _, wanted = instruction.partition("_")
    if shell not in SHELLS.choices or wanted != "complete":
        return 2
    try:
        click.echo(_completer(shell).complete())
    except (PubguardError, click.ClickException, LookupError, ValueError, OSError):
        return 1
    return 0


def releases(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    """The ids in the calendar that begin like that, at most MOST.

    Raises:
        ConfigError, LogError: it cannot be read, which `answer` keeps to itself.
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


def _completer(shell: str) -> ShellComplete:
    from pubguard.cli import COMPLETE, cli

    made = shell_completion.get_completion_class(shell)
    if made is None:
        raise LookupError(shell)
    return made(cli, {}, "pubguard", COMPLETE)
