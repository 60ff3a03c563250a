"""`pubguard completion`, and what the script that it prints asks for at every press of Tab."""

from __future__ import annotations

import click
from click import shell_completion
from click.shell_completion import ShellComplete

from pubguard.cli.frame import Session, command
from pubguard.errors import PubguardError

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


def _completer(shell: str) -> ShellComplete:
    from pubguard.cli import COMPLETE, cli

    made = shell_completion.get_completion_class(shell)
    if made is None:
        raise LookupError(shell)
    return made(cli, {}, "pubguard", COMPLETE)
