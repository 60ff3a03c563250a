"""The control: a Flask application that commits one row in each request. Prints its port."""

from __future__ import annotations

import json
import sqlite3
import sys
import threading

from flask import Flask, request
from waitress import create_server

app = Flask(__name__)
lock = threading.Lock()
connection = sqlite3.connect(sys.argv[1], check_same_thread=False, isolation_level=None)
connection.execute("PRAGMA journal_mode=WAL")
connection.execute("PRAGMA synchronous=FULL")
connection.execute("CREATE TABLE IF NOT EXISTS entry (body TEXT)")


@app.post("/v1/check")
def check() -> dict[str, object]:
    body = request.get_json()
    with lock:
        connection.execute("INSERT INTO entry VALUES (?)", (json.dumps(body) * 4,))
    return {"decision": "block", "action": body["action"], "release": body["release"]}


if __name__ == "__main__":
    server = create_server(app, host="127.0.0.1", port=0, threads=8, connection_limit=500)
    print(server.effective_port, flush=True)
    server.run()
