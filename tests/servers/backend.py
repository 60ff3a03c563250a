"""A publishing system that gives its secret to anybody who asks for it in any way at all."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from unicodedata import combining, normalize
from urllib.parse import unquote

FIGURES = b"the figures: 2.4 per cent"
ETAG = '"figures-1"'


class Backend(socketserver.ThreadingTCPServer):
    """Takes a path for embargoed however it is spelled: decoded again and again, any host.

    It answers ranges and conditional requests, and reads pipelined ones. `asked` holds
    the head of every request, `given` of those that were answered with the secret.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, words: tuple[str, ...] = ("prices",)) -> None:
        self.words = words
        self.asked: list[bytes] = []
        self.given: list[bytes] = []
        super().__init__(("127.0.0.1", 0), _Handler)
        self.port: int = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class _Handler(socketserver.StreamRequestHandler):
    server: Backend

    def handle(self) -> None:
        for head in self._heads():
            self.server.asked.append(head)
            self.wfile.write(self._answer(head))

    def _heads(self) -> Iterator[bytes]:
        lines: list[bytes] = []
        for line in self.rfile:
            if line.strip():
                lines.append(line)
            elif lines:
                head = b"".join(lines)
                length = _header(head, "content-length")
                self.rfile.read(int(length) if length.isdigit() else 0)
                yield head
                lines = []

    def _answer(self, head: bytes) -> bytes:
        method, target = head.split(b" ", 2)[:2]
        wanted = target + b" " + _header(head, "x-original-url").encode()
        body = FIGURES if self._secret(wanted) else b"something public"
        if body == FIGURES:
            self.server.given.append(head)
        status, more = "200 OK", f"ETag: {ETAG}\r\nCache-Control: max-age=60\r\n"
        if body == FIGURES and _header(head, "if-none-match") == ETAG:
            status, body = "304 Not Modified", b""
        elif _header(head, "range"):
            status, body = "206 Partial Content", body[:10]
        start = f"HTTP/1.1 {status}\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode()
        return start if method == b"HEAD" else start + body

    def _secret(self, target: bytes) -> bool:
        """As careless as anything can be: decode to the end, drop case, accents and marks."""
        text = target.decode("latin-1").encode("latin-1").decode("utf-8", "replace")
        for _ in range(5):
            text = unquote(text)
        folded = normalize("NFKD", text.replace("%u0070", "p")).casefold()
        plain = "".join(each for each in folded if not combining(each))
        plain = plain.replace("\ufffd", "p") + folded.replace("\ufffd", "")
        return any(word in plain for word in self.server.words)


def _header(head: bytes, name: str) -> str:
    for line in head.decode("latin-1").split("\r\n")[1:]:
        key, _, value = line.partition(":")
        if key.strip().lower() == name:
            return value.strip()
    return ""
