from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pubguard_hooks.nginx.rendering import render

from pubguard import clock
from pubguard.addresses import canonical
from pubguard.protocols import Closing, EdgeList
from tests.calendar.conftest import make_office
from tests.servers.backend import Backend
from tests.servers.nginx import Nginx, open_server, server

HOST = "statistics.example"
SLOT = "2026-11-26T09:30:00"
BEFORE = "2026-11-26T09:29:59.999999"
Start = Callable[..., Nginx]


def closing(path: str, at: str | None = SLOT, host: str = HOST) -> Closing:
    return Closing(host, canonical(f"https://{host}{path}").segments, at and when(at))


def when(text: str) -> datetime:
    return clock.parse(text)


def written(*closings: Closing, **how: object) -> str:
    """The map of these closings."""
    settings = {"case_sensitive": False, "per_host": False, "refusal": 404} | how
    return render(EdgeList(closings, (), 7, "ab" * 32), **settings)


def get(path: str, host: str = HOST) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()


@pytest.fixture
def backend() -> Iterator[Backend]:
    made = Backend(("prices-october",))
    yield made
    made.stop()


@pytest.fixture
def start(
    tmp_path: Path, backend: Backend, show: Callable[[str], dict[str, str]]
) -> Iterator[Start]:
    """Starts nginx with these closings before the backend, at a given time."""
    running: list[Nginx] = []

    def begin(
        *closings: Closing, now: str = BEFORE, http: str = "", text: str = "", **how: object
    ) -> Nginx:
        folder = tmp_path / f"nginx{len(running)}"
        folder.mkdir()
        blocks = http or server(backend.port) + open_server(backend.port)
        nginx = Nginx(folder, blocks)
        nginx.map.write_text(text or written(*closings, **how))
        running.append(nginx)
        return nginx.start(show(now))

    yield begin
    for nginx in running:
        nginx.stop()


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
__all__ = ["make_office"]
