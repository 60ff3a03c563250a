"""HTTP/1.1 on one connection: whoever is slow or sends too much is let go of.

The server knows no time limit for a request's head or body, so a thousand clients that send
a byte now and then would keep a thousand connections for ever.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from pubguard.http import problems
from pubguard.http.problems import Problem

if TYPE_CHECKING:
    import asyncio

HEAD_SECONDS = 10.0
"""From the first byte, or the connection, to the end of a request's head."""
BODY_SECONDS = 20.0
"""From the end of the head to the end of the body."""
HEAD_BYTES = 32_768
BODY_BYTES = 67_108_864
"""Of one request, also of a body that was refused already and is only read away."""
MOST_WAITING = 600
"""Connections that may be without a request; beyond that the one that waits longest goes."""


class Connection(HttpToolsProtocol):
    """One connection with its limits."""

    waiting: OrderedDict[Connection, None] = OrderedDict()  # noqa: RUF012 - one for the process

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._limit: asyncio.TimerHandle | None = None
        self._head = 0
        self._body = 0
        self._in_body = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait(HEAD_SECONDS)
        self._idle()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop()
        self.waiting.pop(self, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless it is too much."""
        if self._in_body:
            self._body += len(data)
        else:
            self._head += len(data)
            if self._limit is None:  # the first bytes after an answer
                self._wait(HEAD_SECONDS)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._head > HEAD_BYTES or self._body > BODY_BYTES:
            self._refuse(431 if self._head > HEAD_BYTES else 413, "That is too much.")

    def on_headers_complete(self) -> None:
        """The head is there; the body has its own time."""
        self._head = 0
        self._in_body = True
        self.waiting.pop(self, None)
        self._wait(BODY_SECONDS)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is there: from now on it is our turn."""
        self._stop()
        self._in_body = False
        self._body = self._head = 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The answer is out; the connection may wait for another request."""
        super().on_response_complete()
        if not self._in_body and not self.transport.is_closing():
            self._idle()

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP gets a document too."""
        self._refuse(400, msg)

    def _refuse(self, status: int, detail: str) -> None:
        if self.transport.is_closing():
            return
        answering = self.cycle is not None and not self.cycle.response_complete
        if not (answering and self.cycle.response_started):
            body = Problem(status, detail, "Send a smaller, well-formed HTTP/1.1 request.").body("")
            head = (
                b"%bcontent-type: %b\r\ncontent-length: %d\r\ncache-control: no-store\r\n"
                b"connection: close\r\n\r\n"
            )
            self.transport.write(
                head % (STATUS_LINE[status], problems.MEDIA.encode(), len(body)) + body
            )
        self.transport.close()

    def _idle(self) -> None:
        self.waiting[self] = None
        if len(self.waiting) > MOST_WAITING:
            longest, _ = self.waiting.popitem(last=False)
            longest.transport.close()

    def _wait(self, seconds: float) -> None:
        self._stop()
        self._limit = self.loop.call_later(seconds, self._late)

    def _stop(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    def _late(self) -> None:
        self._limit = None
        if self.cycle is not None and not self.cycle.response_complete:
            self._refuse(408, "The request did not come in time.")
        else:
            self.transport.close()
