"""The command line: a table of commands, and one door for errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from pubguard import __version__
from pubguard.cli.frame import CONFIG
from pubguard.cli.lazy import LazyGroup

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from pubguard.clock import Clock

COMPLETE = "_PUBGUARD_COMPLETE"
"""The variable in which a shell's script asks for completions."""
TABLE = {
    "init": ("pubguard.cli.init:init", "Set up a workspace: configuration, keys, an empty log."),
    "demo": ("pubguard.cli.demo:demo", "Show the guard at work on two real releases."),
    "check": ("pubguard.cli.check:check", "Ask whether an action on a release may go ahead."),
    "confirm": ("pubguard.cli.confirm:confirm", "Answer a challenge that check asked."),
    "override": (
        "pubguard.cli.override:override",
        "Lift a refusal as two persons, or review what was lifted.",
    ),
    "record": ("pubguard.cli.record:record", "Record what was approved or what happened."),
    "calendar": ("pubguard.cli.calendar:calendar", "Read and keep the release calendar."),
    "rules": ("pubguard.cli.rules:rules", "Explain a code, or list them all."),
    "plugins": ("pubguard.cli.plugins:plugins", "List plugins, enabled and not."),
    "doctor": ("pubguard.cli.doctor:doctor", "Look for what would make the guard fail."),
    "permit": ("pubguard.cli.permit:permit", "Let armed releases out while the guard is away."),
    "token": ("pubguard.cli.token:token", "Make and revoke tokens of publishing systems."),
    "serve": ("pubguard.cli.serve:serve", "Answer publishing systems over HTTP."),
    "log": ("pubguard.cli.log:log", "Read, verify and export the event log."),
    "hooks": ("pubguard.cli.hooks:hooks", "Put the guard in front of a publishing system."),
    "edge": ("pubguard.cli.edge:edge", "Close embargoed addresses at the web server."),
    "completion": ("pubguard.cli.completion:completion", "Print a script for your shell."),
}


class Root(LazyGroup):
    """Our own commands, and those of the plugins that the configuration names."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A built-in command, else one that an enabled plugin adds."""
        if cmd_name in self.table:
            return super().get_command(ctx, cmd_name)
        from pubguard.cli import foreign

        return foreign.commands(ctx, self.table).get(cmd_name)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Our commands, then those of plugins where they can be had."""
        from pubguard.cli import foreign

        found = super().shell_complete(ctx, incomplete)
        return found + foreign.completions(ctx, incomplete, self.table)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write our commands, then those of plugins where a configuration is found."""
        super().format_commands(ctx, formatter)
        from pubguard.cli import foreign

        foreign.write_help(ctx, formatter, self.table)


def _show_version(ctx: click.Context, _: click.Parameter, wanted: object) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(f"pubguard, version {__version__}")
        ctx.exit()


@click.group(
    cls=Root,
    table=TABLE,
    context_settings={"max_content_width": 100},
    epilog="Every command takes --json. Help on one of them: pubguard COMMAND --help",
)
@CONFIG
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    help="Show the version and exit.",
    callback=_show_version,
)
def cli(**_options: Any) -> None:
    """Answer one question: may this action on this release go ahead now?

    Exit codes: 0 yes or done, 1 no, 2 wrong call or configuration, 3 confirmation
    needed, 4 could not decide, 5 would be allowed (rehearsal), 130 interrupted.
    """


def main(arguments: Sequence[str] | None = None, clock: Clock | None = None) -> int:
    """Run one command and return its exit code; no exception leaves.

    Args:
        arguments: sys.argv without the programme unless given.
        clock: instead of the machine's, for tests and demonstrations.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = _run(arguments, clock) if arguments or COMPLETE not in os.environ else _complete()
        if sys.stdout:
            sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001 - this is the one door
        from pubguard.cli import door

        return door.report(error, arguments)
    return code


def _complete() -> int:
    """What the shell's script asks for, which calls without arguments.

    A command is never taken for that: with the variable left in the environment, a check
    would end with 0 and nothing decided.
    """
    from pubguard.cli.completion import answer

    return answer(os.environ[COMPLETE])


def _run(arguments: Sequence[str], clock: Clock | None) -> int:
    """As click's own main, which would take a reader that went away for an ordinary no."""
    try:
        with cli.make_context("pubguard", list(arguments), obj=clock) as ctx:
            cli.invoke(ctx)
    except click.exceptions.Exit as done:
        return done.exit_code
    return 0
