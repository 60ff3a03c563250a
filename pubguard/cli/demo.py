"""`pubguard demo`: a real incident, and how the guard would have stopped it.

The first founding case: on 23 April 2018 two publications were approved with
"publish immediately", two and three days before they were announced for. Every
line that starts with $ is the command itself, run on a clock that the
demonstration sets.
"""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from pubguard import cli, clock
from pubguard.cli import terminal
from pubguard.cli.frame import Session, command
from pubguard.errors import PubguardError

_WIDEST = 76


class Story(Struct, frozen=True):
    """One of the two publications: its id, title and slot as it was announced."""

    id: str
    title: str
    slot: str
    digest: str

    @property
    def opens(self) -> datetime:
        """The slot in UTC."""
        return clock.parse(self.slot)


STORIES = (
    Story(
        "psychological-therapies-february-2018",
        "Psychological therapies: monthly report, February 2018",
        "2018-04-25T09:30",
        "sha256:" + "5f" * 32,
    ),
    Story(
        "maternity-statistics-december-2017",
        "Maternity services: monthly statistics, December 2017",
        "2018-04-26T09:30",
        "sha256:" + "6a" * 32,
    ),
)


class Step(Struct, frozen=True):
    """One command of the demonstration, and the documents that it printed with --json."""

    at: datetime
    command: tuple[str, ...]
    exit_code: int
    documents: tuple[Any, ...]


class StoryClock:
    """A clock that stands where the story puts it."""

    def __init__(self) -> None:
        self.time = clock.parse("2018-03-05T10:00")

    def now(self) -> datetime:
        """The story's time, in UTC."""
        return self.time


class Stage:
    """Runs commands at the story's time and shows them."""

    def __init__(self, session: Session, folder: Path) -> None:
        self._session = session
        self.folder = folder
        self.clock = StoryClock()
        self.steps: list[Step] = []

    def tell(self, text: str) -> None:
        """Say what happens next."""
        self._print("\n" + terminal.style(text, "bold"))

    def at(self, when: datetime) -> None:
        """Put the clock there."""
        self.clock.time = when

    def run(self, *arguments: str, expect: int) -> None:
        """Run one command; the story only goes on as it was written.

        Raises:
            PubguardError: the exit code is another one than the story's.
        """
        when = clock.say(self.clock.now())
        line = "\n".join(_typed(arguments))
        self._print(terminal.style(f"\n[{when}]", "grey") + f"\n{line}")
        where = () if arguments[0] == "init" else ("--config", str(self.folder))
        code = self._call([*arguments, *where, "--no-input"])
        self._print(terminal.style(f"(exit code {code})", "grey"))
        if code != expect:
            raise PubguardError(
                f"The demonstration expected exit code {expect} and got {code}.",
                "Please report this with the output above.",
            )

    def _call(self, arguments: list[str]) -> int:
        if not self._session.json:
            return cli.main(arguments, self.clock)
        with redirect_stdout(StringIO()) as out:
            code = cli.main([*arguments, "--json"], self.clock)
        printed = tuple(map(msgspec.json.decode, out.getvalue().splitlines()))
        self.steps.append(Step(self.clock.now(), tuple(arguments), code, printed))
        return code

    def _print(self, text: str) -> None:
        if not self._session.json:
            self._session.emit(None, lambda: text)

    def challenge(self, actor: str) -> tuple[str, str]:
        """The challenge that is open for somebody, and what it asks for."""
        from pubguard import ledger
        from pubguard.build import Workspace

        workspace = Workspace.open(self.folder, self.clock)
        try:
            states = [
                ledger.read_confirmation(row.body)
                for _, row in workspace.journal.states(ledger.confirm_stream(""))
            ]
        finally:
            workspace.close()
        (found,) = (s for s in states if s.status == "open" and s.actor == actor)
        return found.id, found.type_this


@command(example="pubguard demo")
def demo(session: Session) -> None:
    """Watch two early publications being stopped, and let go at their second.

    Works in a temporary folder that is removed again, on the story's own clock.
    With --json: {"steps": [{"at", "command", "exit_code", "documents"}]}.
    """
    with tempfile.TemporaryDirectory(prefix="pubguard-demo-") as folder:
        stage = Stage(session, Path(folder, "office"))
        for part in (_before, _the_click, _the_right_way, _the_morning, _the_record):
            part(stage)
    if session.json:
        session.emit({"steps": stage.steps}, str)


def _before(stage: Stage) -> None:
    stage.tell("Weeks before: a workspace, and two releases in its calendar.")
    name = "Office for Example Statistics"
    folder = str(stage.folder)
    stage.run("init", folder, "--organisation", name, "--nation", "england", expect=0)
    for story in STORIES:
        stage.run(
            *("calendar", "announce", story.id, "--title", story.title),
            *("--release-at", story.slot, "--actor", "c.lee"),
            expect=0,
        )


def _the_click(stage: Stage) -> None:
    stage.tell("Monday 23 April 2018: both are approved, and the form says 'publish immediately'.")
    stage.at(clock.parse("2018-04-23T14:05"))
    for story in STORIES:
        stage.run(*_approve(story), expect=1)


def _the_right_way(stage: Stage) -> None:
    stage.tell("The warning says what to do instead: approve for the slot. The guard asks once.")
    for story in STORIES:
        stage.at(stage.clock.now() + timedelta(minutes=3))
        approve = (*_approve(story), "--effective-at", story.slot)
        stage.run(*approve, expect=3)
        stage.at(stage.clock.now() + timedelta(seconds=40))
        challenge, typed = stage.challenge("a.jones")
        stage.run("confirm", challenge, "--actor", "a.jones", "--typed", typed, expect=0)
        stage.run(*approve, expect=0)


def _the_morning(stage: Stage) -> None:
    stage.tell("Release mornings: a second early is early, and on the second nobody is asked.")
    for story in STORIES:
        publish = ("check", "publish", story.id, "--actor", "cron", "--digest", story.digest)
        for early, expect in ((1, 1), (0, 0)):
            stage.at(story.opens - timedelta(seconds=early))
            stage.run(*publish, expect=expect)
        stage.run(
            *("record", "published", story.id, "--actor", "cron", "--digest", story.digest),
            expect=0,
        )


def _the_record(stage: Stage) -> None:
    stage.tell("Afterwards: what happened, and that the record of it was not changed.")
    stage.run("log", "show", "--release", STORIES[0].id, expect=0)
    stage.run("log", "verify", "--replay", expect=0)
    stage.tell("That was a temporary workspace. Your own: pubguard init --help")


def _typed(arguments: Sequence[str]) -> Iterator[str]:
    """The command as somebody would type it, in lines that fit a terminal."""
    line = "$ pubguard"
    for word in map(shlex.quote, arguments):
        if len(line) + len(word) > _WIDEST:
            yield f"{line} \\"
            line = "   "
        line = f"{line} {word}"
    yield line


def _approve(story: Story) -> Iterator[str]:
    yield from ("check", "approve", story.id, "--actor", "a.jones", "--role", "approver")
    yield from ("--author", "b.shah", "--digest", story.digest)
