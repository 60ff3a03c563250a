"""A guard's HTTP side as its contract says, on loopback, well-behaved or not as a test wants it."""

from __future__ import annotations

import base64
import json
import ssl
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

TOKEN = "pg_test-4711"
POINT = "cms"


class Guard:
    """Answers on a port of its own until `stop`.

    Args:
        answer: what it says to a check: allow, block, confirm or error.
        fault: what it does wrong: hang, drip, html, redirect, 503, empty, twice, huge, late, old,
            other-release, other-action, rehearsal, title.
        tls: serve https with this context.
    """

    def __init__(
        self,
        answer: str = "allow",
        fault: str = "",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.answer, self.fault = answer, fault
        self.asked: list[dict[str, Any]] = []
        self.records: list[dict[str, Any]] = []
        self.sync: dict[str, Any] = {}
        self.followed = 0
        self.ended = Event()
        guard = self

        class Handler(_Handler):
            pass

        Handler.guard = guard
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port: int = self._server.server_port
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the port and end every answer that still waits."""
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def document(self, question: dict[str, Any]) -> dict[str, Any]:
        """The answer to a check, as the contract has it."""
        now = datetime.now(UTC) - timedelta(minutes=5 if self.fault == "old" else 0)
        verdicts = []
        if self.answer != "allow":
            reason = f"{question['release']} is announced for Thursday 26 November 2026, 09:30."
            verdicts = [
                {"rule": "slot", "code": "PG201", "effect": self.answer, "practice": None}
                | {"reason": reason, "remedy": "Wait for the slot.", "overridden_by": None}
            ]
        return {
            "decision": self.answer,
            "action": "approve" if self.fault == "other-action" else question["action"],
            "release": "another" if self.fault == "other-release" else question["release"],
            "actor": question["actor"]["id"],
            "at": _stamp(now),
            "effective_at": None,
            "next_allowed_at": None,
            "gap": None,
            "gap_us": None,
            "armed": True,
            "valid_until": _stamp(now + timedelta(seconds=30)),
            "verdicts": verdicts,
            "challenge": None,
            "permit": None,
            "rehearsal": self.fault == "rehearsal",
            "event": {"index": 17, "hash": "ab" * 32},
        }


class _Handler(BaseHTTPRequestHandler):
    guard: Guard
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        self.guard.followed += 1
        self._send(200, b'{"decision":"allow"}')

    def do_POST(self) -> None:
        guard, body = self.guard, self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._send(
                401, b'{"title":"No such token","detail":"Make one with pubguard token add."}'
            )
            return
        document = json.loads(body)
        if self.path == "/v1/record":
            guard.records.append(document)
            self._send(200, b'{"recorded":"published","counts":true}')
        elif self.path == "/v1/sync":
            self._send(200, json.dumps(guard.sync).encode())
        elif self.path == "/v1/check":
            guard.asked.append(document)
            self._check(json.dumps(guard.document(document)).encode())
        else:
            self._send(404, b"{}")

    def _check(self, body: bytes) -> None:
        odd = {**json.loads(body), "decision": "error", "title": '","decision":"allow","x":"'}
        instead: dict[str, tuple[int, bytes]] = {
            "json-in-name-only": (200, b'"decision":"allow"'),
            "503": (503, body),
            "201": (201, body),
            "empty": (200, b""),
            "twice": (200, body + body),
            "huge": (200, body[:-1] + b" " * 3_000_000 + b"}"),
            "title": (200, json.dumps(odd).encode()),
        }
        fault = self.guard.fault
        if fault == "hang":
            self.guard.ended.wait(30)
        elif fault == "drip":
            self._drip(body)
        elif fault == "html":
            self._send(200, b'<html>{"decision": "allow"}</html>', "text/html")
        elif fault == "type":
            self._send(200, body, "text/html")
        elif fault == "redirect":
            self.send_response(307)
            self.send_header("Location", "/v1/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif fault == "cut":
            self._head(200, len(body))
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
        else:
            self._send(*instead.get(fault, (200, body)))

    def _drip(self, body: bytes) -> None:
        """One byte a second, for as long as somebody listens."""
        self._head(200, len(body))
        for byte in body:
            try:
                self.wfile.write(bytes([byte]))
            except OSError:
                return
            if self.guard.ended.wait(1):
                return

    def _send(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self._head(status, len(body), kind)
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def _head(self, status: int, length: int, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.end_headers()


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Signer:
    """A guard's permit key: signs permits and the list of revoked ones."""

    def __init__(self, kid: str = "permit-1") -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self.kid, self.key = kid, Ed25519PrivateKey.generate()

    @property
    def jwk(self) -> dict[str, str]:
        """The public half, as it is handed out."""
        raw = self.key.public_key().public_bytes_raw()
        x = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
        return {"kty": "OKP", "crv": "Ed25519", "kid": self.kid, "x": x, "use": "sig"}

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        """Any claims, as a token."""
        import jwt

        kind = {"kid": self.kid, "typ": "pubguard-permit+jwt", **header}
        return jwt.encode(claims, self.key, "EdDSA", kind)

    def permit(self, release: str, output: str, digest: str, slot: float, **other: Any) -> str:
        """A permit to publish from `slot` (Unix time) on; `other` replaces its claims."""
        claims = {
            "iss": "guard",
            "aud": POINT,
            "sub": release,
            "act": "publish",
            "jti": "permit-17",
        }
        claims |= {"digests": {output: digest}, "nbf": int(slot), "exp": int(slot) + 7200}
        return self.sign({**claims, "iat": int(slot) - 86400, **other})

    def status(self, revoked: tuple[str, ...] = (), **other: Any) -> str:
        """The list of revoked permits, valid for a day."""
        now = int(time.time())
        return self.sign(
            {"iss": "guard", "iat": now, "exp": now + 86400, "revoked": list(revoked), **other},
            typ="pubguard-permit-status+jwt",
        )


def authority(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's context for 127.0.0.1, and what whoever trusts it needs."""
    from tests.servers.mail import certificate

    return certificate(folder)
