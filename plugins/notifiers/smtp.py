"""The notifier "smtp": plain-text mail, one message for each recipient."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from pubguard import secrets
from pubguard.clock import SystemClock
from pubguard.errors import ConfigError, NotTaken
from pubguard.hookspecs import Register, hookimpl
from pubguard.model import Effect, Finding, block
from pubguard.protocols import Notice

if TYPE_CHECKING:
    import smtplib

TIMEOUT = 10.0
"""Seconds that the server may take to answer each line."""
SUBMISSION, RELAY = 587, 25
"""Ports of RFC 6409 and RFC 5321."""
# Compiled when first used: every check imports this module.
_HOST = r"[\w.:-]+"
_MAILBOX = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+"


class Smtp(Struct, frozen=True, kw_only=True):
    """A mail server. `sender` is the address that messages come from.

    `starttls` is on, and `port` 587, unless the host is this machine itself: then mail is
    handed over in the clear on port 25. `password` is ``env:NAME`` or ``file:PATH``, and
    only ever travels encrypted, or on this machine. `folder` is the workspace's.
    """

    host: str
    sender: str
    port: int | None = None
    starttls: bool | None = None
    username: str | None = None
    password: str | None = None
    folder: str = "."

    def __post_init__(self) -> None:
        """Refuse what cannot work or would give the password away.

        Raises:
            ValueError: the message names the setting and never repeats its value.
        """
        if not re.fullmatch(_HOST, self.host):
            raise ValueError("host: must be the name or address of a mail server")
        if not re.fullmatch(_MAILBOX, self.sender):
            raise ValueError("sender: must be a mail address")
        if self.port is not None and not 0 < self.port < 65536:
            raise ValueError("port: must lie between 1 and 65535")
        if (self.username is None) != (self.password is None):
            raise ValueError("username: give username and password together, or neither")
        if self.password is not None:
            try:
                secrets.check_reference(self.password)
            except ValueError as error:
                raise ValueError(f"password: {error}") from None
            if not self._encrypted and not self._here:
                raise ValueError("starttls: must not be false where a password is sent")

    def __repr__(self) -> str:
        """Without addresses and the account."""
        return f"Smtp({self.host!r})"

    def reaches(self, contact: str) -> bool:
        """True for ``mailto:`` and one address of ASCII letters, digits and marks."""
        return _mailbox(contact) is not None

    def send(self, notice: Notice, contact: str) -> None:
        """Hand one message to the server.

        Raises:
            NotTaken: it refused, or could not be talked to.
            OSError: the connection broke after the message was under way.
            ConfigError: the password cannot be had.
        """
        import smtplib

        to = _mailbox(contact)
        if to is None:
            raise NotTaken("the contact is not a mail address")
        body = self._message(notice, to)
        password = secrets.reveal(self.password, self.folder) if self.password else ""
        try:
            line = smtplib.SMTP(self.host, self._port, self._domain, TIMEOUT)
        except (OSError, UnicodeError) as error:
            raise self._refused(error) from None
        try:
            try:
                self._introduce(line, password)
                _must(*line.mail(self.sender))
                _must(*line.rcpt(to))
            except (OSError, ValueError) as error:
                raise self._refused(error) from None
            try:
                _must(*line.data(body))
            except smtplib.SMTPResponseException as error:
                raise self._refused(error) from None
            _part(line)
        finally:
            line.close()

    def examine(self, now: datetime) -> Finding:  # noqa: ARG002
        """Whether the password can be had; the server is not asked."""
        try:
            if self.password:
                secrets.reveal(self.password, self.folder)
        except ConfigError as error:
            return block(error.message, error.remedy)
        how = "with STARTTLS" if self._encrypted else "unencrypted"
        return Finding(Effect.ALLOW, f"Mail goes to {self.host}, port {self._port}, {how}.")

    @property
    def _here(self) -> bool:
        import ipaddress

        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host.lower() == "localhost"

    @property
    def _encrypted(self) -> bool:
        return not self._here if self.starttls is None else self.starttls

    @property
    def _port(self) -> int:
        return self.port or (RELAY if self._here else SUBMISSION)

    @property
    def _domain(self) -> str:
        return self.sender.rpartition("@")[2]

    def _introduce(self, line: smtplib.SMTP, password: str) -> None:
        line.ehlo_or_helo_if_needed()
        if self._encrypted:
            import ssl

            line.starttls(context=ssl.create_default_context())
            line.ehlo_or_helo_if_needed()
        if self.username:
            line.login(self.username, password)

    def _message(self, notice: Notice, to: str) -> bytes:
        from email.message import EmailMessage
        from email.policy import SMTP
        from email.utils import format_datetime
        from secrets import token_hex

        message = EmailMessage()
        try:
            message["Subject"] = notice.subject
            message.set_content(notice.text)
        except ValueError:  # a line break in the subject, or text that is no Unicode
            raise NotTaken("the message cannot be written as mail") from None
        message["From"] = self.sender
        message["To"] = to
        message["Date"] = format_datetime(SystemClock().now())
        message["Message-ID"] = f"<{token_hex(16)}@{self._domain}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence is answered
        if notice.urgent:
            message["Importance"] = "high"
        return message.as_bytes(policy=SMTP.clone(cte_type="7bit"))

    def _refused(self, error: Exception) -> NotTaken:
        """What went wrong, by its number: a server's own words may repeat an address."""
        import smtplib
        import ssl

        if isinstance(error, smtplib.SMTPAuthenticationError):
            why = f"{self.host} does not accept the user name and password"
        elif isinstance(error, smtplib.SMTPResponseException):
            later = " for now" if error.smtp_code // 100 == 4 else ""
            why = f"{self.host} refuses it{later} (SMTP {error.smtp_code})"
        elif isinstance(error, ssl.SSLCertVerificationError):
            why = f"the certificate of {self.host} is not one to trust"
        elif isinstance(error, smtplib.SMTPNotSupportedError):
            why = f"{self.host} does not offer what [notify] wants of it, such as STARTTLS"
        else:
            why = f"{self.host} cannot be talked to ({type(error).__name__})"
        return NotTaken(why, "See that the mail server is there, then tell the person yourself.")


def _mailbox(contact: str) -> str | None:
    """The address in a ``mailto:`` (RFC 6068) that has only that."""
    from urllib.parse import unquote

    scheme, _, address = contact.partition(":")
    if scheme.lower() != "mailto" or "?" in address:
        return None
    address = unquote(address)
    return address if re.fullmatch(_MAILBOX, address) else None


def _must(code: int, _words: bytes) -> None:
    import smtplib

    if code // 100 != 2:
        raise smtplib.SMTPResponseException(code, "")


def _part(line: smtplib.SMTP) -> None:
    """Say goodbye; the message was taken whatever the answer."""
    from contextlib import suppress

    with suppress(OSError):
        line.quit()


@hookimpl
def register_notifiers(register: Register) -> None:
    """Offer ``smtp``."""
    register("smtp", Smtp)
