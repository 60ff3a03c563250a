"""The part of a request that waits for disks, done on a thread."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from pubguard.errors import PubguardError
from pubguard.guard.drafting import Case
from pubguard.http import problems
from pubguard.http.visits import Reply, Route, Visit
from pubguard.model import Action

if TYPE_CHECKING:
    from pubguard.build import Workspace
    from pubguard.decision import Decision
    from pubguard.http.doorkeeper import Doorkeeper
    from pubguard.http.state import State
    from pubguard.tokens import Token

_encode = msgspec.json.Encoder().encode


class Work(Struct, frozen=True, kw_only=True):
    """One request as it came in at `start` (monotonic), with its whole body and its token."""

    route: Route
    scope: MutableMapping[str, Any]
    raw: bytes
    token: Token | None
    start: float
    state: State
    keeper: Doorkeeper

    def visit(self, workspace: Workspace) -> Visit:
        """The request as use cases see it.

        Raises:
            Problem: 400, a body that does not fit; 429, its token asks too often.
        """
        body = self.route.parse(self.raw) if self.route.parse else None
        if self.token is not None and not _containing(body):
            self.keeper.pace(self.token)
        return Visit(
            state=self.state,
            workspace=workspace,
            token=self.token,
            start=self.start,
            body=body,
            path=self.scope["path_params"],
            query=self.scope["query_string"].decode("ascii", "replace"),
            headers=_ours(self.scope),
        )

    def done(self) -> Reply:
        """The answer of a route that decides nothing.

        Raises:
            Problem: any refusal.
        """
        try:
            visit = self.visit(self.state.current())
            return self._reply(self.route.run(visit))
        except PubguardError as error:
            raise problems.of(error) from error

    def ask(self, workspace: Workspace) -> tuple[Visit, Case]:
        """What a deciding route's request asks the guard.

        Raises:
            Problem, PubguardError: it cannot be asked.
        """
        assert self.route.asks is not None  # noqa: S101 - whoever calls has looked
        visit = self.visit(workspace)
        return visit, Case(self.route.asks(visit), visit.waited())

    def told(self, visit: Visit, decision: Decision) -> Reply:
        """The answer of a deciding route.

        Raises:
            Problem: it came too late.
        """
        return self._reply(self.route.run(visit, decision))

    def _reply(self, answer: Any) -> Reply:
        return answer if isinstance(answer, Reply) else Reply(_encode(answer), self.route.media)


def _containing(body: Any) -> bool:
    """True for what takes something down, which is never held up (law 14)."""
    withdraws = getattr(body, "action", None) is Action.WITHDRAW
    return withdraws or getattr(body, "outcome", None) == "withdrawn"


def _ours(scope: MutableMapping[str, Any]) -> dict[str, str]:
    """The headers by which a web server says what it was asked; each given once."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        if name.startswith(b"x-pubguard-"):
            # Two of one name are nobody's word.
            found[name.decode()] = "" if name.decode() in found else value.decode("latin-1")
    return found
