"""Which outputs a push would make public, and whether each may go out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pubguard_hooks.git import mapping, repository
from pubguard_hooks.git.mapping import Entry, Mapping
from pubguard_hooks.git.permit import Wanted
from pubguard_hooks.git.repository import Update

from pubguard.errors import Refused

MOST = 100
"""Outputs that one push may publish."""


def outputs(updates: Sequence[Update], known: Sequence[str], own: str = "") -> list[Wanted]:
    """Every output that the push would make public.

    Args:
        updates: the refs that are to change; one that goes away publishes nothing.
        known: objects that are public already.
        own: a mapping of the server's own, which nobody can push away.

    Raises:
        Refused: it cannot be judged, or is refused whatever the guard says.
    """
    new = list(dict.fromkeys(update.new for update in updates if not update.removes))
    if not new:
        return []
    if bare := repository.not_commits(new):
        raise Refused(
            f"A ref or tag leads to {bare[0][:12]}, which is no commit: nothing says what it is.",
            "Put the file into a commit and push that.",
        )
    paths = _mapping(new, repository.there([*(update.ref for update in updates), "HEAD"]), own)
    found: dict[Wanted, None] = {}
    digests: dict[str, str] = {}
    for change in repository.changes(new, known):
        entries = paths.of(change.path)
        if not change.is_file and (entries or paths.leads_to(change.path)):
            raise Refused(
                f"{_shown(change.path)} is a link or a submodule in the place of a guarded file.",
                "Commit the file itself at that path.",
            )
        for entry in entries:
            if change.blob not in digests:
                digests[change.blob] = repository.digest(change.blob)
            found[Wanted(entry.release, entry.output, digests[change.blob])] = None
        if len(found) > MOST:
            raise Refused(
                f"This push would publish more than {MOST} outputs.", "Push them in parts."
            )
    return list(found)


def refuse_any(wanted: Sequence[Wanted], ask: Callable[[Wanted], None]) -> None:
    """Ask about each, and raise once with everything that was said.

    Raises:
        Refused: at least one is a no.
    """
    noes = []
    for each in wanted:
        try:
            ask(each)
        except Refused as error:
            noes.append(error)
    if noes:
        remedies = dict.fromkeys(error.remedy for error in noes)
        raise Refused("\n".join(error.message for error in noes), "\n".join(remedies))


def _mapping(new: Sequence[str], old: Sequence[str], own: str) -> Mapping:
    """The union of all: an entry counts until no tree concerned has it."""
    entries = list(_entries(new, old))
    if own:
        try:
            entries += mapping.parse(Path(own).read_bytes(), own)
        except OSError as error:
            raise Refused(
                f"The server's own mapping {own} cannot be read: {error.strerror}.",
                "Have it put back, or pubguard.mapping corrected, then push again.",
            ) from error
    if not entries:
        raise Refused(
            f"This repository is guarded, but no {mapping.PATH} says what lies where.",
            f"Commit {mapping.PATH} with [[output]] tables (path, release, output); push it too.",
        )
    return Mapping(entries)


def _entries(new: Sequence[str], old: Sequence[str]) -> Iterator[Entry]:
    now = repository.files(new, mapping.PATH)
    for blob in sorted(now):
        yield from mapping.parse(repository.content(blob, mapping.LARGEST), mapping.PATH)
    for blob in sorted(repository.files(old, mapping.PATH) - now):
        try:
            yield from mapping.parse(repository.content(blob, mapping.LARGEST), mapping.PATH)
        except Refused as error:
            if not now:
                raise
            say(f"warning: the {mapping.PATH} of before is left out. {error.message}")


def say(text: str) -> None:
    """Tell whoever pushes; git puts "remote:" before each line."""
    sys.stderr.write("".join(f"pubguard: {line}\n" for line in text.splitlines()))
    sys.stderr.flush()


def _shown(path: str) -> str:
    return ascii(path)[:200]
