"""The application: every route of the table behind its endpoint."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from starlette.routing import Route, Router

from pubguard.http.doorkeeper import Doorkeeper
from pubguard.http.endpoint import Endpoint
from pubguard.http.routes import ROUTES

if TYPE_CHECKING:
    from pubguard.http.state import State

THREADS = 48
"""Requests that are worked on at once; those that wait for the disk share its syncs."""


def build(state: State) -> Router:
    """An ASGI application that answers every route, and everything else with a problem."""
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix=f"pubguard-{os.getpid()}")
    keeper = Doorkeeper(state)
    return Router(
        [Route(each.path, Endpoint(each, state, keeper, pool)) for each in ROUTES],
        redirect_slashes=False,
        default=Endpoint(None, state, keeper, pool),
    )
