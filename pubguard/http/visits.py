"""One request on its way to a use case, and what the route that it takes looks like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from hashlib import sha256
from time import monotonic
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from pubguard.http.problems import Problem
from pubguard.model import Action, Actor, Attempt, Once, Role
from pubguard.people import person

if TYPE_CHECKING:
    from pubguard.build import Workspace
    from pubguard.http.asked import ActorGiven
    from pubguard.http.bodies import Reader
    from pubguard.http.state import State
    from pubguard.tokens import Token


class Access(StrEnum):
    """Who may come in."""

    OPEN = "open"
    TOKEN = "token"  # noqa: S105 - no secret
    READING = "reading"


class Reply(Struct, frozen=True):
    """An answer that is not a JSON document with status 200."""

    body: bytes = b""
    media: str = "text/plain; charset=utf-8"
    status: int = 200


class Visit(Struct, frozen=True, kw_only=True):
    """One request: who asks, what, since when (monotonic), and the workspace as it is now."""

    state: State
    workspace: Workspace
    token: Token | None
    start: float
    body: Any = None
    path: Mapping[str, str] = {}
    query: str = ""
    headers: Mapping[str, str] = {}

    def waited(self) -> float:
        """Seconds since it came in."""
        return monotonic() - self.start

    @property
    def door(self) -> str:
        """The name that challenges are bound to."""
        return self.bearer.name

    @property
    def bearer(self) -> Token:
        """The token that came with it."""
        assert self.token is not None  # noqa: S101 - the route asks for one
        return self.token

    def may(self, action: Action) -> None:
        """Make sure that the token is made for that action.

        Raises:
            Problem: 403, it is not.
        """
        if action not in self.bearer.actions:
            raise Problem(
                403,
                f"The token {self.bearer.name!r} is not made for {action}.",
                f"Make one that is: pubguard token add NAME --actions {action}",
                headers={"www-authenticate": 'Bearer error="insufficient_scope"'},
            )

    def actor(self, given: ActorGiven) -> Actor:
        """Who acts, vouched for by the token; roles only from one that may assert them."""
        roles: frozenset[Role] = frozenset()
        if self.bearer.assert_roles:
            roles = frozenset(given.roles)
        return Actor(person(given.id), roles, f"token:{self.bearer.name}")

    def once(self, request_id: str | None) -> Once | None:
        """What tells this request from others of the same id; None without an id.

        Both digests hold the token's hash, so nobody can guess a body from them.
        """
        if request_id is None:
            return None
        own = self.bearer.hash.encode()
        body = msgspec.json.encode(self.body, order="sorted")
        return Once(
            sha256(own + b"\0id\0" + request_id.encode()).hexdigest(),
            sha256(own + b"\0body\0" + body).hexdigest(),
        )


class Route(Struct, frozen=True, kw_only=True):
    """One line of the route table; OpenAPI is made of it too.

    `answer` is the JSON answer's type, None for `media`. `statuses` are the refusals that
    it may give beside those of every route. `run` makes the answer of the visit; where
    `asks` makes a question for the guard of it, `run` is given the decision too.
    """

    method: str
    path: str
    name: str
    summary: str
    run: Callable[..., Any]
    asks: Callable[[Visit], Attempt] | None = None
    access: Access = Access.TOKEN
    body: type | None = None
    parse: Reader | None = None
    answer: Any = None
    media: str = "application/json"
    status: int = 200
    statuses: tuple[int, ...] = ()
    query: Mapping[str, str] = {}
