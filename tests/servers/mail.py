"""A real mail server on loopback, well-behaved or not as a test wants it."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult

PASSWORD = "hunter2-4711"


class MailServer:
    """Takes mail on a port of its own until `stop`.

    Args:
        refused: what it answers to RCPT for an address, such as ``550 no such person``.
        silent: addresses after whose RCPT it says nothing more.
        end: what it answers after the message; nothing, and it hangs up, where that is "".
        rude: it hangs up instead of answering QUIT.
        tls: with it STARTTLS is offered and AUTH asked for.
    """

    def __init__(
        self,
        refused: dict[str, str] | None = None,
        silent: frozenset[str] = frozenset(),
        end: str = "250 taken",
        rude: bool = False,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.taken: list[tuple[str, list[str], EmailMessage]] = []
        self.seen: list[str] = []
        self.logins: list[bytes] = []
        self._refused = refused or {}
        self._silent = silent
        self._end_of_data = end
        self._rude = rude
        self._tls = tls
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(
            self._loop.create_server(self._protocol, "127.0.0.1", 0)
        )
        self.port: int = self._server.sockets[0].getsockname()[1]
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the port and every connection."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._server.close()
        self._loop.run_until_complete(self._end())
        self._loop.close()

    async def _end(self) -> None:
        """Connections in which somebody still waits for an answer."""
        waiting = asyncio.all_tasks() - {asyncio.current_task()}
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    @property
    def recipients(self) -> list[str]:
        """Whom messages were taken for, sorted."""
        return sorted(to for _, many, _ in self.taken for to in many)

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:  # noqa: N802
        self.seen.append(address)
        if address in self._silent:
            await asyncio.Event().wait()
        if address in self._refused:
            return self._refused[address]
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        message: Any = message_from_bytes(envelope.content, policy=policy.default)
        if self._end_of_data.startswith("2"):
            self.taken.append((envelope.mail_from, envelope.rcpt_tos, message))
        if not self._end_of_data:
            server.transport.abort()
        return self._end_of_data

    async def handle_QUIT(self, server, session, envelope) -> str:  # noqa: N802
        if self._rude:
            server.transport.abort()
        return "221 bye"

    def _login(self, server, session, envelope, mechanism, data) -> AuthResult:
        self.logins.append(data.password)
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)

    def _protocol(self) -> SMTP:
        extra: dict[str, Any] = {}
        if self._tls:
            extra = {
                "tls_context": self._tls,
                "require_starttls": True,
                "authenticator": self._login,
                "auth_required": True,
            }
        return SMTP(self, hostname="mail.example", loop=self._loop, **extra)


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's context for 127.0.0.1, and the file that whoever trusts it needs."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    trust, private = folder / "trust.pem", folder / "server.pem"
    trust.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(trust, private)
    return context, trust
