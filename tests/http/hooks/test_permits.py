"""The shell's hooks with the guard's machine off: permits that the real service handed out."""

from __future__ import annotations

import stat
import subprocess
from collections.abc import Callable

import pytest

from tests.conftest import Show
from tests.hooks.conftest import DIGEST, OUTPUT, RELEASE, Site
from tests.http.conftest import Service
from tests.http.hooks.conftest import (
    LATE,
    SLOT,
    At,
    back,
    gone,
    move,
    published,
    sync,
)

SCRIPTS = {"curl": ("pubguard-curl.sh", "publish"), "command": ("pubguard-publish.sh",)}
Publish = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(params=SCRIPTS)
def script(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return SCRIPTS[request.param]


@pytest.fixture
def publish(site: Site, script: tuple[str, ...]) -> Publish:
    """One of the two scripts, asked to publish the bulletin."""

    def run(**more: str) -> subprocess.CompletedProcess[str]:
        command = ("mv", site.file, site.public)
        return site.run(*script, RELEASE, OUTPUT, DIGEST, "--", *command, **more)

    return run


def test_from_the_slot_on_a_permit_stands_in(
    guard: Service, site: Site, publish: Publish, show: Show, script: tuple[str, ...], reader: str
) -> None:
    """Not a moment before; what went out is told afterwards, with its true time."""
    assert "1 permits are held here" in sync(site)
    gone(guard)
    early = publish(**show("2026-11-26T09:29:50"))
    assert (early.returncode, site.public.exists()) == (4, False), early.stderr
    assert "the slot has not come" in early.stderr
    out = publish(**show(LATE))
    assert (out.returncode, site.public.exists()) == (0, True), out.stderr
    assert len(site.queue) == 1
    back(guard, site, **show("2026-11-26T09:40"))
    assert published(guard.office) == []
    assert site.run(script[0], "send", **show("2026-11-26T09:40")).returncode == 0
    assert published(guard.office) == [LATE]
    assert site.queue == []


def test_without_a_permit_it_is_a_no(
    guard: Service, site: Site, publish: Publish, show: Show
) -> None:
    """Also from the slot on, with what to do now."""
    gone(guard)
    done = publish(**show(LATE))
    assert (done.returncode, site.public.exists()) == (4, False)
    assert "there is none for prices-october-2026 on this machine" in done.stderr
    assert "-> Before the slot: have the guard looked at" in done.stderr


def test_a_permit_never_overrules_an_explicit_no(
    guard: Service, site: Site, publish: Publish, at: At
) -> None:
    """Moved later since the last sync: what the guard says counts while it can say it."""
    sync(site)
    move(guard.office, "2026-11-26T09:25")
    at(LATE)
    done = publish()
    assert (done.returncode, site.public.exists()) == (1, False), done.stderr
    assert "PG201" in done.stderr


def test_moved_later_and_the_site_has_heard_of_it(
    guard: Service, site: Site, publish: Publish, at: At
) -> None:
    """The permit for the old slot is gone with the next sync, and the guard may go too."""
    sync(site)
    move(guard.office, "2026-11-26T09:25")
    at("2026-11-26T09:26")
    assert "0 permits are held here" in sync(site)
    gone(guard)
    at(LATE)
    done = publish()
    assert (done.returncode, site.public.exists()) == (4, False), done.stderr


def test_moved_later_while_the_site_was_cut_off(
    guard: Service, site: Site, publish: Publish, at: At
) -> None:
    """A day after the last sync no permit counts, so the old slot passes."""
    at("2026-11-25T09:29")
    sync(site)
    guard.stop()
    move(guard.office, "2026-11-25T10:00")
    gone(guard)
    at(SLOT)
    done = publish()
    assert (done.returncode, site.public.exists()) == (4, False), done.stderr
    assert "list of revoked permits is too old" in done.stderr


def test_a_clock_that_is_an_hour_fast_opens_nothing(
    guard: Service, site: Site, publish: Publish, show: Show, at: At
) -> None:
    """At 08:30 by the true time: no. With the clock put right and the guard off, at 09:31: yes."""
    at("2026-11-26T08:20")
    assert "did not agree" in sync(site, 1, **show("2026-11-26T09:20", "fast"))
    gone(guard)
    done = publish(**show(SLOT, "fast"))
    assert (done.returncode, site.public.exists()) == (4, False), done.stderr
    assert "did not agree" in done.stderr
    back(guard, site, **show("2026-11-26T08:40"))
    sync(site)
    gone(guard)
    at("2026-11-26T09:31")
    done = publish()
    assert (done.returncode, site.public.exists()) == (0, True), done.stderr
    back(guard, site, **show("2026-11-26T09:40"))
    sync(site)
    assert published(guard.office) == ["2026-11-26T09:31:00"]


def test_a_clock_that_is_an_hour_slow_is_said_too(guard: Service, site: Site, show: Show) -> None:
    """At the sync, not at the slot."""
    assert "did not agree" in sync(site, 1, **show("2026-11-26T08:20", "slow"))


def test_sync_tells_what_is_held_and_fetches_what_counts(guard: Service, site: Site) -> None:
    """Items go there, permits come back, for nobody else to read; a revoked one is gone."""
    items = site.folder / "items"
    items.write_text(f"17 {RELEASE} {OUTPUT} {DIGEST} {SLOT}:00Z draft\n")
    assert site.curl("sync", items).returncode == 0
    (told,) = [e["data"] for e in guard.office.events() if e["kind"] == "point.synced"]
    assert (told["items"], told["holds"]) == (1, [{"release": RELEASE, "slot": f"{SLOT}:00Z"}])
    (permit,) = site.state.glob("permits/*.jti")
    for path in site.state.rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077
    why = ("--actor", "c.lee", "--reason", "wrong file")
    assert guard.office.run("permit", "revoke", permit.read_text().strip(), *why).code == 0
    assert "0 permits are held here" in sync(site)
    assert not list(site.state.glob("permits/*"))
