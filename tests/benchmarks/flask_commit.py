"""The control: a Flask application that commits one row in each request. Prints its port."""

from __future__ import annotations

import json
import sqlite3
import sys
import threading

from flask import Flask, request
from werkzeug.serving import WSGIRequestHandler, make_server

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
    WSGIRequestHandler.protocol_version = "HTTP/1.1"
    import logging

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    print(server.port, flush=True)
    server.serve_forever()
