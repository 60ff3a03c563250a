"""The notifier "smtp" against a real mail server."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pubguard_plugins.notifiers.smtp import Smtp

from pubguard.errors import ConfigError, NotTaken
from pubguard.model import Effect
from pubguard.protocols import Examined, Notice
from pubguard.testing import SettableClock
from tests.notifiers.conftest import Serve
from tests.servers.mail import PASSWORD, certificate

TO = "mailto:a.jones@example.org"
NOTICE = Notice(
    "change-proposed", "Prices: \u00a3 a new date", "Caf\u00e9 prices move.\n.\nSee it.\n"
)
SENDER = "pubguard@example.org"


def smtp(port: int, **more) -> Smtp:
    return Smtp(host="127.0.0.1", port=port, sender=SENDER, **more)


def test_a_message_arrives_as_it_was_written(serve: Serve) -> None:
    """Subject and text arrive whole, in UTF-8, from the sender, to one recipient."""
    server = serve()
    smtp(server.port).send(NOTICE, TO)
    ((sender, to, message),) = server.taken
    assert (sender, to) == (SENDER, ["a.jones@example.org"])
    assert message["Subject"] == NOTICE.subject
    assert message.get_content() == NOTICE.text
    assert message.get_content_type() == "text/plain"
    assert (message["From"], message["To"]) == (SENDER, "a.jones@example.org")
    assert message["Message-ID"].endswith("@example.org>")
    assert message["Date"].datetime
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Importance"] is None


def test_an_urgent_message_is_marked(serve: Serve) -> None:
    """Mail programmes show it first."""
    server = serve()
    smtp(server.port).send(Notice("alarm", "Look", "Now.", urgent=True), TO)
    assert server.taken[0][2]["Importance"] == "high"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("550 no a.jones@example.org here", "127.0.0.1 refuses it (SMTP 550)"),
        ("451 greylisted, come back", "127.0.0.1 refuses it for now (SMTP 451)"),
    ],
)
def test_a_refusal_names_its_number_and_no_address(serve: Serve, answer: str, told: str) -> None:
    """A server's own words may repeat the address, so only its number is told."""
    server = serve(refused={"a.jones@example.org": answer})
    with pytest.raises(NotTaken) as caught:
        smtp(server.port).send(NOTICE, TO)
    assert caught.value.message == told
    assert not server.taken


def test_a_message_that_is_refused_at_its_end_is_not_taken(serve: Serve) -> None:
    """The server's last word counts, not that it listened."""
    server = serve(end="554 looks like spam from pubguard@example.org")
    with pytest.raises(NotTaken, match=r"refuses it \(SMTP 554\)$"):
        smtp(server.port).send(NOTICE, TO)


def test_a_server_that_hangs_up_after_the_message_leaves_it_open(serve: Serve) -> None:
    """Whether it was taken is not known, so it is no NotTaken."""
    server = serve(end="")
    with pytest.raises(OSError, match="closed"):
        smtp(server.port).send(NOTICE, TO)


def test_a_server_without_manners_has_still_taken_it(serve: Serve) -> None:
    """What comes after the server's yes changes nothing."""
    server = serve(rude=True)
    smtp(server.port).send(NOTICE, TO)
    assert server.recipients == ["a.jones@example.org"]


def test_a_server_that_is_down_takes_nothing() -> None:
    """Nobody listens: the message was certainly not taken."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(NotTaken, match="cannot be talked to"):
        smtp(port).send(NOTICE, TO)


def test_a_name_that_no_host_can_have_takes_nothing() -> None:
    """Also what breaks before any connection is an answer."""
    with pytest.raises(NotTaken, match="cannot be talked to"):
        Smtp(host="x" * 70, sender=SENDER).send(NOTICE, TO)


@pytest.mark.parametrize("subject", ["Prices\r\nBcc: x@example.org", "a\nb", "\ud800"])
def test_a_subject_cannot_become_a_header(serve: Serve, subject: str) -> None:
    """A line break in a subject is refused, and nothing is sent."""
    server = serve()
    with pytest.raises(NotTaken, match="cannot be written"):
        smtp(server.port).send(Notice("x", subject, "text"), TO)
    assert not server.seen


@pytest.mark.parametrize(
    "contact",
    [
        "mailto:a@example.org,b@example.org",
        "mailto:a@example.org?bcc=b@example.org",
        "mailto:a?bcc=b@example.org",
        "mailto:a@example.org%0d%0aRCPT TO:<b@example.org>",
        "mailto:<a@example.org>",
        "mailto:a b@example.org",
        "mailto:",
        "mailto:a",
        "tel:+44-1632-960001",
        "a@example.org",
        "mailto:\u0430@example.org",
    ],
)
def test_a_contact_is_one_address_and_nothing_more(serve: Serve, contact: str) -> None:
    """What is no single address is not reached, and sending to it sends nothing."""
    server = serve()
    found = smtp(server.port)
    assert not found.reaches(contact)
    with pytest.raises(NotTaken):
        found.send(NOTICE, contact)
    assert not server.seen


@given(some.text())
def test_no_text_can_be_more_than_one_recipient(text: str) -> None:
    """Whatever is reached has one @, and nothing that separates addresses or lines."""
    if smtp(25).reaches(f"mailto:{text}"):
        assert not set(text) & set(" ,;<>\r\n?:")


def test_a_contact_may_be_escaped() -> None:
    """Percent signs are undone, as RFC 6068 has it; the scheme's letters do not matter."""
    assert smtp(25).reaches("MAILTO:a%2Bjones@example.org")


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's context whose certificate this machine trusts, and the password in a file."""
    context, trust = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trust))
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    return context


def with_tls(port: int, **more) -> Smtp:
    given = {"starttls": True, "username": "guard", "password": "env:MAIL_PASSWORD", **more}
    return smtp(port, **given)


def test_starttls_and_a_login(serve: Serve, trusted: ssl.SSLContext) -> None:
    """Over STARTTLS the password from the environment is sent and the message taken."""
    server = serve(tls=trusted)
    with_tls(server.port).send(NOTICE, TO)
    assert server.logins == [PASSWORD.encode()]
    assert server.recipients == ["a.jones@example.org"]


def test_a_password_from_a_file(serve: Serve, trusted: ssl.SSLContext, tmp_path: Path) -> None:
    """A file that only we can read holds the password; its last line break is not part of it."""
    server = serve(tls=trusted)
    (tmp_path / "mail").write_text(f"{PASSWORD}\n")
    (tmp_path / "mail").chmod(0o600)
    with_tls(server.port, password="file:mail", folder=str(tmp_path)).send(NOTICE, TO)
    assert server.logins == [PASSWORD.encode()]


def test_a_certificate_that_is_not_trusted(
    serve: Serve, trusted: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stranger's certificate gets neither the password nor the message."""
    monkeypatch.delenv("SSL_CERT_FILE")
    server = serve(tls=trusted)
    with pytest.raises(NotTaken, match="not one to trust"):
        with_tls(server.port).send(NOTICE, TO)
    assert server.logins == server.seen == []


def test_a_server_without_starttls(serve: Serve, trusted: ssl.SSLContext) -> None:
    """Where STARTTLS is wanted and not offered, nothing is sent in the clear."""
    server = serve()
    with pytest.raises(NotTaken, match="does not offer"):
        with_tls(server.port).send(NOTICE, TO)
    assert server.logins == server.seen == []


def test_a_wrong_password(
    serve: Serve, trusted: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server's no is told without the password."""
    monkeypatch.setenv("MAIL_PASSWORD", "wrong-9876")
    server = serve(tls=trusted)
    with pytest.raises(NotTaken, match="does not accept") as caught:
        with_tls(server.port).send(NOTICE, TO)
    assert "wrong-9876" not in repr(caught.value)


def test_a_password_that_is_not_there_stops_before_the_server(
    serve: Serve, trusted: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable that is not set is a wrong setting, which the doctor finds too."""
    monkeypatch.delenv("MAIL_PASSWORD")
    found = with_tls(serve(tls=trusted).port)
    with pytest.raises(ConfigError, match="MAIL_PASSWORD is not set"):
        found.send(NOTICE, TO)
    assert isinstance(found, Examined)
    finding = found.examine(SettableClock("2026-11-26T09:30").now())
    assert finding.effect is Effect.BLOCK


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"host": ""}, "host"),
        ({"host": "mail.example.org\r\nx"}, "host"),
        ({"host": "user:hunter2@mail.example.org"}, "host"),
        ({"sender": "Guard <guard@example.org>"}, "sender"),
        ({"sender": "guard@example.org\r\nBcc: x@example.org"}, "sender"),
        ({"port": 0}, "port"),
        ({"username": "guard"}, "username"),
        ({"password": "hunter2", "username": "guard"}, "password"),
        ({"password": "env:", "username": "guard"}, "password"),
        (
            {"host": "mail.example.org", "starttls": False, "username": "u", "password": "env:P"},
            "starttls",
        ),
    ],
)
def test_settings_that_cannot_be_right_are_refused(settings: dict[str, str], told: str) -> None:
    """The setting is named and its value is not repeated."""
    with pytest.raises(ValueError, match=f"^{told}: ") as caught:
        Smtp(**{"host": "127.0.0.1", "sender": SENDER, **settings})
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("host", "how"),
    [
        ("mail.example.org", "port 587, with STARTTLS"),
        ("localhost", "port 25, unencrypted"),
        ("127.0.0.1", "port 25, unencrypted"),
        ("::1", "port 25, unencrypted"),
    ],
)
def test_mail_leaves_this_machine_encrypted(host: str, how: str) -> None:
    """STARTTLS is on by default, except towards this machine itself."""
    finding = Smtp(host=host, sender=SENDER).examine(SettableClock("2026-11-26T09:30").now())
    assert how in finding.reason
    assert SENDER not in repr(Smtp(host=host, sender=SENDER))
