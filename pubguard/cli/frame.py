"""What every command shares: --config, --json, --no-input, and a session to work in."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cached_property, update_wrapper
from typing import TYPE_CHECKING, Any, NoReturn

import click

from pubguard.cli import terminal
from pubguard.cli.lazy import HELP

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from pubguard.build import Workspace
    from pubguard.clock import Clock


class Session:
    """One run of one command: its workspace, and the only ways out to people and programs.

    Args:
        config: the configuration named on the command line, if any.
        json: exactly one JSON document on stdout instead of text.
        no_input: never ask.
        clock: what tells the time instead of the machine's clock, in tests and demonstrations.
    """

    def __init__(
        self, config: str | None, *, json: bool, no_input: bool, clock: Clock | None = None
    ) -> None:
        self.config = config
        self.json = json
        self.no_input = no_input
        self.clock = clock

    @cached_property
    def workspace(self) -> Workspace:
        """The workspace of the configuration in force.

        Raises:
            ConfigError: there is none, or it is wrong.
        """
        from pubguard.build import Workspace

        return Workspace.open(self.config, self.clock)

    @property
    def interactive(self) -> bool:
        """True where a person can be asked: a terminal, and neither --json nor --no-input."""
        return not (self.json or self.no_input) and sys.stdin.isatty() and sys.stdout.isatty()

    def emit(self, document: Any, text: Callable[[], str]) -> None:
        """Print the result: with --json the document, else what `text` returns."""
        terminal.write(sys.stdout, terminal.as_json(document) if self.json else text())

    def emit_lines(self, items: Iterable[Any], text: Callable[[Any], str]) -> None:
        """Print one line of JSON, or one text, for each item as it comes."""
        for item in items:
            terminal.write(sys.stdout, terminal.as_json(item) if self.json else text(item))

    def say(self, text: str) -> None:
        """Tell a person something, on stderr; what nobody can hear changes no answer."""
        with suppress(OSError):
            terminal.write(sys.stderr, text)

    def style(self, text: str, colour: str) -> str:
        """The text in a colour (bold, red, green, yellow, blue, grey) where that is wanted."""
        return terminal.style(text, colour)

    def exit(self, code: int) -> NoReturn:
        """End the command with one of the exit codes in the README."""
        raise click.exceptions.Exit(code)

    def close(self) -> None:
        """Let go of the workspace, if it was opened."""
        if "workspace" in self.__dict__:
            self.workspace.close()


class ReleaseId(click.types.StringParamType):
    """Text as it comes; a shell may offer the ids that the calendar has."""

    def shell_complete(
        self, ctx: click.Context, _: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The ids in the calendar that begin like that."""
        from pubguard.cli.offered_ids import releases

        return releases(ctx, incomplete)


class Command(click.Command):
    """A command whose help ends with an example that can be copied."""

    example = ""

    def get_help_option(self, _: click.Context) -> click.Option:
        """Ours, which needs no translation."""
        return HELP

    def format_epilog(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example as it stands, without filling lines."""
        with formatter.section("Example"):
            for line in self.example.splitlines():
                formatter.write(f"{'':{formatter.current_indent}}{line}\n")


def command(
    name: str | None = None, *, example: str, group: click.Group | None = None, **attributes: Any
) -> Callable[[Callable[..., None]], Command]:
    """Make a function ``f(session, ...)`` a command, and part of `group` if one is given.

    Options and arguments are click's, below this decorator; `example` ends the help.
    """

    def decorate(function: Callable[..., None]) -> Command:
        made = click.command(name, cls=Command, **attributes)(options(function))
        made.example = example
        for parameter in made.params:
            if (parameter.name or "").rstrip("0123456789") == "release":
                parameter.type = _RELEASE_ID
        if group is not None:
            group.add_command(made)
        return made

    return decorate


def options(function: Callable[..., None]) -> Callable[..., None]:
    """Give a function --config, --json and --no-input, and a Session in their place."""

    def run(config: str | None, json: bool, no_input: bool, **parameters: Any) -> None:  # noqa: FBT001
        root = click.get_current_context().find_root()
        session = Session(
            config or root.params.get("config"), json=json, no_input=no_input, clock=root.obj
        )
        try:
            function(session, **parameters)
        finally:
            session.close()

    for option in (_NO_INPUT, _JSON, CONFIG):
        option(run)
    parameters = getattr(function, "__click_params__", [])
    update_wrapper(run, function).__click_params__ = [*run.__click_params__, *parameters]  # type: ignore[attr-defined]
    return run


_RELEASE_ID = ReleaseId()
CONFIG = click.option(
    "--config",
    type=str,
    metavar="FILE",
    help="The pubguard.toml to use; else PUBGUARD_CONFIG, else upwards from here.",
)
_JSON = click.option("--json", is_flag=True, help="One JSON document on stdout, no questions.")
_NO_INPUT = click.option("--no-input", is_flag=True, help="Never ask; exit 3 instead.")
