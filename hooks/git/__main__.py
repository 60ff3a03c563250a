"""The hooks themselves: ``python -I -m pubguard_hooks.git pre-receive`` and its like.

Exit code 0 lets git go on; anything else is a no, a crash and the kernel's alarm included.
"""

from __future__ import annotations

import os
import pwd
import signal
import sys
from collections.abc import Mapping, Sequence

from pubguard_hooks.git import judging, repository
from pubguard_hooks.git.asking import Guard
from pubguard_hooks.git.judging import say
from pubguard_hooks.git.permit import Permits, Wanted
from pubguard_hooks.git.receipts import Due, Receipts
from pubguard_hooks.git.repository import Update

from pubguard.clock import SystemClock
from pubguard.errors import PubguardError, Refused, UsageError

LONGEST = 60
"""Seconds that a hook may take as a whole."""
LARGEST = 10_000_000
"""Bytes of refs in one push."""
PUSHERS = ("PUBGUARD_ACTOR", "GL_USERNAME", "GL_USER", "GITEA_PUSHER_NAME", "REMOTE_USER")
"""Variables in which servers name who pushes."""


class Hook:
    """One run of one hook."""

    def __init__(
        self, settings: Mapping[str, str], given: bytes, *, rehearse: bool = False
    ) -> None:
        self._settings = settings
        self._given = given
        self._clock = SystemClock()
        self._actor = _actor(settings)
        self._state = settings.get("state", "")
        self._receipts = Receipts(repository.folder())
        command = [settings.get("command", "pubguard")]
        if place := settings.get("config"):
            command += ["--config", place]
        permits = Permits(self._state, settings.get("point", ""))
        self._guard = Guard(command, self._actor, permits, self._clock, rehearse=rehearse)

    def pre_receive(self) -> None:
        """Judge a push before any of its refs changes.

        Raises:
            Refused: it may not go in.
        """
        self._judge([Update(*line) for line in self._lines()], repository.public())

    def reference_transaction(self, state: str) -> None:
        """Judge any change of refs, a merge on the server too; record what went out.

        Raises:
            Refused: it may not be made.
        """
        if state == "prepared":
            updates = [Update(*line) for line in self._lines()]
            updates = [each for each in updates if not each.new.startswith("ref:")]
            self._receipts.expect(self._given, self._judge(updates, repository.public()))
        elif state in ("committed", "aborted"):
            due = self._receipts.take(self._given)
            for each in due if state == "committed" else ():
                self._record(each)

    def pre_push(self, remote: str) -> None:
        """Ask beforehand, as a rehearsal, what the server will ask in earnest.

        Raises:
            Refused: the server would refuse it.
        """
        updates = [Update(old, new, ref) for _, new, ref, old in self._lines(4)]
        tracked = f"refs/remotes/{remote}/" if "/" not in remote else ""
        known = repository.there(update.old for update in updates if update.old.strip("0"))
        known += repository.public(tracked) if tracked else []
        for each in judging.outputs(updates, known, self._settings.get("mapping", "")):
            self._guard.ask(each)

    def _judge(self, updates: Sequence[Update], known: Sequence[str]) -> list[Due]:
        due: list[Due] = []

        def ask(wanted: Wanted) -> None:
            yes = self._receipts.find(wanted, self._clock.now())
            if yes is None:
                yes = self._guard.ask(wanted)
                self._receipts.keep(wanted, yes)
            if yes.permit:
                say(f"The guard gave no usable answer. On permit {yes.permit}: {wanted.release}.")
            due.append(Due(wanted, yes.permit))

        found = judging.outputs(updates, known, self._settings.get("mapping", ""))
        judging.refuse_any(found, ask)
        return due

    def _record(self, due: Due) -> None:
        happened = self._clock.now()
        if self._guard.tell(due.wanted, happened, due.permit):
            return
        try:
            path = self._receipts.queue(due, self._actor, happened, self._state)
            say(f"The guard could not be told. The record waits in {path.parent}.")
        except OSError as error:
            say(f"The guard could not be told, nor the record kept ({error}): record it by hand.")

    def _lines(self, words: int = 3) -> list[list[str]]:
        lines = [line.split(" ") for line in os.fsdecode(self._given).splitlines()]
        if any(len(line) != words for line in lines):
            raise UsageError(
                "git gave this hook something else than refs.", "Update git or pubguard."
            )
        return lines


def main(arguments: Sequence[str]) -> int:
    """Run the hook that is named first; the exit code is git's answer."""
    name, *rest = [*arguments, "", ""]
    signal.alarm(LONGEST)
    try:
        given = sys.stdin.buffer.read(LARGEST + 1)
        if len(given) > LARGEST:
            raise Refused("More refs than can be judged in one push.", "Push them in parts.")
        hook = Hook(repository.settings(), given, rehearse=name == "pre-push")
        if name == "pre-receive":
            hook.pre_receive()
        elif name == "reference-transaction":
            hook.reference_transaction(rest[0])
        elif name == "pre-push":
            hook.pre_push(rest[0])
        else:
            raise UsageError(f"{name!r} is no hook of pubguard.", "Take the scripts as they are.")
    except PubguardError as error:
        say(f"REFUSED: {error.message}\n-> {error.remedy}")
        return 1
    return 0


def _actor(settings: Mapping[str, str]) -> str:
    for name in PUSHERS:
        if found := os.environ.get(name):
            return found
    try:
        return settings.get("actor") or pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
