"""One route as the server calls it: token, body, the use case on a thread, and the answer."""

from __future__ import annotations

import asyncio
import os
import re
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, Any

from pubguard.http import problems
from pubguard.http.bodies import LARGEST
from pubguard.http.doorkeeper import Doorkeeper
from pubguard.http.problems import Problem
from pubguard.http.visits import Access, Reply, Route
from pubguard.http.work import Work

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from pubguard.http.bench import Bench
    from pubguard.http.state import State
    from pubguard.http.workers import Workers
    from pubguard.tokens import Token

    Scope = MutableMapping[str, Any]
    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]

LONGEST = 15.0
"""Seconds after which a request gets no for an answer, whatever holds it up."""
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")


class Endpoint:
    """An ASGI application for one route; without one, the answer to an unknown path."""

    def __init__(
        self,
        route: Route | None,
        state: State,
        keeper: Doorkeeper,
        workers: Workers,
        bench: Bench,
    ) -> None:
        self._route = route
        self._state = state
        self._keeper = keeper
        self._workers = workers
        self._bench = bench

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whatever happens, with a document."""
        start = monotonic()
        headers = dict(scope["headers"])
        request_id = _request_id(headers.get(b"x-request-id", b""))
        name = self._route.name if self._route else "none"
        more: dict[str, str] = {}
        token: Token | None = None
        fault: dict[str, str] = {}
        try:
            token = self._enter(scope)
            reply = await self._answer(scope, headers, receive, token, start)
        except Problem as problem:
            more = problem.headers
            reply = Reply(problem.body(request_id), problems.MEDIA, problem.status)
            fault = {"problem": problem.code}
        except _Gone:
            return
        except Exception as error:  # noqa: BLE001 - whatever fails, the answer is a document and a no
            reply = Reply(problems.internal(error).body(request_id), problems.MEDIA, 500)
            fault = {"problem": "internal", "kind": type(error).__name__, "where": _where(error)}
        await self._send(scope, send, reply, request_id, more)
        taken = monotonic() - start
        self._state.meter.answered(name, reply.status, taken)
        self._state.lines.say(
            "request",
            "error" if reply.status >= 500 else "info",
            route=name,
            status=reply.status,
            us=round(taken * 1e6),
            request_id=request_id,
            token=token.name if token else None,
            **fault,
        )

    def _enter(self, scope: Scope) -> Token | None:
        """Who comes in, if they may."""
        route = self._route
        if route is None:
            raise Problem(404, "There is no such address.", "See /openapi.json.")
        method = scope["method"]
        if method != route.method and not (method == "HEAD" and route.method == "GET"):
            allowed = "GET, HEAD" if route.method == "GET" else route.method
            raise Problem(
                405,
                f"{scope['method']} means nothing here.",
                f"Use {route.method}.",
                headers={"allow": allowed},
            )
        if route.access is Access.OPEN:
            return None
        return self._keeper.enter(scope, reading=route.access is Access.READING)

    async def _answer(
        self,
        scope: Scope,
        headers: dict[bytes, bytes],
        receive: Receive,
        token: Token | None,
        start: float,
    ) -> Reply:
        route = self._route
        assert route is not None  # noqa: S101 - _enter has looked
        work = Work(
            route=route,
            scope=scope,
            raw=await _body(headers, receive) if route.body else b"",
            token=token,
            start=start,
            state=self._state,
            keeper=self._keeper,
        )
        try:
            async with asyncio.timeout(LONGEST):
                if route.asks is not None:
                    return await self._bench.reply(work)
                return await self._workers.alone(work.done)
        except TimeoutError as error:
            raise Problem(
                503,
                f"There was no answer within {LONGEST:g} s, so it is no.",
                "Ask again; if it stays so, a plugin hangs: see pubguard doctor.",
                headers={"retry-after": "1"},
            ) from error

    async def _send(
        self, scope: Scope, send: Send, reply: Reply, request_id: str, more: dict[str, str]
    ) -> None:
        headers = [
            (b"x-request-id", request_id.encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            *((name.encode(), value.encode()) for name, value in more.items()),
        ]
        if reply.status != HTTPStatus.NO_CONTENT:
            headers += [
                (b"content-type", reply.media.encode()),
                (b"content-length", b"%d" % len(reply.body)),
            ]
        body = b"" if scope["method"] == "HEAD" else reply.body
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


class _Gone(Exception):
    """Whoever asked has hung up."""


async def _body(headers: dict[bytes, bytes], receive: Receive) -> bytes:
    media = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if media != b"application/json" or headers.get(b"content-encoding", b"identity") != b"identity":
        raise Problem(
            415,
            "The body has to be plain application/json.",
            "Send the header Content-Type: application/json.",
        )
    length = headers.get(b"content-length", b"0")
    if len(length) > 12 or int(length) > LARGEST:
        raise _too_large()
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise _Gone
        part: bytes = message.get("body", b"")
        body += part
        if len(body) > LARGEST:
            raise _too_large()
        if not message.get("more_body", False):
            return body


def _too_large() -> Problem:
    return Problem(413, f"The body has more than {LARGEST} bytes.", "Send less, in several parts.")


def _request_id(given: bytes) -> str:
    return given.decode() if _REQUEST_ID.fullmatch(given) else os.urandom(8).hex()


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"
