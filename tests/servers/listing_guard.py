"""A guard's service as `pubguard edge sync` meets it, well-behaved or not as a test wants it."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

ROOT = "ab" * 32
TOKEN = "pubguard_token-4711"
HOST = "statistics.example"


def closing(path: str = "prices", at: str | None = "2026-11-26T09:30:00Z", **more: Any) -> Any:
    release = [path.rpartition("/")[2]]
    closed = {"host": HOST, "segments": path.split("/"), "opens_at": at, "releases": release}
    return {**closed, **more}


def listed(*closings: Any, size: int = 9, root: str = ROOT, **more: Any) -> dict[str, Any]:
    found = {"size": size, "root": root, "closings": list(closings)}
    return {**found, "doubtful": [], "refused": [], **more}


class ListingGuard:
    """Answers on a port of its own until `stop`.

    `list` and `sync` are the documents that it gives. `fault`, where a test sets one, answers
    requests for the list instead; it gets the handler. `asked` holds what was asked for.
    """

    def __init__(self) -> None:
        self.list: Any = listed(closing())
        self.sync: Any = {"next_sync": "2026-11-20T10:05:00Z", "permits": [], "slots": []}
        self.fault: Callable[[Handler], None] | None = None
        self.asked: list[str] = []
        self.told: list[dict[str, Any]] = []
        self.ended = Event()
        guard = self

        class Own(Handler):
            pass

        Own.guard = guard
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Own)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the port and end every answer that still waits."""
        if not self.ended.is_set():
            self.ended.set()
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()


class Handler(BaseHTTPRequestHandler):
    """One request."""

    guard: ListingGuard

    def log_message(self, *_: Any) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        self.guard.asked.append(self.path)
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            self.say(401, b"{}")
        elif self.guard.fault and self.path == "/v1/edge/list":
            self.guard.fault(self)
        else:
            self.say(200, json.dumps(self.guard.list).encode())

    def do_POST(self) -> None:
        self.guard.asked.append(self.path)
        self.guard.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.say(200, json.dumps(self.guard.sync).encode())

    def say(self, status: int, body: bytes, kind: str = "application/json", **more: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **more}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True
