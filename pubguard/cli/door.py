"""The one door that errors leave by: a message, a remedy, an exit code, never a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from pubguard.cli import terminal
from pubguard.errors import PubguardError

DEBUG = "PUBGUARD_DEBUG"


def report(error: BaseException, arguments: Sequence[str]) -> int:
    """Tell whoever called what went wrong, and return the exit code."""
    if isinstance(error, BrokenPipeError):
        return _reader_gone()
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else 4
    exit_code, code, message, remedy = _describe(error)
    if os.environ.get(DEBUG) == "1":
        sys.excepthook(type(error), error, error.__traceback__)
    try:
        if _wants_json(arguments):
            parts = {"code": code, "message": message, "remedy": remedy}
            terminal.write(sys.stdout, terminal.as_json({"error": parts}))
        else:
            first = "" if code in ("help", "interrupted") else terminal.style("Error: ", "red")
            terminal.write(sys.stderr, first + message + (f"\n{remedy}" if remedy else ""))
    except OSError as problem:
        _reader_gone()
        if not isinstance(problem, BrokenPipeError):
            with suppress(OSError):
                terminal.write(sys.stderr, f"Error: {message}\nThe answer cannot be written.")
    return exit_code


def _describe(error: BaseException) -> tuple[int, str, str, str]:
    if isinstance(error, PubguardError):
        return error.exit_code, error.code, error.message, error.remedy
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return 2, "help", error.format_message(), ""
    if isinstance(error, click.ClickException):
        ctx = getattr(error, "ctx", None)
        remedy = f"See: {ctx.command_path} --help" if ctx else ""
        return 2, "usage", error.format_message(), remedy
    if isinstance(error, (KeyboardInterrupt, click.Abort)):
        return 130, "interrupted", "Interrupted; nothing more was done.", ""
    return (
        4,
        "internal",
        f"pubguard failed in itself, so the answer is no: {type(error).__name__}: {error}",
        f"Run it again with {DEBUG}=1 and report the traceback.",
    )


def _wants_json(arguments: Sequence[str]) -> bool:
    before = list(arguments)
    if "--" in before:
        before = before[: before.index("--")]
    return "--json" in before


def _reader_gone() -> int:
    """The answer did not arrive, so it was no yes; what is still buffered must not raise again."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        sys.stdout = None
    return 4
