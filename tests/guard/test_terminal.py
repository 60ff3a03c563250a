"""On a terminal `check` asks by itself; a real pseudo-terminal and the real command."""

from __future__ import annotations

import os
import pty
import select
import sys
import time
from pathlib import Path

import pytest

from tests.guard.conftest import Office

PROMPT = b"to go ahead"
APPROVE = (
    *("approve", "far-ahead", "--actor", "a.jones", "--role", "approver", "--author", "b.shah"),
    *("--effective-at", "2037-12-15T09:30"),
)


@pytest.fixture
def ahead(office: Office) -> Office:
    """A release far ahead of the machine's own clock."""
    done = office.command(
        *("calendar", "announce", "far-ahead", "--title", "Far ahead"),
        *("--release-at", "2037-12-15T09:30", "--actor", "c.lee"),
    )
    assert done.code == 0, done.err
    return office


class Terminal:
    """The command in a terminal of its own."""

    def __init__(self, office: Office, *arguments: str) -> None:
        self.seen = b""
        self.pid, self.handle = pty.fork()
        if self.pid == 0:
            os.environ["PUBGUARD_CONFIG"] = str(office.folder)
            command = str(Path(sys.executable).parent / "pubguard")
            os.execv(command, [command, *arguments])

    def until(self, text: bytes) -> None:
        """Read until the text is on the screen."""
        end = time.monotonic() + 30
        while text not in self.seen:
            ready, _, _ = select.select([self.handle], [], [], max(end - time.monotonic(), 0))
            assert ready, self.seen
            self.seen += self._read()

    def type(self, text: bytes) -> None:
        self.seen = b""
        os.write(self.handle, text)

    def exit_code(self) -> int:
        """Read to the end; the command's exit code."""
        while part := self._read():
            self.seen += part
        os.close(self.handle)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def _read(self) -> bytes:
        try:
            return os.read(self.handle, 65536)
        except OSError:
            return b""


def test_the_prompt_states_the_date_and_takes_it(ahead: Office) -> None:
    """The right text goes through at once, exit code 0."""
    terminal = Terminal(ahead, "check", *APPROVE)
    terminal.until(PROMPT)
    assert b"15 December 2037" in terminal.seen
    terminal.type(b"15 december 2037\r")
    assert terminal.exit_code() == 0
    assert b"ALLOWED" in terminal.seen


def test_a_wrong_answer_is_told_and_asked_again_without_the_whole_story(ahead: Office) -> None:
    """After a slip only the question comes again; the explanation still stands above it."""
    terminal = Terminal(ahead, "check", *APPROVE)
    terminal.until(PROMPT)
    terminal.type(b"tomorrow\r")
    terminal.until(PROMPT)
    assert b"That is not what was asked for" in terminal.seen
    assert b"CONFIRMATION NEEDED" not in terminal.seen
    terminal.type(b"15 December 2037\r")
    assert terminal.exit_code() == 0


def test_three_wrong_answers_end_the_prompt_with_3(ahead: Office) -> None:
    """Nothing is approved, and the exit code says that a confirmation is needed."""
    terminal = Terminal(ahead, "check", *APPROVE)
    for _ in range(3):
        terminal.until(PROMPT)
        terminal.type(b"yes\r")
    assert terminal.exit_code() == 3


def test_ctrl_c_at_the_prompt_exits_130_and_approves_nothing(ahead: Office) -> None:
    """The refusal to answer is no answer; the log is whole."""
    terminal = Terminal(ahead, "check", *APPROVE)
    terminal.until(PROMPT)
    terminal.type(b"\x03")
    assert terminal.exit_code() == 130
    assert b"Traceback" not in terminal.seen
    assert ahead.command("log", "verify").code == 0
    assert "release.armed" not in ahead.command("log", "export").out


def test_the_end_of_input_at_the_prompt_exits_3(ahead: Office) -> None:
    """Ctrl-D is no answer either."""
    terminal = Terminal(ahead, "check", *APPROVE)
    terminal.until(PROMPT)
    terminal.type(b"\x04")
    assert terminal.exit_code() == 3
