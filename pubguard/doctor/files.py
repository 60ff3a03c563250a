"""The workspace's files: whose they are, and whether they can be used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pubguard import keys
from pubguard.build import Workspace
from pubguard.doctor.diagnosis import Diagnosis, advice, ok, wrong
from pubguard.errors import PubguardError
from pubguard.guard.spool import SPOOL, UNREADABLE
from pubguard.ownership import exposed, exposed_folder

LARGEST_WORKSPACE = 10_000
"""Files that are looked at; a workspace has a handful."""


def ownership_of_the_rest(workspace: Workspace) -> Iterator[Diagnosis]:
    """Nothing beside the configuration can be changed by other users either."""
    found = False
    for path in _files(workspace):
        problem = exposed(path, path.stat()) or exposed_folder(path)
        if problem:
            found = True
            why = "Whoever can change it can change what the guard decides or remembers."
            yield wrong("ownership", problem[0], why, problem[1])
    if not found:
        yield ok("ownership", "Nobody else can change the workspace's files.")


def log_key(workspace: Workspace) -> Iterator[Diagnosis]:
    """The pair that signs checkpoints is there, private, and a pair."""
    _, public = keys.load_log_pair(workspace.config.beside(workspace.config.keys.log))
    yield ok("log-key", f"The log signs as {public.name}.")


def permit_key(workspace: Workspace) -> Iterator[Diagnosis]:
    """The pair that signs permits is there, private, and a pair."""
    keys.check_permit_pair(workspace.config.beside(workspace.config.keys.permit))
    yield ok("permit-key", "The permit key is a pair.")


def store(workspace: Workspace) -> Iterator[Diagnosis]:
    """The log can be opened and its end holds together."""
    from pubguard.log.eventlog import check_tail

    try:
        check_tail(workspace.store)
        size = workspace.log.size()
    except PubguardError as error:
        why = "Nothing is allowed that cannot be recorded."
        yield wrong("store", error.message, why, error.remedy)
    else:
        yield ok("store", f"The log has {size:,} entries and its end holds together.")


def spool(workspace: Workspace) -> Iterator[Diagnosis]:
    """No withdrawal waits to be recorded, and none was kept in a form that cannot be read."""
    waiting = workspace.config.beside(SPOOL)
    unreadable = waiting.with_name(waiting.name + UNREADABLE)
    if unreadable.exists():
        yield wrong(
            "spool",
            f"{unreadable} holds withdrawals that could not be read back.",
            "They happened and are not in the log.",
            "Read the file, record each with pubguard record withdrawn, then move it away.",
        )
    if waiting.exists() and waiting.stat().st_size:
        yield advice(
            "spool",
            f"{waiting} holds withdrawals that are not in the log yet.",
            "They were allowed while the log could not be written.",
            "The next check that can write the log appends them; see that the log can be written.",
        )
    elif not unreadable.exists():
        yield ok("spool", "No withdrawal waits to be recorded.")


def _files(workspace: Workspace) -> list[Path]:
    config = workspace.config
    pairs = [config.beside(place) for place in (config.keys.log, config.keys.permit)]
    beside = [path for path in config.folder.iterdir() if path.is_file()]
    wanted = [*pairs, *map(keys.public_path, pairs), *sorted(beside)[:LARGEST_WORKSPACE]]
    return [path for path in dict.fromkeys(wanted) if path.exists()]
