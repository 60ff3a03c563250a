"""The web server's file: as a whole, tried, undone where it is not taken, finished after a kill."""

from __future__ import annotations

import os
import stat

import pytest

from pubguard.edge.reloading import commands, reload
from pubguard.errors import NotLoaded
from pubguard.testing import call
from tests.edge.syncing import machine
from tests.servers.listing_guard import closing, listed

__all__ = ["machine"]

OTHER = listed(closing(at="2026-12-03T09:30:00Z"), size=10)


def test_a_file_that_is_not_taken_gives_way_to_the_one_before(machine) -> None:
    """Byte for byte with its mode, also one that somebody else wrote; the word of it is kept."""
    machine.output.write_text("by hand")
    machine.output.chmod(0o604)
    machine.fails.touch()
    error = machine.sync(code=1)["error"]
    assert "said" in error["message"]
    assert "by hand" in machine.output.read_text()
    assert stat.S_IMODE(machine.output.stat().st_mode) == 0o604
    assert "next.json" not in os.listdir(f"{machine.output}.sync")


def test_where_there_was_none_there_is_none(machine) -> None:
    """Without its list nginx does not start, which is the safe side."""
    machine.fails.touch()
    machine.sync(code=1)
    assert not machine.output.exists()


def test_what_is_loaded_is_told_of_and_nothing_else(machine) -> None:
    """The old slot while the new one is not taken; no time where nobody knows what is loaded."""

    def told() -> list[str | None]:
        return [item["scheduled_at"] for item in machine.guard.told[-1]["items"]]

    machine.sync()
    assert told() == ["2026-11-26T09:30:00.000000Z"]
    machine.guard.list = OTHER
    machine.fails.touch()
    machine.sync(code=1)
    assert told() == ["2026-11-26T09:30:00.000000Z"]
    machine.output.write_text("by hand")
    machine.sync(code=1)
    assert told() == [None]
    machine.fails.unlink()
    machine.sync()
    assert told() == ["2026-12-03T09:30:00.000000Z"]


def test_a_file_that_somebody_changed_is_written_again(machine) -> None:
    """And so it is where it shall be written in another way."""
    machine.sync()
    mine = machine.output.read_bytes()
    machine.output.write_text("by hand")
    assert machine.sync()["changed"] is True
    assert machine.output.read_bytes() == mine
    assert machine.sync("--refuse-with", "403")["changed"] is True
    assert b"default 403;" in machine.output.read_bytes()


@pytest.mark.parametrize("fails", [False, True])
def test_one_that_was_killed_in_the_middle_is_finished_or_undone(machine, fails) -> None:
    """By the next round, before the guard is even asked: all of the new file or the old one."""
    machine.sync()
    old = machine.output.read_bytes()
    machine.guard.list = OTHER
    machine.kills.touch()
    assert machine.process().returncode == -9
    new = machine.output.read_bytes()
    assert new != old
    machine.kills.unlink()
    if fails:
        machine.fails.touch()
    machine.guard.fault = lambda handler: handler.say(503, b"")
    machine.sync(code=4)
    assert machine.output.read_bytes() == (old if fails else new)
    machine.guard.fault = None
    machine.fails.unlink(missing_ok=True)
    assert machine.sync()["changed"] is fails


def test_the_files_are_not_for_everybody(machine) -> None:
    """The map for the web server's group, what is kept beside it for the owner alone."""
    old = os.umask(0)
    try:
        machine.sync()
    finally:
        os.umask(old)
    assert stat.S_IMODE(machine.output.stat().st_mode) == 0o640
    assert stat.S_IMODE(os.stat(f"{machine.output}.sync").st_mode) == 0o700
    assert sorted(os.listdir(machine.output.parent)) == ["map.conf", "map.conf.sync"]
    assert os.listdir(f"{machine.output}.sync") == ["held.json"]


def test_what_others_can_write_is_not_read(machine) -> None:
    """Whoever could change what is remembered could have an older list believed."""
    machine.sync()
    machine.output.with_name("map.conf.sync").joinpath("held.json").chmod(0o666)
    assert machine.sync(code=2)["error"]["code"] == "config"


def test_what_is_remembered_and_cannot_be_read_is_forgotten(machine) -> None:
    """Another version's; the list is loaded again."""
    machine.sync()
    machine.output.with_name("map.conf.sync").joinpath("held.json").write_text("{}")
    assert machine.sync()["changed"] is True


def test_a_reload_that_never_ends_is_ended(machine) -> None:
    """With all that it has begun; the old file is back."""
    pipe = machine.folder / "pipe"
    os.mkfifo(pipe)
    endless = commands([f"sh -c '(sleep 5; echo alive) >{pipe} & wait'"])
    handle = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(NotLoaded, match=r"longer than 0\.5 s"):
        reload(endless, patience=0.5)
    os.set_blocking(handle, True)
    with os.fdopen(handle, "rb") as heard:
        assert heard.read() == b""


def test_the_first_command_that_fails_ends_it(machine) -> None:
    """The next ones do not run: nothing is loaded that did not pass the test before."""
    line = machine.line("--json", "--reload", f"touch {machine.folder}/second")
    machine.fails.touch()
    assert call(*line, clock=machine.clock).code == 1
    assert not (machine.folder / "second").exists()
    machine.fails.unlink()
    assert call(*line, clock=machine.clock).code == 0
    assert (machine.folder / "second").exists()
