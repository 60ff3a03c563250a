"""The application: every route of the table behind its endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route, Router

from pubguard.http.bench import Bench
from pubguard.http.doorkeeper import Doorkeeper
from pubguard.http.endpoint import Endpoint
from pubguard.http.routes import ROUTES
from pubguard.http.workers import Workers

if TYPE_CHECKING:
    from pubguard.http.state import State


def build(state: State) -> Router:
    """An ASGI application that answers every route, and everything else with a problem."""
    workers = Workers(state.lines)
    bench = Bench(state, workers)
    keeper = Doorkeeper(state)
    return Router(
        [Route(each.path, Endpoint(each, state, keeper, workers, bench)) for each in ROUTES],
        redirect_slashes=False,
        default=Endpoint(None, state, keeper, workers, bench),
    )
