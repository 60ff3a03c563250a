"""Real nginx that asks the real service: closed at once by either, open by both."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import Show
from tests.guard.conftest import Office
from tests.hooks.nginx.conftest import HOST, backend, get, start, written
from tests.hooks.nginx.test_requests import PUBLIC, REQUESTS, one
from tests.http.conftest import Service
from tests.http.hooks.conftest import ADDRESS, EARLY, NEW_SLOT, SLOT, announce, move
from tests.servers.backend import FIGURES, Backend
from tests.servers.nginx import CONFS, Nginx, server, status

__all__ = ["backend", "start"]

LATER = "/releases/wages-october"
Ask = Callable[..., int]


def exported(office: Office) -> str:
    """The map as the office's people export it."""
    done = office.run("edge", "export", "--format", "nginx")
    assert done.code == 0, done.err
    return done.doc["text"]


@pytest.fixture
def begin(guard: Service, start: Callable[..., Nginx], backend: Backend) -> Callable[[str], Nginx]:
    """Starts the lock with a map, and the service asked as well, a second before the slot."""
    asked = f"set $pubguard_service {guard.url}; set $pubguard_token {guard.token};"
    blocks = server(backend.port, after=f"{asked} include {CONFS}/pubguard-guard.conf;")
    return lambda text: start(text=text, http=blocks, now=EARLY)


@pytest.fixture
def nginx(guard: Service, begin: Callable[[str], Nginx]) -> Nginx:
    return begin(exported(guard.office))


@pytest.fixture
def open_map(begin: Callable[[str], Nginx]) -> Nginx:
    """Its map was made when no release was known."""
    return begin(written())


@pytest.fixture
def ask(nginx: Nginx, show: Show) -> Ask:
    """The status of an address at a time."""

    def asked(path: str, at: str = "", **more: str) -> int:
        if at:
            show(at)
            nginx.ask(get("/.tick"))  # it looks at the clock once for each round of events
        return status(nginx.ask(one(path, **more)))

    return asked


def test_it_opens_at_the_slot(ask: Ask, nginx: Nginx) -> None:
    """Closed a second before, served from the slot on, without a reload."""
    assert ask(ADDRESS) == 404
    assert b"Cache-Control: no-store" in nginx.ask(get(ADDRESS))
    assert ask(ADDRESS, SLOT) == 200
    assert FIGURES in nginx.ask(get(ADDRESS))


def test_moved_later_since_the_export_it_stays_closed(ask: Ask, guard: Service) -> None:
    """The map has the old slot and is not read again; the service knows the new one."""
    move(guard.office, "2026-11-26T09:25")
    assert ask(ADDRESS, SLOT) == 404
    assert ask(LATER) == 200
    assert ask(ADDRESS, NEW_SLOT) == 200


def test_a_change_that_nobody_agreed_to_closes_it_at_once(ask: Ask, guard: Service) -> None:
    """The service knows of it; the map does not."""
    guard.office.clock.set("2026-11-26T09:25")
    to = ("--to", NEW_SLOT, "--actor", "c.lee", "--reason", "Late returns")
    assert guard.office.run("calendar", "move", "prices-october-2026", *to).code == 0
    assert ask(ADDRESS, SLOT) == 404


def test_the_service_opens_nothing_that_the_map_has_closed(ask: Ask, guard: Service) -> None:
    """Moved earlier since the export: not before somebody exports again."""
    office = guard.office
    move(office, "2026-11-26T09:25", to="2026-11-26T09:28")
    assert guard.get(f"/v1/edge?host={HOST}&path={ADDRESS}").status_code == 204
    assert ask(ADDRESS) == 404


@pytest.fixture
def new(nginx: Nginx, guard: Service, backend: Backend) -> str:
    """The address of a release that is new since the export."""
    announce(guard.office, "jobs-october-2026", "/releases/jobs-october")
    backend.words = ("jobs-october",)
    return "/releases/jobs-october"


def test_new_since_the_export_it_is_closed_in_every_spelling(
    open_map: Nginx, backend: Backend, show: Show
) -> None:
    """The service refuses what the map would; the site behind is never asked for it."""
    leaks = {}
    for name, request in REQUESTS.items():
        answer = open_map.ask(request)
        if backend.given or FIGURES[:10] in answer:
            leaks[name] = answer, backend.given[:]
            backend.given.clear()
    assert leaks == {}
    for path in PUBLIC:
        assert status(open_map.ask(get(path))) == 200, path
    show(SLOT)
    served = [name for name, each in REQUESTS.items() if FIGURES[:10] in open_map.ask(each)]
    assert len(served) > 60


LIES = {
    "target": "X-Pubguard-Target: {other}\r\n",
    "host": "X-Pubguard-Host: lie.example\r\n",
    "both": "X-Pubguard-Host: lie.example\r\nX-Pubguard-Target: {other}\r\n",
    "small": "x-pubguard-target: {other}\r\nx-pubguard-host: lie.example\r\n",
    "twice": "X-Pubguard-Target: {other}\r\nX-Pubguard-Target: {other}\r\n",
    "underscores": "X_Pubguard_Target: {other}\r\nX_Pubguard_Host: lie.example\r\n",
    "empty": "X-Pubguard-Target:\r\nX-Pubguard-Host:\r\n",
    "token": "Authorization: Bearer lie\r\nX-Pubguard-Target: {other}\r\n",
    "dropped": "Connection: close, X-Pubguard-Target, X-Pubguard-Host, Authorization\r\n",
    "body": "Content-Length: 3\r\nX-Pubguard-Target: {other}\r\n\r\nlie",
}


@pytest.mark.parametrize("lie", LIES)
def test_no_header_of_a_client_gets_past_nginx(ask: Ask, new: str, lie: str) -> None:
    """What it says of host and target opens nothing and closes nothing."""
    assert ask(new, more=LIES[lie].format(other="/public")) == 404
    assert ask("/public", more=LIES[lie].format(other=new)) == 200


def test_a_front_page_goes_by_the_host_that_nginx_has(
    ask: Ask, nginx: Nginx, guard: Service
) -> None:
    """No other site's is closed with it, whatever a client says of the host."""
    announce(guard.office, "new-site", "/")
    for lie in ("", "X-Pubguard-Host: other.example\r\n"):
        assert ask("/", more=lie) == 404
    for lie in ("", f"X-Pubguard-Host: {HOST}\r\n"):
        assert ask("/", host="other.example", more=lie) == 200


@pytest.mark.parametrize(
    "path",
    [
        "{new}?host=lie.example&path=/public",
        "{new}?a=%0d%0aX-Pubguard-Target:%20/public",
        "{new}%0d%0aX-Pubguard-Target:%20/public",
        "{new}#/public",
        "/public/..{new}",
    ],
)
def test_no_target_of_a_client_speaks_for_nginx(ask: Ask, new: str, path: str) -> None:
    """Neither a query nor a line break in it is taken for another address."""
    assert ask(path.format(new=new)) == 404


def test_with_the_guard_down_the_map_decides(ask: Ask, guard: Service) -> None:
    """Closed before the slot, served from the slot on, all others served throughout."""
    guard.stop()
    assert [ask(ADDRESS), ask("/public")] == [404, 200]
    assert [ask(ADDRESS, SLOT), ask("/public")] == [200, 200]


def test_with_a_revoked_token_the_map_decides(ask: Ask, guard: Service, new: str) -> None:
    """The service turns nginx away, which is no answer; until then it has closed the new page."""
    assert ask(new) == 404
    assert guard.office.run("token", "revoke", "cms").code == 0
    assert [ask(ADDRESS), ask(new), ask("/public")] == [404, 200, 200]
    assert ask(ADDRESS, SLOT) == 200


@pytest.mark.parametrize("path", ["/.pubguard-ask", "/.pubguard-closed"])
def test_nobody_outside_can_ask(nginx: Nginx, new: str, path: str) -> None:
    """The places are nginx's own, and tell nothing about an address."""
    told = {
        nginx.ask(one(path, more=f"X-Pubguard-Target: {target}\r\n")).partition(b"\r\n\r\n")[2]
        for target in (new, "/public")
    }
    assert len(told) == 1
