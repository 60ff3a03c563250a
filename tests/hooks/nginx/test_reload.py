from __future__ import annotations

import signal
from contextlib import suppress
from threading import Event, Thread

from tests.hooks.nginx.conftest import HOST, SLOT, closing, get, written
from tests.servers.backend import FIGURES
from tests.servers.nginx import received

PATH = "/releases/prices-october"
LATER = "2026-12-03T09:30:00"
RELEASE = f"""
[[release]]
id = "prices"
title = "Prices"
release_at = {{at}}
reason = "late data"
[[release.output]]
id = "page"
url = "https://{HOST}{PATH}"
"""


def reload(nginx, text: str) -> None:
    """Write the map, signal, and wait until the old workers are gone."""
    old = nginx.workers()
    nginx.map.write_text(text)
    nginx.reload()
    nginx.settled(old)


def test_a_moved_slot_is_in_force_after_export_and_reload(start, show, make_office) -> None:
    """By the real commands: moved, agreed, exported, reloaded; then the old slot opens nothing.

    Somebody asks all the while, also at the old slot, and never sees the figures.
    """
    office = make_office(now="2026-11-20T10:00")

    def exported(at: str) -> str:
        office.take(RELEASE.format(at=at))
        return office.ask("edge", "export", "--format", "nginx")["text"]

    nginx = start(text=exported(SLOT))
    seen, done = [], Event()

    def ask_on() -> None:
        while not done.is_set():
            seen.append(FIGURES in nginx.ask(get(PATH)))

    asking = Thread(target=ask_on)
    asking.start()
    try:
        reload(nginx, exported(LATER))
        office.ask("calendar", "agree", "prices", "--actor", "d.khan", "--role", "lead-official")
        reload(nginx, office.ask("edge", "export", "--format", "nginx")["text"])
        show(SLOT)
        at_the_slot = len(seen)
        while len(seen) < at_the_slot + 20:
            nginx.ask(get("/.tick"))
    finally:
        done.set()
        asking.join()
    assert not any(seen)
    show(LATER)
    nginx.ask(get("/.tick"))
    assert FIGURES in nginx.ask(get(PATH))


def test_reloads_around_the_slot_drop_nothing(start, show) -> None:
    """Signalled again and again, every request is answered, none early and none late."""
    nginx = start(closing(PATH))
    for _ in range(5):
        nginx.reload()
        assert FIGURES not in nginx.ask(get(PATH))
    nginx.settled(set())
    show(SLOT)
    nginx.ask(get("/.tick"))
    reload(nginx, written(closing(PATH)))
    for _ in range(5):
        nginx.reload()
        assert FIGURES in nginx.ask(get(PATH))


def test_a_request_begun_before_the_reload_does_not_get_the_old_slot(start, show) -> None:
    """Half a request keeps an old worker alive, and the rest would be judged by its old map.

    The lock's client_header_timeout ends the wait, however long nginx's own is.
    """
    nginx = start(closing(PATH))
    half, rest = get(PATH)[:-2], get(PATH)[-2:]
    with nginx.connect() as early:
        early.sendall(half)
        nginx.ask(get("/.tick"))
        nginx.map.write_text(written(closing(PATH, LATER)))
        nginx.reload()
        answer = received(early)
        show(SLOT)
        with suppress(OSError):
            early.sendall(rest)
        assert answer == b""


def test_a_broken_map_keeps_the_old_one_in_force(start, show) -> None:
    """The reload is refused and nothing opens."""
    nginx = start(closing(PATH))
    nginx.map.write_text("map {")
    nginx.signal(signal.SIGHUP)
    assert all(FIGURES not in nginx.ask(get(PATH)) for _ in range(5))
    show(SLOT)
    nginx.ask(get("/.tick"))
    assert FIGURES in nginx.ask(get(PATH))


def test_without_the_map_nginx_does_not_start(start, backend, tmp_path) -> None:
    """A lock whose list is missing is an error, never an open door."""
    nginx = start(closing(PATH))
    nginx.map.unlink()
    assert nginx.test().returncode != 0
    nginx.map.write_text("")
    assert "pubguard" in nginx.test().stderr
