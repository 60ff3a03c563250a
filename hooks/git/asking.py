"""Asks the guard about one output, once; what is no clear yes is a no."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO

import msgspec
from msgspec import Struct
from pubguard_hooks.git.permit import NoPermit, Permits, Wanted

from pubguard.clock import Clock, stamp
from pubguard.errors import Refused

PATIENCE = 15.0
"""Seconds for an answer; the command ends itself after that."""
PERMITTED = 1.0
"""Seconds for an answer where a good permit is in hand (the one question that it asks)."""
LARGEST = 4_000_000


class Verdict(Struct, frozen=True):
    """As much of a verdict as a person needs."""

    code: str
    effect: str
    reason: str
    remedy: str = ""


class Answer(Struct, frozen=True):
    """As much of the guard's document as counts."""

    decision: str
    action: str
    release: str
    rehearsal: bool
    verdicts: tuple[Verdict, ...] = ()
    valid_until: datetime | None = None


class Yes(Struct, frozen=True):
    """It may go out until then; under a permit where the guard could not say."""

    until: datetime | None
    permit: str = ""


class Guard:
    """The guard of this machine.

    Args:
        command: the pubguard command, and the workspace where one is named.
        actor: who pushes.
        permits: what counts when it gives no answer.
        clock: what tells the time.
        rehearse: ask what the answer would be; nothing is used up.
    """

    def __init__(
        self,
        command: list[str],
        actor: str,
        permits: Permits,
        clock: Clock,
        *,
        rehearse: bool = False,
    ) -> None:
        self._command = command
        self._actor = actor
        self._permits = permits
        self._clock = clock
        self._rehearse = rehearse

    def ask(self, wanted: Wanted) -> Yes:
        """The yes.

        Raises:
            Refused: a no, or no usable answer and no permit.
        """
        patience = PATIENCE
        with suppress(NoPermit):
            self._permits.find(wanted, self._clock.now())
            patience = PERMITTED
        code, answer, heard = self._asked(wanted, patience)
        meant = (
            answer is not None
            and answer.release == wanted.release
            and answer.action == "publish"
            and answer.rehearsal is self._rehearse
        )
        if answer is None or not meant:
            return self._permitted(wanted, heard or "its answer cannot be read")
        if (code, answer.decision) == (5 if self._rehearse else 0, "allow"):
            if not self._rehearse and not self._valid(answer):
                raise Refused(
                    f"{wanted.release}: the guard's yes was no longer valid when it came.",
                    "Push again.",
                )
            return Yes(answer.valid_until)
        if (code, answer.decision) in ((1, "block"), (3, "confirm")):
            raise _refused(wanted, answer)
        return self._permitted(wanted, heard or f"exit code {code}")

    def tell(self, wanted: Wanted, happened: datetime, permit: str) -> bool:
        """Record that it is public; False where the guard did not take it."""
        more = ("--permit", permit) if permit else ()
        code, _, _ = self._run(
            (
                *("record", "published", wanted.release, "--output", wanted.output),
                *("--digest", wanted.digest, "--happened-at", stamp(happened), *more),
            ),
            PATIENCE,
        )
        return code == 0

    def _permitted(self, wanted: Wanted, heard: str) -> Yes:
        try:
            return Yes(None, self._permits.find(wanted, self._clock.now()))
        except NoPermit as error:
            raise Refused(
                f"{wanted.release} ({wanted.output}): the guard gave no usable answer ({heard}), "
                f"and no permit stands in for it: {error}.",
                "Have the guard looked at (pubguard doctor on the server), then push again. If the "
                "slot has come, publish by the manual path as two persons, and record it.",
            ) from error

    def _valid(self, answer: Answer) -> bool:
        until = answer.valid_until
        return until is not None and until.tzinfo is not None and self._clock.now() < until

    def _asked(self, wanted: Wanted, patience: float) -> tuple[int, Answer | None, str]:
        at = ("--at", stamp(self._clock.now())) if self._rehearse else ()
        what = ("--output", wanted.output, "--digest", wanted.digest, "--via", "git", *at)
        code, out, heard = self._run(("check", "publish", wanted.release, *what), patience)
        try:
            return code, msgspec.json.decode(out, type=Answer), heard
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return code, None, heard or f"exit code {code}"

    def _run(self, arguments: tuple[str, ...], patience: float) -> tuple[int, bytes, str]:
        # Files, not pipes: what a killed command leaves behind could hold a pipe open for ever.
        line = [*self._command, *arguments, "--actor", self._actor, "--json", "--no-input"]
        with TemporaryFile() as out, TemporaryFile() as err:
            try:
                process = subprocess.Popen(  # noqa: S603 - the repository's own settings name it
                    line,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    start_new_session=True,
                )
            except OSError:
                return 127, b"", f"the command {self._command[0]!a} cannot be run"
            try:
                code = process.wait(patience)
                heard = ""
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                code, heard = 124, f"it did not answer in {patience:.0f} s"
            return code, _start(out), heard


def _start(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(LARGEST)


def _refused(wanted: Wanted, answer: Answer) -> Refused:
    counts = [verdict for verdict in answer.verdicts if verdict.effect in ("block", "confirm")]
    lines = [f"  {verdict.effect} {verdict.code}: {verdict.reason}" for verdict in counts]
    remedies = dict.fromkeys(verdict.remedy for verdict in counts if verdict.remedy)
    said = "says no to" if answer.decision == "block" else "wants somebody to confirm first:"
    return Refused(
        "\n".join([f"The guard {said} {wanted.release} ({wanted.output}).", *lines]),
        " ".join(remedies) or "Do what it asks for, then push again.",
    )
