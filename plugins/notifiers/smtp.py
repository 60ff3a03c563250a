"""Notices by e-mail: one plain message for each recipient, over SMTP (RFC 5321)."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from pubguard.clock import SystemClock
from pubguard.hookspecs import Register, hookimpl
from pubguard.protocols import Notice

if TYPE_CHECKING:
    from email.message import EmailMessage
    from smtplib import SMTP

TIMEOUT = 5.0
"""Seconds that the server has for each answer."""
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Smtp(Struct, frozen=True, kw_only=True):
    """The notifier ``smtp``.

    `starttls` is on unless the server is this machine itself. `password` is
    ``env:NAME``, the variable that holds it.
    """

    schemes: ClassVar[frozenset[str]] = frozenset({"mailto"})

    host: str
    sender: str
    port: int = 25
    starttls: bool | None = None
    username: str | None = None
    password: str | None = None

    def __post_init__(self) -> None:
        """Refuse a password that stands in the configuration.

        Raises:
            ValueError: it does, or a sender that is no address.
        """
        if self.password is not None and not self.password.startswith("env:"):
            raise ValueError("password: write env:NAME, and keep the password in that variable")
        if "@" not in self.sender or not self.sender.isprintable():
            raise ValueError("sender: write an e-mail address")

    def send(self, notice: Notice, to: Sequence[str]) -> Mapping[str, str]:
        """One message for each recipient, so that nobody sees another's address.

        Raises:
            OSError: the server cannot be reached or used.
        """
        from smtplib import SMTP, SMTPException

        password = self._secret()
        refused: dict[str, str] = {}
        try:
            with SMTP(self.host, self.port, timeout=TIMEOUT) as server:
                self._enter(server, password)
                for contact in to:
                    if reason := self._one(server, notice, contact):
                        refused[contact] = reason
        except SMTPException as error:
            raise OSError(f"the mail server refused ({_said(error)})") from error
        except OSError as error:
            raise OSError(f"the mail server cannot be reached ({type(error).__name__})") from error
        return refused

    def _secret(self) -> str:
        name = (self.password or "").removeprefix("env:")
        if name and name not in os.environ:
            raise OSError(f"the variable {name} is not set")
        return os.environ.get(name, "")

    def _enter(self, server: SMTP, password: str) -> None:
        wanted = self.host not in LOOPBACK if self.starttls is None else self.starttls
        if wanted:
            import ssl

            server.starttls(context=ssl.create_default_context())
        if self.username is not None:
            server.login(self.username, password)

    def _one(self, server: SMTP, notice: Notice, contact: str) -> str | None:
        """Why the recipient was refused, None if the server took the message."""
        from smtplib import SMTPRecipientsRefused, SMTPResponseException
        from urllib.parse import unquote

        address = unquote(contact.partition(":")[2].partition("?")[0])
        if "@" not in address or not address.isprintable():
            return "their contact is no e-mail address"
        try:
            server.send_message(_message(notice, self.sender, address), self.sender, [address])
        except SMTPRecipientsRefused as error:
            ((code, _),) = error.recipients.values()
            return f"refused with {code}{', try again later' if 400 <= code < 500 else ''}"
        except SMTPResponseException as error:
            return f"refused with {error.smtp_code}"
        return None


def _message(notice: Notice, sender: str, address: str) -> EmailMessage:
    from email.message import EmailMessage
    from email.utils import format_datetime, make_msgid

    message = EmailMessage()
    message["Subject"] = "".join(c if c.isprintable() else " " for c in notice.subject)[:200]
    message["From"] = sender
    message["To"] = address
    message["Date"] = format_datetime(SystemClock().now())
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(notice.text)
    return message


def _said(error: Exception) -> str:
    code = getattr(error, "smtp_code", None)
    return f"code {code}" if code else type(error).__name__


@hookimpl
def register_notifiers(register: Register) -> None:
    """Offer ``smtp``."""
    register("smtp", Smtp)
