"""`pubguard edge sync` and a guard that is not what it should be: the old file stays."""

from __future__ import annotations

import gzip
import json

import pytest

from pubguard.edge.asking import LARGEST, Limits, RemoteGuard
from pubguard.errors import NoAnswer
from pubguard.testing import call
from tests.edge.syncing import machine
from tests.servers.listing_guard import ROOT, TOKEN, closing, listed

__all__ = ["machine"]

GOOD = json.dumps(listed(closing(at=None), size=99)).encode()


def cut(handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(GOOD) + 5))
    handler.end_headers()
    handler.wfile.write(GOOD)


def body(document: object):
    return lambda handler: handler.say(200, json.dumps(document).encode())


FAULTS = {
    "no JSON": lambda handler: handler.say(200, GOOD[:-1]),
    "twice": lambda handler: handler.say(200, GOOD + GOOD),
    "empty": lambda handler: handler.say(200, b""),
    "no UTF-8": lambda handler: handler.say(200, b'{"size": "\xff"}'),
    "another document": body({"size": 99, "root": ROOT}),
    "no list": body([]),
    "a page": lambda handler: handler.say(200, GOOD, "text/html"),
    "packed": lambda handler: handler.say(200, gzip.compress(GOOD), Content_Encoding="gzip"),
    "10 MB": lambda handler: handler.say(200, GOOD[:-1] + b" " * 10_000_000 + b"}"),
    "cut off": cut,
    "redirect": lambda handler: handler.say(307, b"", Location="/elsewhere"),
    "created": lambda handler: handler.say(201, GOOD),
    "error": lambda handler: handler.say(503, GOOD),
    "negative": body(listed(size=-1)),
    "a time without a zone": body(listed(closing(at="2026-11-26T09:30:00"), size=99)),
    "too deep": body(listed(closing("a/" * 100 + "a"), size=99)),
    "no time at all": body(listed(closing(at="soon"), size=99)),
    "a root with a line break": body(listed(closing(), size=99, root="\n} deny all;" + ROOT)),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_no_list_changes_nothing(machine, fault) -> None:
    """Exit code 4, the file as it was, nothing run, nothing said to the guard, nobody followed."""
    machine.sync()
    machine.guard.fault = FAULTS[fault]
    assert machine.guard.url in machine.refused()
    assert "/elsewhere" not in machine.guard.asked


def test_a_guard_that_is_gone_changes_nothing(machine) -> None:
    """Nor one that hangs up, on the first round or later."""
    machine.guard.fault = lambda handler: handler.connection.close()
    machine.refused()
    assert not machine.output.exists()
    machine.guard.stop()
    assert "no connection" in machine.refused()


@pytest.mark.parametrize("drop", [b"", b" "])
def test_an_answer_that_never_ends_is_not_waited_for(machine, drop) -> None:
    """Silence, and a byte now and then, have one limit for all of it."""

    def drip(handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.end_headers()
        while not machine.guard.ended.wait(0.05):
            handler.wfile.write(drop)

    machine.guard.fault = drip
    limits = Limits(read=30 if drop else 0.3, whole=0.6 if drop else 30)
    guard = RemoteGuard(machine.guard.url, str(machine.token), limits)
    with pytest.raises(NoAnswer, match="longer than 0.6 s" if drop else "fell silent|no conn"):
        guard.edge_list()


def test_a_sync_that_fails_is_no_success(machine) -> None:
    """What is loaded is loaded, but the guard may not have heard of it: exit code 4."""
    machine.guard.sync = {"next_sync": "soon"}
    assert machine.sync(code=4)["error"]["code"] == "no-answer"
    assert machine.reloads == 1


@pytest.mark.parametrize("older", [{"size": 8}, {"root": "cd" * 32}])
def test_a_guard_that_was_rolled_back_is_not_believed(machine, older) -> None:
    """A smaller log, or another of the same size, may hold a slot that was moved since."""
    machine.sync()
    machine.guard.list = listed(closing(at="2026-11-21T09:30:00Z"), **older)
    assert "log is not the one" in machine.refused()
    machine.guard.list = listed(closing(at="2026-11-21T09:30:00Z"), size=10)
    assert machine.sync()["changed"] is True


def test_the_largest_log_counts_even_where_nothing_else_changed(machine) -> None:
    """A log that grew without moving a slot is remembered, and so is no smaller one after it."""
    machine.sync()
    machine.guard.list = listed(closing(), size=50)
    assert machine.sync()["changed"] is False
    machine.guard.list = listed(closing(at=None), size=49)
    machine.refused()


def test_a_list_that_shrank_to_nothing_is_not_believed(machine) -> None:
    """It would open everything; only whoever deletes what was held starts anew."""
    machine.sync()
    machine.guard.list = listed(size=99)
    assert "empty" in machine.refused()
    machine.output.with_name("map.conf.sync").rename(machine.folder / "away")
    assert "empty" in machine.refused()
    machine.output.unlink()
    assert machine.sync()["addresses"] == 0


def test_an_address_that_cannot_be_closed_by_itself_is_named(machine) -> None:
    """Exit code 1, as export has it; the others are loaded."""
    why = {"release": "odd", "output": "query", "reason": "it is a\nquery"}
    machine.guard.list = listed(closing(), doubtful=["2026-11-26T09:30:00Z"], refused=[why])
    assert machine.sync(code=1)["changed"] is True
    assert "odd / query cannot be closed by itself: it is a\\x0aquery" in machine.err


def test_the_token_appears_nowhere(machine) -> None:
    """Not in what is written, said or run, whether it goes well or not."""
    for fails in (False, True):
        if fails:
            machine.fails.touch()
            machine.guard.list = listed(closing(at=None), size=10)
        done = machine.process()
        assert done.returncode == fails
        assert TOKEN not in done.stdout + done.stderr
    machine.guard.stop()
    assert TOKEN not in machine.process().stderr
    files = machine.here()
    assert b"edge\0sync" in files["seen"]
    assert all(TOKEN.encode() not in body for body in files.values())


def test_a_token_can_be_changed_while_it_runs(machine) -> None:
    """The file is read anew for each question."""
    guard = RemoteGuard(machine.guard.url, str(machine.token))
    machine.token.write_text("another")
    with pytest.raises(NoAnswer, match="does not know the token"):
        guard.edge_list()
    machine.token.write_text(TOKEN)
    assert guard.edge_list().size == 9


WRONG = {
    "http elsewhere": {"--url": "http://guard.example"},
    "no address": {"--url": "guard.example"},
    "a password": {"--url": "https://user:secret-word@guard.example"},
    "a query": {"--url": "https://guard.example/?token=secret-word"},
    "no port": {"--url": "https://guard.example:secret-word"},
    "no token": {"--token-file": "missing"},
    "no folder": {"--output": "missing/map.conf"},
    "no program": {"--reload": "no-such-program -s reload"},
    "no command": {"--reload": " "},
    "quotes": {"--reload": "nginx '"},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_settings_are_told_at_once(machine, wrong) -> None:
    """Exit code 2, before anybody is asked; no secret of an address is repeated."""
    line = machine.line("--json")
    for name, value in WRONG[wrong].items():
        line[line.index(name) + 1] = str(machine.folder / value) if "missing" in value else value
    done = call(*line, clock=machine.clock)
    assert done.code == 2, done.out
    assert "secret-word" not in done.out + done.err
    assert machine.guard.asked == []


@pytest.mark.parametrize("text", ["", "\n", "two\nlines", "caf\u00e9"])
def test_a_file_that_holds_no_token_is_refused(machine, text) -> None:
    """Exit code 2, without repeating what it holds."""
    machine.token.write_text(text)
    error = machine.sync(code=2)["error"]
    assert "lines" not in error["message"]
    assert machine.guard.asked == []


def test_a_token_that_others_can_read_is_refused(machine) -> None:
    """Exit code 2, with the command that puts it right."""
    machine.token.chmod(0o640)
    assert "chmod 600" in machine.sync(code=2)["error"]["remedy"]


def test_the_limit_of_an_answer_leaves_room() -> None:
    """Fifty thousand addresses fit, ten megabytes do not."""
    many = json.dumps(listed(*(closing(f"releases/{n}") for n in range(50_000)))).encode()
    assert len(many) < LARGEST < 10_000_000
