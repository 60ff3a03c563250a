from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.servers.mail import MailServer

Serve = Callable[..., MailServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts mail servers that are stopped at the end."""
    servers: list[MailServer] = []

    def start(**how: Any) -> MailServer:
        servers.append(MailServer(**how))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()
