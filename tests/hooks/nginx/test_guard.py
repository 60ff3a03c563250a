from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.hooks.nginx.conftest import HOST, SLOT, closing, get
from tests.servers.backend import FIGURES
from tests.servers.edge_guard import EdgeGuard
from tests.servers.nginx import CONFS, server, status

PATH = "/releases/prices-october"
OTHER = "/releases/wages"


def locked(port: int, guard: int, token: str = "secret") -> str:
    asked = f"set $pubguard_service http://127.0.0.1:{guard}; set $pubguard_token {token};"
    return server(port, after=f"{asked} include {CONFS}/pubguard-guard.conf;")


@contextmanager
def guard(answer=lambda _host, _target: 204) -> Iterator[EdgeGuard]:
    made = EdgeGuard(answer)
    try:
        yield made
    finally:
        made.stop()


def test_both_must_agree_to_open(start, show, backend) -> None:
    """The guard's no closes what the map has open; its yes opens nothing that is closed there."""
    with guard(lambda _, target: 403 if target.startswith(OTHER) else 204) as service:
        nginx = start(closing(PATH), http=locked(backend.port, service.port))
        assert [status(nginx.ask(get(each))) for each in (PATH, OTHER, "/")] == [404, 404, 200]
        answer = nginx.ask(get(OTHER))
        assert b"Cache-Control: no-store" in answer
        show(SLOT)
        nginx.ask(get("/.tick"))
        assert [status(nginx.ask(get(each))) for each in (PATH, OTHER, "/")] == [200, 404, 200]


def test_the_guard_hears_only_what_nginx_says(start, backend) -> None:
    """Host and target are nginx's own; no header or body of the client gets through."""
    with guard() as service:
        nginx = start(closing(PATH), http=locked(backend.port, service.port))
        lies = "X-Pubguard-Target: /public\r\nX-Pubguard-Host: lie\r\nX-Pubguard-Lie: lie\r\n"
        more = f"{lies}Authorization: Bearer lie\r\nCookie: lie\r\nContent-Length: 3\r\n\r\nlie"
        head = f"POST {OTHER}?a=%0d%0aX-Lie:%20lie&c HTTP/1.1\r\nHost: STATISTICS.example:80\r\n"
        nginx.ask(f"{head}Connection: close\r\n{more}".encode())
        (seen,) = [each for each in service.seen if "ready" not in each["X-Pubguard-Target"]]
        assert "lie" not in "".join(
            each for key, each in seen.items() if key != "X-Pubguard-Target"
        )
        assert seen["X-Pubguard-Target"] == f"{OTHER}?a=%0d%0aX-Lie:%20lie&c"
        assert (seen["X-Pubguard-Host"], seen["path"]) == (HOST, "/v1/edge")


def test_a_guard_that_is_gone_leaves_it_to_the_map(start, show, backend) -> None:
    """Down: closed before the slot, served from the slot on, all others served throughout."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    nginx = start(closing(PATH), closing("/x", None), http=locked(backend.port, port))
    paths = [PATH, "/x", OTHER]
    assert [status(nginx.ask(get(each))) for each in paths] == [404, 404, 200]
    show(SLOT)
    nginx.ask(get("/.tick"))
    assert [status(nginx.ask(get(each))) for each in paths] == [200, 404, 200]
    assert FIGURES in nginx.ask(get(PATH))


@pytest.mark.parametrize("answer", [400, 401, 404, 429, 500, 503])
def test_any_other_answer_is_none(start, show, backend, answer) -> None:
    """Errors of the guard do not take the site down, and open nothing."""
    with guard(lambda *_: answer) as service:
        nginx = start(closing(PATH), http=locked(backend.port, service.port))
        assert [status(nginx.ask(get(each))) for each in (PATH, OTHER)] == [404, 200]


def test_a_guard_that_hangs_is_not_waited_for(start, backend) -> None:
    """After a second the map decides."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        nginx = start(closing(PATH), http=locked(backend.port, silent.getsockname()[1]))
        assert [status(nginx.ask(get(each))) for each in (PATH, OTHER)] == [404, 200]


def test_a_wrong_token_is_no_answer(start, backend) -> None:
    """The guard turns nginx away; the map decides."""
    with guard(lambda *_: 204) as service:
        nginx = start(closing(PATH), http=locked(backend.port, service.port, "wrong"))
        assert [status(nginx.ask(get(each))) for each in (PATH, OTHER)] == [404, 200]


@pytest.mark.parametrize("path", ["/.pubguard-ask", "/.pubguard-closed"])
def test_nobody_outside_can_ask(start, backend, path) -> None:
    """The places are nginx's own, and tell nothing."""
    with guard() as service:
        nginx = start(closing(PATH), http=locked(backend.port, service.port))
        service.seen.clear()
        answer = nginx.ask(get(path))
        assert status(answer) in (204, 404)
        assert answer.endswith((b"\r\n\r\n", b"</html>\r\n"))
        assert [each["X-Pubguard-Target"] for each in service.seen] in ([], [path])
