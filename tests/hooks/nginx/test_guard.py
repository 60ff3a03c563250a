from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.hooks.nginx.conftest import HOST, closing, get
from tests.servers.edge_guard import EdgeGuard
from tests.servers.nginx import CONFS, server, status

PATH = "/releases/prices-october"
OTHER = "/releases/wages"


def locked(port: int, guard: int) -> str:
    asked = f"set $pubguard_service http://127.0.0.1:{guard}; set $pubguard_token secret;"
    return server(port, after=f"{asked} include {CONFS}/pubguard-guard.conf;")


@contextmanager
def guard(answer: int = 204) -> Iterator[EdgeGuard]:
    made = EdgeGuard(answer)
    try:
        yield made
    finally:
        made.stop()


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
        assert seen["Authorization"] == "Bearer secret"


@pytest.mark.parametrize("answer", [400, 404, 429, 500, 503])
def test_any_other_answer_is_none(start, show, backend, answer) -> None:
    """Errors of the guard do not take the site down, and open nothing."""
    with guard(answer) as service:
        nginx = start(closing(PATH), http=locked(backend.port, service.port))
        assert [status(nginx.ask(get(each))) for each in (PATH, OTHER)] == [404, 200]


def test_a_guard_that_hangs_is_not_waited_for(start, backend) -> None:
    """After a second the map decides."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        nginx = start(closing(PATH), http=locked(backend.port, silent.getsockname()[1]))
        assert [status(nginx.ask(get(each))) for each in (PATH, OTHER)] == [404, 200]
