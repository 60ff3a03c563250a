"""Runs the service: the socket, the limits, and an end that lets answers out."""

from __future__ import annotations

import logging
import os
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING

import uvicorn

from pubguard.errors import ConfigError
from pubguard.http.app import build
from pubguard.http.lines import Lines, ToLines
from pubguard.http.meter import Meter
from pubguard.http.protocol import Connection
from pubguard.http.state import State

if TYPE_CHECKING:
    from pubguard.build import Workspace

FIRST_HANDLE = 3
"""Where systemd puts the first socket that it hands over."""
GRACE = 10
"""Seconds that answers have to get out once the service is told to stop."""
WATCH = 20.0
"""Seconds between two looks at the enforcement points."""
QUEUE = 2048
FILES = 8192


class _Server(uvicorn.Server):
    """Ends with exit code 0 when it is told to stop."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and say so."""
        await super().startup(sockets)
        if self.started:
            self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn's, which would raise the signal again at the end."""
        handled = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in handled}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def listen(host: str, port: int) -> socket.socket:
    """The socket that systemd hands over, else one of our own.

    Raises:
        ConfigError: the address cannot be had.
    """
    if os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS"):
        return socket.socket(fileno=FIRST_HANDLE)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
    except (OSError, OverflowError) as error:
        made.close()
        raise ConfigError(
            f"{host}:{port} cannot be listened on: {error}.",
            "Choose another --port, or end what listens there.",
        ) from error
    return made


def serve(workspace: Workspace, own: socket.socket, ready: Callable[[], None]) -> None:
    """Answer requests until told to stop (SIGTERM, SIGINT).

    Args:
        workspace: as the configuration has it now.
        own: the socket to listen on.
        ready: called once requests are answered.

    Raises:
        PubguardError: a part of the workspace cannot be used.
    """
    _room()
    lines = Lines(workspace.clock)
    state = State(workspace, lines, Meter())
    logger = logging.getLogger("uvicorn")
    logger.handlers, logger.propagate = [ToLines(lines)], False
    config = uvicorn.Config(
        build(state),
        http=Connection,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE,
        backlog=QUEUE,
    )

    ended = Event()
    watcher = Thread(target=_watch, args=(state, ended), name="pubguard-watch", daemon=True)

    def begun() -> None:
        watcher.start()
        lines.say("service.started", pid=os.getpid())
        _notify("READY=1")
        ready()

    _Server(config, begun).run([own])
    _notify("STOPPING=1")
    ended.set()
    lines.say("service.stopped")
    state.close()
    lines.close()


def _watch(state: State, ended: Event) -> None:
    while not ended.wait(WATCH):
        state.watch()


def _room() -> None:
    """As many open files as we may have: a connection is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _notify(text: str) -> None:
    """Tell systemd, where it asked to be told."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address:
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to:
            to.sendto(text.encode(), "\0" + address[1:] if address[0] == "@" else address)
