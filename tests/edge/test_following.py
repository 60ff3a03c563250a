"""Round after round: when the next one comes, and what is said of one that failed."""

from __future__ import annotations

import json
import os
import signal

import pytest

from pubguard.clock import parse
from pubguard.edge.document import EdgeDocument
from pubguard.edge.following import Followed, Follower
from pubguard.edge.reloading import commands
from pubguard.errors import NotLoaded
from tests.edge.syncing import machine
from tests.servers.listing_guard import ROOT, closing, listed

__all__ = ["machine"]

EMPTY = EdgeDocument(size=9, root=ROOT, closings=(), doubtful=(), refused=())
PAUSES = (
    ("2026-11-20T10:01", None, 60),
    ("2026-11-20T10:00:05", None, 5),
    ("2026-11-20T09:00", None, 2),
    ("2037-11-20T10:00", None, 300),
    ("2026-11-20T10:05", NotLoaded("no"), 10),
    ("2026-11-20T10:00:05", NotLoaded("no"), 5),
)


@pytest.mark.parametrize(("then", "failed", "seconds"), PAUSES)
def test_the_next_round_comes_when_the_guard_asks_for_it(machine, then, failed, seconds) -> None:
    """Within limits, whatever clock or guard is wrong; sooner where the last one failed."""
    done = Followed(document=EMPTY, changed=False, failed=failed, next_sync=parse(then))
    assert Follower(None, None, machine.clock, lambda _: None).pause(done) == seconds


def test_trouble_is_said_once_and_so_is_its_end(machine) -> None:
    """The loop goes on behind a guard that is away and a reload that fails; nothing is repeated."""
    heard = {"/v1/edge/list": 0}

    def away(handler) -> None:
        heard["/v1/edge/list"] += 1
        handler.say(503, b"")

    machine.guard.fault = away
    running = machine.running()
    try:
        assert "gave no usable answer: it answered 503" in running.stderr.readline()
        running.send_signal(signal.SIGHUP)
        while heard["/v1/edge/list"] < 2:
            assert running.poll() is None
        machine.guard.fault = None
        running.send_signal(signal.SIGHUP)
        assert json.loads(running.stdout.readline())["changed"] is True
        machine.fails.touch()
        machine.guard.list = listed(closing(at=None), size=10)
        running.send_signal(signal.SIGHUP)
        assert running.stderr.readline() == "In step again.\n"
        assert "did not take the new list" in running.stderr.readline()
    finally:
        running.terminate()
        rest = running.communicate(timeout=30)
    assert running.returncode == 0
    assert rest == ("", "")


def test_without_a_command_nginx_is_tested_and_reloaded(machine) -> None:
    """In this order, by the first nginx that is found."""
    folder = machine.folder / "bin"
    folder.mkdir()
    (folder / "nginx").write_text(f"#!/bin/sh\necho $* >>{machine.folder}/called\n")
    (folder / "nginx").chmod(0o755)
    line = machine.line()
    place = line.index("--reload")
    del line[place : place + 2]
    path = f"{folder}:{os.environ['PATH']}"
    done = machine.process(line=line, PATH=path)
    assert done.returncode == 0, done.stderr
    assert (machine.folder / "called").read_text() == "-t\n-s reload\n"


def test_programs_are_found_where_cron_does_not_look(machine, monkeypatch) -> None:
    """Web servers lie among the system's programs."""
    (machine.folder / "conf" / "empty").mkdir()
    monkeypatch.setenv("PATH", str(machine.folder / "conf" / "empty"))
    ((program, *_),) = commands(["ldconfig -p"])
    assert program.endswith("/sbin/ldconfig")


def test_what_the_machine_has_set_for_others_does_not_count(machine) -> None:
    """No proxy gets the token for this very machine, and no .netrc puts in another."""
    netrc = machine.folder / ".netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    done = machine.process(HOME=str(machine.folder), http_proxy="http://127.0.0.1:9")
    assert done.returncode == 0, done.stderr
    assert "In step" not in done.stderr
