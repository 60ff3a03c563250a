"""A stand-in for the guard that misbehaves; where it answers well, it says what it was asked."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Body = dict[str, Any]


def document(asked: Body, **more: Any) -> Body:
    """A yes, as the guard says it."""
    return {
        "decision": "allow",
        "action": asked.get("action"),
        "release": asked.get("release"),
        "actor": "wordpress",
        "at": "2026-11-26T09:30:02Z",
        "effective_at": None,
        "next_allowed_at": None,
        "gap": None,
        "gap_us": None,
        "armed": False,
        "valid_until": "2026-11-26T09:30:32Z",
        "verdicts": [],
        "challenge": None,
        "permit": None,
        "rehearsal": False,
        "event": {"index": 17, "hash": "ab" * 32},
        **more,
    }


class Handler(BaseHTTPRequestHandler):
    """One request; what happens is the stand-in's `behave`."""

    server: StandIn

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        asked = json.loads(self.rfile.read(size) or b"{}")
        self.server.asked.append((self.path, asked))
        self.server.behave(self, asked)

    do_GET = do_POST  # noqa: N815

    def send(
        self, body: bytes | Body, status: int = 200, kind: str = "application/json", **headers: str
    ) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *ignored: object) -> None:
        """Say nothing."""


Behaviour = Callable[[Handler, Body], None]


class StandIn(ThreadingHTTPServer):
    """Listens on loopback; `asked` has every path and body that came."""

    daemon_threads = True

    def __init__(self, behave: Behaviour) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behave = behave
        self.asked: list[tuple[str, Body]] = []
        self.over = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *ignored: object) -> None:
        """A client that hangs up early is what some tests are about."""

    def checks(self) -> list[Body]:
        return [asked for path, asked in self.asked if path == "/v1/check"]


@contextmanager
def standing_in(behave: Behaviour, certificate: Path | None = None) -> Iterator[StandIn]:
    """Run one; with a certificate (and its key in the same file) over TLS."""
    server = StandIn(behave)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.url = server.url.replace("http:", "https:")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def yes(handler: Handler, asked: Body) -> None:
    """Allow everything, in the right form."""
    handler.send(document(asked))


def no(handler: Handler, asked: Body) -> None:
    """Block everything, in the right form."""
    handler.send(document(asked, decision="block"))


def error_500(handler: Handler, asked: Body) -> None:
    handler.send(document(asked), status=500)


def accepted_202(handler: Handler, asked: Body) -> None:
    handler.send(document(asked), status=202)


def page(handler: Handler, asked: Body) -> None:
    handler.send(b"<html><body>allow</body></html>", kind="text/html")


def page_with_json(handler: Handler, asked: Body) -> None:
    handler.send(document(asked), kind="text/html")


def empty(handler: Handler, asked: Body) -> None:
    handler.send(b"")


def capitals(handler: Handler, asked: Body) -> None:
    handler.send(document(asked, decision="ALLOW"))


def bare(handler: Handler, asked: Body) -> None:
    handler.send({"decision": "ALLOW"})


def bare_allow(handler: Handler, asked: Body) -> None:
    handler.send({"decision": "allow"})


def other_release(handler: Handler, asked: Body) -> None:
    handler.send(document(asked, release="another-release"))


def other_action(handler: Handler, asked: Body) -> None:
    handler.send(document(asked, action="withdraw"))


def rehearsal(handler: Handler, asked: Body) -> None:
    handler.send(document(asked, rehearsal=True))


def a_list(handler: Handler, asked: Body) -> None:
    handler.send(json.dumps([document(asked)]).encode())


def two_documents(handler: Handler, asked: Body) -> None:
    handler.send(json.dumps(document(asked)).encode() * 2)


def large(handler: Handler, asked: Body) -> None:
    """A yes with 100 MB of space behind it."""
    text = json.dumps(document(asked)).encode()
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(100_000_000))
    handler.end_headers()
    handler.wfile.write(text)
    for _ in range(100):
        handler.wfile.write(b" " * 1_000_000)


def slow(handler: Handler, asked: Body) -> None:
    """A yes after twenty seconds."""
    handler.server.over.wait(20)
    handler.send(document(asked))


def dripping(handler: Handler, asked: Body) -> None:
    """A yes, four times a second one byte of it."""
    text = json.dumps(document(asked)).encode()
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(text)))
    handler.end_headers()
    for byte in text:
        handler.wfile.write(bytes([byte]))
        if handler.server.over.wait(0.25):
            return


def redirect(handler: Handler, asked: Body) -> None:
    """Off to where a yes is."""
    if handler.path.endswith("/elsewhere"):
        handler.send(document(asked))
    else:
        handler.send(b"", status=307, Location=f"{handler.server.url}/elsewhere")


FAULTS: dict[str, Behaviour] = {
    made.__name__: made
    for made in (
        error_500,
        accepted_202,
        page,
        page_with_json,
        empty,
        capitals,
        bare,
        bare_allow,
        other_release,
        other_action,
        rehearsal,
        a_list,
        two_documents,
        large,
        slow,
        dripping,
        redirect,
    )
}
