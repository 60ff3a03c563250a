"""Real git, the real command on its workspace, and permits from the real service."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Show
from tests.hooks.conftest import Site
from tests.hooks.gitrepo import BOTH, Server, refused
from tests.http.conftest import PUBGUARD, Service
from tests.http.hooks.conftest import (
    LATE,
    OPENING,
    SLOT,
    At,
    back,
    gone,
    move,
    published,
    said,
    sync,
)

Make = Callable[..., Server]


@pytest.fixture
def make(tmp_path: Path, guard: Service, site: Site, show: Show) -> Make:
    """A repository with these hooks, with a mapping in it and the figures committed."""

    def made(*hooks: str) -> Server:
        server = Server(tmp_path, hooks)
        server.configure(
            command=PUBGUARD, config=guard.office.folder, state=site.state, point="cms"
        )
        server.more = show(OPENING)
        server.start()
        server.commit()
        return server

    return made


@pytest.fixture
def server(make: Make) -> Server:
    return make(*BOTH)


def pushed(server: Server) -> str:
    done = server.push("main")
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_early_is_a_no_and_at_the_slot_it_goes_in(server: Server, guard: Service, at: At) -> None:
    """Refused a second early in the guard's words; taken at the slot, asked once, recorded."""
    at("2026-11-26T09:29:59")
    assert "1 s early" in refused(server, "main", words="remote: pubguard:   block PG201")
    at(SLOT)
    pushed(server)
    asked = [each for each in said(guard.office, "check.decided") if each["action"] == "publish"]
    assert [each["decision"] for each in asked] == ["block", "allow"]
    assert published(guard.office) == [f"{SLOT}:00"]


def test_a_change_made_on_the_server_is_judged(make: Make, guard: Service, at: At) -> None:
    """update-ref and a merge there run no pre-receive; reference-transaction sees them."""
    server = make()
    assert server.push("main:refs/heads/draft").returncode == 0
    server.git("update-ref", "-d", "refs/heads/draft", where=server.bare)
    head = server.git("rev-parse", "HEAD").strip()
    server.install("reference-transaction", server.bare / "hooks")
    before = server.refs()
    for line, given in (
        (("refs/heads/main", head), None),
        (("--stdin",), f"create refs/heads/x {head}\n"),
    ):
        done = server.try_git("update-ref", *line, where=server.bare, given=given)
        assert done.returncode
        assert "PG201" in done.stderr
    assert server.refs() == before
    at(SLOT)
    server.git("update-ref", "refs/heads/main", head, where=server.bare)
    assert published(guard.office) == [f"{SLOT}:00"]


def test_pre_push_asks_beforehand_as_a_rehearsal(make: Make, guard: Service, at: At) -> None:
    """A courtesy on one's own machine, which uses nothing up; --no-verify skips it."""
    server = make()
    own = {"python": sys.executable, "command": PUBGUARD, "config": guard.office.folder}
    server.configure(server.clone, **own)
    server.install("pre-push", server.clone / ".git" / "hooks")
    refused(server, "main", words="PG201")
    at(SLOT)
    pushed(server)
    kinds = [event["kind"] for event in guard.office.events()]
    assert kinds.count("check.rehearsed") == 2
    assert published(guard.office) == []
    server.commit(body=b"Corrected.\n")
    gone(guard)
    refused(server, "main", words="no usable answer")
    assert server.push("--no-verify", "main").returncode == 0


def test_without_a_permit_nothing_goes_in_while_the_guard_is_away(
    server: Server, guard: Service, at: At
) -> None:
    """Also from the slot on."""
    gone(guard)
    at(LATE)
    refused(server, "main", words="no permit stands in for it")


def test_from_the_slot_on_a_permit_stands_in(
    server: Server, guard: Service, site: Site, at: At, show: Show
) -> None:
    """Not a moment before; what went in is told afterwards, with its true time."""
    sync(site)
    gone(guard)
    at("2026-11-26T09:29:59")
    refused(server, "main", words="the slot has not come")
    at(LATE)
    assert "On permit " in pushed(server)
    assert len(site.queue) == 1
    back(guard, site, **show("2026-11-26T09:40"))
    assert published(guard.office) == []
    sync(site)
    assert published(guard.office) == [LATE]
    assert site.queue == []


def test_a_permit_never_overrules_an_explicit_no(
    server: Server, guard: Service, site: Site, at: At
) -> None:
    """Moved later since the last sync: what the guard says counts while it can say it."""
    sync(site)
    move(guard.office, "2026-11-26T09:25")
    at(LATE)
    refused(server, "main", words="PG201")


@pytest.mark.parametrize(
    ("synced", "words"),
    [("2026-11-25T09:29", "list of revoked permits is too old"), (OPENING, "there is no")],
    ids=["cut off", "heard of it"],
)
def test_moved_later_does_not_go_in_at_the_old_slot(
    server: Server, guard: Service, site: Site, at: At, synced: str, words: str
) -> None:
    """Cut off for a day, no permit counts; heard of it, there is none. The guard is away."""
    at(synced)
    sync(site)
    if synced == OPENING:
        move(guard.office, "2026-11-26T09:25")
        sync(site)
    gone(guard)
    at(SLOT)
    refused(server, "main", words=words)


def test_a_clock_that_is_an_hour_fast_opens_nothing(
    server: Server, guard: Service, site: Site, at: At, show: Show
) -> None:
    """At 08:30 by the true time: no. With the clock put right and the guard off, at 09:31: yes."""
    at("2026-11-26T08:20")
    sync(site, 1, **show("2026-11-26T09:20", "fast"))
    gone(guard)
    true, server.more = server.more, show(SLOT, "fast")
    refused(server, "main", words="the clocks did not agree")
    server.more = true
    back(guard, site, **show("2026-11-26T08:40"))
    sync(site)
    gone(guard)
    at("2026-11-26T09:31")
    pushed(server)
    back(guard, site, **show("2026-11-26T09:40"))
    sync(site)
    assert published(guard.office) == ["2026-11-26T09:31:00"]
