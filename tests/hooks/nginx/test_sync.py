"""`pubguard edge sync` between the real service and a real nginx, on one clock."""

from __future__ import annotations

import json
import signal

import pytest

from tests.hooks.nginx.web import (
    AFTER,
    BEFORE,
    EARLIER,
    LATER,
    LEAD,
    PATH,
    RELEASE,
    SLOT,
    WHO,
    Web,
    calendar,
)
from tests.http.conftest import add_token, ahead, serve

__all__ = ["ahead", "serve"]


@pytest.fixture
def web(ahead, serve, start, show, tmp_path) -> Web:
    """Nginx with what was exported by hand, and in step with the guard."""
    take(ahead, tmp_path, calendar())
    ahead.clock.set(BEFORE)
    exported = ahead.run("edge", "export", "--format", "nginx").doc["text"]
    token = add_token(ahead, "web", "--read", "--actions", "withdraw")
    guard = serve(**show(BEFORE))
    made = Web(start(text=exported, now=BEFORE), guard, token, show)
    assert made.sync()["changed"] is True
    made.at(AFTER)
    return made


def take(office, folder, *tables: str) -> None:
    place = folder / "calendar.toml"
    place.write_text("\n".join(tables))
    assert office.run("calendar", "import", str(place)).code == 0


def test_a_slot_that_is_moved_later_reaches_nginx(web: Web) -> None:
    """By sync alone: at the old slot nothing is served, at the new one it opens by itself."""
    web.move(LATER)
    assert web.sync()["changed"] is True
    web.at(SLOT)
    assert not web.served()
    web.at(LATER)
    assert web.served()


def test_a_slot_that_is_moved_earlier_reaches_nginx(web: Web) -> None:
    """It opens at the new slot."""
    web.move(EARLIER)
    web.sync()
    assert not web.served()
    web.at(EARLIER)
    assert web.served()


def test_a_change_that_waits_and_a_cancellation_close(web: Web) -> None:
    """From the proposal on there is no opening time; a reinstatement brings it back."""
    run = web.guard.office.run
    assert run("calendar", "cancel", RELEASE, *WHO).code == 0
    assert web.sync()["without_time"] == 1
    assert run("calendar", "agree", RELEASE, *LEAD).code == 0
    assert web.sync()["changed"] is False
    assert web.waiting_for() == []
    web.at(SLOT)
    assert not web.served()
    web.at(AFTER)
    web.change("calendar", "reinstate", RELEASE, *WHO)
    assert web.sync()["without_time"] == 0
    web.at(SLOT)
    assert web.served()


def test_a_new_release_is_closed(web: Web, tmp_path) -> None:
    """However far ahead it is: an address that nginx had never heard of."""
    new = f"{PATH}-revised"
    assert web.served(new)
    take(web.guard.office, tmp_path, calendar(), calendar("revised", "2037-06-02T09:30", new))
    assert web.sync()["addresses"] == 2
    assert not web.served(new)


def test_what_has_not_changed_is_not_reloaded(web: Web) -> None:
    """The same list again leaves file and workers alone, although the log has grown."""
    before, workers = web.nginx.map.stat(), web.nginx.workers()
    web.guard.check(release=RELEASE)
    assert web.sync()["changed"] is False
    assert web.nginx.map.stat().st_ino == before.st_ino
    assert web.nginx.workers() == workers


def test_a_move_is_everywhere_once_nginx_holds_it(web: Web) -> None:
    """The guard waits for the web server until it has reloaded, and not a moment less."""
    assert web.waiting_for() == []
    web.move(LATER)
    assert web.waiting_for() == ["web"]
    web.sync()
    assert web.waiting_for() == []
    assert web.guard.office.run("log", "verify", "--replay").code == 0


def test_it_says_what_it_holds_and_nothing_more(web: Web) -> None:
    """One slot for each release, its clock and version; no address, no permit."""
    events = web.guard.office.events()
    (said,) = [each["data"] for each in events if each["kind"] == "point.synced"]
    assert said["holds"] == [{"release": RELEASE, "slot": f"{SLOT}:00Z"}]
    assert (said["point"], said["items"]) == ("web", 1)
    assert not {"unlinked", "permits"} & said.keys()
    assert said["version"].startswith("pubguard-edge ")
    assert said["offset_us"] == 0


BROKEN = ("nginx -t", "reload")


@pytest.mark.parametrize("broken", BROKEN)
def test_what_nginx_does_not_take_is_undone(web: Web, broken) -> None:
    """The file before it stays, the guard is told of the slot really held, PG604 names it."""
    before = web.nginx.map.read_bytes()
    conf, good = web.nginx.folder / "nginx.conf", web.reloads[-1]
    text = conf.read_text()
    if broken == "nginx -t":
        conf.write_text(f"{text}\nnonsense;")
    else:
        web.reloads[-1] = ["false"]
    web.move(LATER)
    error = web.sync(code=1)["error"]
    assert error["code"] == "not-loaded"
    assert ('unknown directive "nonsense"' in error["message"]) == (broken == "nginx -t")
    assert web.nginx.map.read_bytes() == before
    assert web.waiting_for() == ["web"]
    web.at("2026-12-03T08:45")
    web.sync(code=1)
    assert "web holds it for Thursday 26 November 2026, 09:30" in web.warned()
    web.at("2026-12-03T08:50")
    conf.write_text(text)
    web.reloads[-1] = good
    assert web.sync()["changed"] is True
    assert web.waiting_for() == []
    assert web.warned() == ""


def test_a_new_release_that_is_not_loaded_is_not_acknowledged(web: Web, tmp_path) -> None:
    """Nginx does not close it yet, so the guard hears that it is held for no time."""
    web.reloads = [["false"]]
    new = calendar("new", "2026-11-26T09:30", "/new")
    take(web.guard.office, tmp_path, calendar(), new)
    web.sync(code=1)
    found = web.guard.office.run("calendar", "show", "new").doc
    assert found["not_yet_everywhere"] == ["web"]


def test_a_guard_that_is_away_leaves_the_map(web: Web) -> None:
    """Exit code 4, the same file, and at the slot it opens by itself."""
    web.guard.stop()
    before = web.nginx.map.read_bytes()
    assert web.sync(code=4)["error"]["code"] == "no-answer"
    assert web.nginx.map.read_bytes() == before
    assert not web.served()
    web.at(SLOT)
    assert web.served()


@pytest.mark.parametrize("token", ["pubguard_wrong", "revoked", "blind"])
def test_a_token_that_does_not_count_leaves_the_map(web: Web, token) -> None:
    """A wrong one, one that was revoked, one that may not read; the guard hears nothing new."""
    if token == "revoked":
        web.guard.office.run("token", "revoke", "web")
    elif token == "blind":
        web.token.write_text(add_token(web.guard.office, "blind"))
    else:
        web.token.write_text(token)
    web.move(LATER)
    before = web.nginx.map.read_bytes()
    error = web.sync(code=4)["error"]
    assert "token" in error["message"]
    assert web.token.read_text().strip() not in json.dumps(error)
    assert web.nginx.map.read_bytes() == before


def test_it_comes_by_itself_when_the_guard_asks_for_it(web: Web) -> None:
    """A minute before the old slot it comes again after seconds, and the old slot opens nothing."""
    web.at("2026-11-26T09:29")
    running = web.run()
    try:
        assert json.loads(running.stdout.readline())["changed"] is False
        old = web.nginx.workers()
        web.move(LATER)
        assert json.loads(running.stdout.readline())["changed"] is True
        web.nginx.settled(old)
        web.at(SLOT)
        assert not web.served()
    finally:
        running.terminate()
        assert running.wait(30) == 0
        running.stdout.close()


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_signals_call_it_and_end_it(web: Web, ending) -> None:
    """SIGHUP brings it at once, although five minutes were to go; either end is an ordinary one."""
    running = web.run()
    try:
        running.stdout.readline()
        web.move(LATER)
        running.send_signal(signal.SIGHUP)
        assert json.loads(running.stdout.readline())["changed"] is True
        assert web.sync(code=1)["error"]["code"] == "refused"  # there is one already
    finally:
        running.send_signal(ending)
        assert running.wait(30) == 0
        running.stdout.close()
    assert web.waiting_for() == []
