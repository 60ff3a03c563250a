"""The real service: `pubguard serve` in a process of its own, asked over real sockets."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.guard.conftest import PAGE, Office

PUBGUARD = Path(sys.executable).parent / "pubguard"
AHEAD = "far-ahead"
"""A release that is confirmed for 2037."""


class Service:
    """One `pubguard serve` on an office's workspace."""

    def __init__(self, office: Office, token: str, name: str, before: tuple[str, ...] = ()) -> None:
        self.office = office
        self.token = token
        self.before = before
        self.err = office.folder.parent / f"{name}.err"
        self.session = requests.Session()

    def start(self, **environment: str) -> Service:
        line = [*self.before, PUBGUARD, "serve", "--port", "0", "--json"]
        with self.err.open("ab") as err:
            self.process = subprocess.Popen(
                [*line, "--config", self.office.folder],
                stdout=subprocess.PIPE,
                stderr=err,
                text=True,
                env={**os.environ, **environment},
            )
        assert self.process.stdout
        first = self.process.stdout.readline()
        assert first, self.err.read_text()
        self.pid = self._started() if self.before else self.process.pid
        self.url = json.loads(first)["url"]
        self.port = int(self.url.rpartition(":")[2])
        return self

    def _started(self) -> int:
        """The service's own process, where something else runs it."""
        while True:
            for line in self.err.read_text().splitlines():
                if '"service.started"' in line:
                    return json.loads(line)["pid"]

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.session.close()
        if self.process.poll() is None:
            os.kill(self.pid, number)
        code = self.process.wait(timeout=30)
        assert self.process.stdout
        self.process.stdout.close()
        return code

    def post(
        self, path: str, body: Any = None, token: str | None = None, **more: Any
    ) -> requests.Response:
        return self.ask("POST", path, json=body, token=token, **more)

    def get(self, path: str, token: str | None = None, **more: Any) -> requests.Response:
        return self.ask("GET", path, token=token, **more)

    def ask(
        self,
        method: str,
        path: str,
        token: str | None = None,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> requests.Response:
        bearer = self.token if token is None else token
        own = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        return self.session.request(
            method, self.url + path, headers={**own, **(headers or {})}, timeout=30, **more
        )

    def check(self, action: str = "publish", release: str = AHEAD, **more: Any) -> Any:
        return self.post("/v1/check", question(action, release, **more))

    def raw(self, data: bytes, seconds: float = 30) -> bytes:
        """What comes back for these bytes until the other side ends or falls silent."""
        found = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as to:
            to.sendall(data)
            while part := to.recv(65536):
                found += part
        return found

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.err.read_text().splitlines()]


def question(action: str = "publish", release: str = AHEAD, **more: Any) -> dict[str, Any]:
    body = {"action": action, "release": release, "actor": {"id": "cron"}, "digest": PAGE}
    return {**body, **more}


def add_token(office: Office, name: str, *options: str) -> str:
    made = office.run("token", "add", name, *options)
    assert made.code == 0, made.out
    return made.doc["token"]


@pytest.fixture
def ahead(tmp_path: Path) -> Office:
    office = Office(tmp_path / "office")
    office.announce(AHEAD, "2037-12-15T09:30")
    return office


@pytest.fixture
def serve(ahead: Office) -> Iterator[Callable[..., Service]]:
    """Starts services that end with the test; each has the first one's token."""
    running: list[Service] = []
    token = add_token(ahead, "cms", "--assert-roles", "--read")

    def start(before: tuple[str, ...] = (), **environment: str) -> Service:
        made = Service(ahead, token, f"service-{len(running)}", before)
        running.append(made)
        return made.start(**environment)

    yield start
    for each in running:
        if each.process.poll() is None:
            each.stop()


@pytest.fixture
def service(serve: Callable[..., Service]) -> Service:
    return serve()
