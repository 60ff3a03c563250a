"""Nobody is kept waiting for ever, whatever holds a request up."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from contextlib import closing

from pubguard.build import Workspace
from pubguard.http import endpoint
from pubguard.http.app import build
from pubguard.http.lines import Lines
from pubguard.http.meter import Meter
from pubguard.http.state import State
from tests.guard.conftest import Office
from tests.http.conftest import add_token, question


def test_what_takes_too_long_is_a_503(ahead: Office, monkeypatch) -> None:
    """Here the log is taken by somebody else; the answer comes at the time limit, as a no."""
    monkeypatch.setattr(endpoint, "LONGEST", 0.1)
    token = add_token(ahead, "cms")
    workspace = Workspace.open(ahead.folder, ahead.clock)
    lines = Lines(ahead.clock, os.open(os.devnull, os.O_WRONLY))
    state = State(workspace, lines, Meter())
    with closing(sqlite3.connect(workspace.store.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        status, document = asyncio.run(_asked(build(state), token))
        other.execute("ROLLBACK")
    state.close()
    assert status == 503
    assert document["detail"] == "There was no answer within 0.1 s, so it is no."


async def _asked(app, token: str) -> tuple[int, dict]:
    """One check, asked of the application as a server asks it."""
    sent: list[dict] = []

    async def receive() -> dict:
        return {"type": "http.request", "body": json.dumps(question()).encode()}

    async def send(message: dict) -> None:
        sent.append(message)

    headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/check",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    await app(scope, receive, send)
    return sent[0]["status"], json.loads(sent[1]["body"])
