"""Has a web server look at its configuration and load it: commands, run without a shell."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
from collections.abc import Sequence
from contextlib import suppress
from typing import IO

from pubguard.errors import NotLoaded, UsageError

PATIENCE = 60.0
"""Seconds that one command may take."""
_SAID = 2000
"""Bytes at the end of what it said that are looked at."""
_WORDS = 300
_SYSTEM = "/usr/local/sbin:/usr/sbin:/sbin"
"""Where web servers are, and cron does not look."""

Command = tuple[str, ...]


def commands(texts: Sequence[str]) -> tuple[Command, ...]:
    """The commands, each with the whole path of its program.

    Raises:
        UsageError: one that cannot be read, or whose program is not there.
    """
    return tuple(map(_command, texts))


def _command(text: str) -> Command:
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UsageError(
            f"--reload {text!r} cannot be read: {error}.", "Check its quotes."
        ) from error
    if not words:
        raise UsageError("--reload names no command.", 'Write it like --reload "nginx -s reload"')
    found = shutil.which(words[0], path=f"{os.environ.get('PATH', os.defpath)}:{_SYSTEM}")
    if found is None:
        raise UsageError(
            f"--reload: there is no program {words[0]!r} here.", "Give its whole path."
        )
    return (found, *words[1:])


def reload(wanted: Sequence[Command], patience: float = PATIENCE) -> None:
    """Run them one after the other; the first that fails ends it.

    Raises:
        NotLoaded: one did not end with 0, or not in time.
    """
    for command in wanted:
        _run(command, patience)


def _run(command: Command, patience: float) -> None:
    import subprocess
    from tempfile import TemporaryFile

    with TemporaryFile() as said:
        try:
            process = subprocess.Popen(  # noqa: S603 - no shell; the settings name it
                command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        except OSError as error:
            raise _not_loaded(command, f"cannot be run: {error.strerror}") from error
        try:
            code = process.wait(patience)
        except subprocess.TimeoutExpired as error:
            raise _not_loaded(command, f"took longer than {patience:g} s") from error
        finally:
            if process.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if code:
            raise _not_loaded(command, f"ended with {code}{_last_line(said)}")


def _last_line(said: IO[bytes]) -> str:
    size = said.seek(0, os.SEEK_END)
    said.seek(max(0, size - _SAID))
    lines = said.read().decode("utf-8", "replace").split("\n")
    # nginx's last line only repeats that the test failed; the one before says why.
    told = [line.strip() for line in lines if line.strip()][-2:]
    return f": {' / '.join(told)[:_WORDS]}" if told else ""


def _not_loaded(command: Command, why: str) -> NotLoaded:
    return NotLoaded(
        f"The web server did not take the new list: {shlex.join(command)} {why}. "
        "The file that was there before is in its place again.",
        "Until this is put right the web server opens addresses at the slots that it knew "
        "before. See what is wrong with its configuration; it is tried again.",
    )
