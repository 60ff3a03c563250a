"""People are told what waits for them, over a real mail server, and who was not told is said."""

from __future__ import annotations

import json
import socket
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from pubguard.testing import SettableClock, call, make_workspace

SLOT = "2026-11-26T09:30"
PEOPLE = """
[people."b.shah"]
roles = ["author"]
contact = "mailto:b.shah@example.org"
[people."c.lead"]
roles = ["lead-official"]
contact = "mailto:c.lead@example.org"
[people."d.lead"]
roles = ["lead-official"]
contact = "mailto:d.lead@example.org"
away = [2026-11-20]
[people."e.lead"]
roles = ["lead-official"]
"""


class Post:
    """Keeps the messages that it takes; refuses the recipients that it is told to."""

    def __init__(self) -> None:
        self.messages = []
        self.refuses = {}
        self.logins = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        found = message_from_bytes(envelope.content, policy=policy.default)
        self.messages.append((envelope.rcpt_tos, found))
        return "250 taken"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def post():
    """A real SMTP server."""
    post = Post()

    def login(server, session, envelope, mechanism, data):
        assert isinstance(data, LoginPassword)
        post.logins.append((data.login, data.password))
        return AuthResult(success=True)

    post.port = free_port()
    controller = Controller(
        post, hostname="127.0.0.1", port=post.port, authenticator=login, auth_require_tls=False
    )
    controller.start()
    yield post
    controller.stop()


class Office:
    def __init__(self, folder, settings: str) -> None:
        self.folder = folder / "office"
        self.clock = SettableClock("2026-11-20T10:00")
        make_workspace(self.folder, settings=settings, clock=self.clock).close()
        self.run(
            "calendar",
            "announce",
            "prices",
            "--title",
            "Prices",
            "--release-at",
            SLOT,
            "--actor",
            "c.lead",
        )
        self.run("calendar", "agree", "prices", "--actor", "b.shah")

    def run(self, *arguments: str):
        return call(*arguments, "--json", config=self.folder, clock=self.clock)

    def move(self, title: str = "late returns"):
        return self.run(
            "calendar",
            "move",
            "prices",
            "--to",
            "2026-12-03T09:30",
            "--actor",
            "b.shah",
            "--reason",
            title,
        )

    def sent(self):
        lines = self.run("log", "export").out.splitlines()
        return [e["data"] for e in map(json.loads, lines) if e["kind"] == "notice.sent"]


def mail(port: int, more: str = "") -> str:
    return f"""
[notify.mail]
kind = "smtp"
host = "127.0.0.1"
port = {port}
sender = "pubguard@example.org"
{more}
"""


def test_lead_officials_are_told_of_a_change_that_waits(tmp_path, post):
    """Each by a message of their own; who is away or has no contact is named to whoever acted."""
    office = Office(tmp_path, PEOPLE + mail(post.port))
    post.messages.clear()
    moved = office.move()
    assert "Told: c.lead." in moved.err
    assert "Not told: d.lead (away today). Tell them yourself." in moved.err
    assert "Not told: e.lead (no contact in [people])." in moved.err
    ((to, message),) = post.messages
    assert to == ["c.lead@example.org"]
    assert message["Subject"] == "prices waits to be agreed"
    assert (message["To"], message["From"]) == ("c.lead@example.org", "pubguard@example.org")
    text = message.get_content()
    for words in ("Thursday 3 December 2026, 09:30", "late returns", "calendar agree", "--keep"):
        assert words in text
    assert office.sent()[-1] == {
        "notice": "change-wanted",
        "reached": ["c.lead"],
        "missed": ["d.lead", "e.lead"],
    }


def test_no_address_and_no_text_stands_in_the_log(tmp_path, post, monkeypatch):
    """Nor the password, in the log, in the settings' record or in any message."""
    monkeypatch.setenv("MAIL_PASSWORD", "secret-4711")
    login = 'username = "pubguard"\npassword = "env:MAIL_PASSWORD"'
    office = Office(tmp_path, PEOPLE + mail(post.port, login))
    moved = office.move()
    assert post.logins[-1] == (b"pubguard", b"secret-4711")
    everything = office.run("log", "export").out + moved.out + moved.err
    for word in ("secret-4711", "c.lead@", "late returns waits", "To agree"):
        assert word not in everything


def test_who_can_second_an_override_is_told_at_once(tmp_path, post):
    """With the command that seconds it."""
    office = Office(tmp_path, PEOPLE + mail(post.port))
    post.messages.clear()
    asked = office.run(
        "override",
        "request",
        "prices",
        "--action",
        "publish",
        "--actor",
        "b.shah",
        "--reason",
        "a leak",
    )
    assert "Told: c.lead." in asked.err
    ((_, message),) = post.messages
    assert f"override second {asked.document['id']}" in message.get_content()


def test_a_publication_past_the_guard_alarms(tmp_path, post):
    """Every lead official learns of it, and of a release that was disarmed."""
    office = Office(tmp_path, PEOPLE + mail(post.port))
    post.messages.clear()
    said = office.run("record", "published", "prices", "--actor", "b.shah")
    assert said.document["bypass"]
    assert said.document["told"]["reached"] == ["c.lead"]
    assert post.messages[0][1]["Subject"] == "prices: bypass"


def test_an_import_tells_once_of_all_that_waits(tmp_path, post):
    """Two changed dates are one message; reading the same again is none."""
    office = Office(tmp_path, PEOPLE + mail(post.port))
    calendar = office.folder / "feed.toml"
    rows = '[[release]]\nid = "{}"\ntitle = "T"\nrelease_at = {}T09:30:00\n'
    calendar.write_text(rows.format("a", "2026-12-01") + rows.format("b", "2026-12-02"))
    office.run("calendar", "import", str(calendar))
    post.messages.clear()
    calendar.write_text(rows.format("a", "2026-12-03") + rows.format("b", "2026-12-04"))
    assert "Told: c.lead." in office.run("calendar", "import", str(calendar)).err
    office.run("calendar", "import", str(calendar))
    ((_, message),) = post.messages
    assert message["Subject"] == "2 releases wait to be agreed"


REFUSALS = {
    "unknown": ("550 no such mailbox", "refused with 550"),
    "greylisted": ("450 try again", "refused with 450, try again later"),
}


@pytest.mark.parametrize(("answer", "words"), REFUSALS.values(), ids=REFUSALS)
def test_a_refused_recipient_does_not_stop_the_others(tmp_path, post, answer, words):
    """They get theirs, and the refused one is named by id."""
    everybody = PEOPLE.replace("away = [2026-11-20]", "")
    office = Office(tmp_path, everybody + mail(post.port))
    post.messages.clear()
    post.refuses["c.lead@example.org"] = answer
    moved = office.move()
    assert "Told: d.lead." in moved.err
    assert f"c.lead (mail: {words})" in moved.err
    assert [to for to, _ in post.messages] == [["d.lead@example.org"]]


def test_a_title_cannot_write_headers(tmp_path, post):
    """Line breaks in what a calendar says stay in one header."""
    office = Office(tmp_path, PEOPLE + mail(post.port))
    calendar = office.folder / "feed.toml"
    row = '[[release]]\nid = "a"\ntitle = "T\\nBcc: x@example.org\\n\\nHello"\nrelease_at = {}\n'
    calendar.write_text(row.format("2026-12-01T09:30:00"))
    office.run("calendar", "import", str(calendar))
    post.messages.clear()
    calendar.write_text(row.format("2026-12-02T09:30:00"))
    office.run("calendar", "import", str(calendar))
    ((to, message),) = post.messages
    assert (to, message["Bcc"]) == (["c.lead@example.org"], None)


def test_a_server_that_is_down_changes_no_answer(tmp_path):
    """The change is recorded and waits; whoever acted is told to tell people themselves."""
    office = Office(tmp_path, PEOPLE + mail(free_port()))
    moved = office.move()
    assert moved.code == 0
    assert "c.lead (mail: the mail server cannot be reached" in moved.err
    assert "reached" not in office.sent()[-1]


def test_a_server_that_never_answers_is_not_waited_for(tmp_path):
    """Its silence ends within the deadline, and the answer is given."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        office = Office(tmp_path, PEOPLE + mail(silent.getsockname()[1]))
        moved = office.move()
        assert moved.code == 0
        assert "c.lead (mail:" in moved.err


def test_a_server_without_starttls_is_not_used_when_it_is_wanted(tmp_path, post):
    """Nothing goes out in the clear."""
    office = Office(tmp_path, PEOPLE + mail(post.port, "starttls = true"))
    moved = office.move()
    assert "c.lead (mail: the mail server refused" in moved.err
    assert post.messages == []


def test_a_missing_password_is_named(tmp_path, post):
    """By the variable that should hold it."""
    login = 'username = "pubguard"\npassword = "env:NO_SUCH_PASSWORD"'
    office = Office(tmp_path, PEOPLE + mail(post.port, login))
    assert "the variable NO_SUCH_PASSWORD is not set" in office.move().err


def test_a_password_in_the_configuration_is_refused(tmp_path):
    """It belongs in a variable; the message does not repeat it."""
    settings = PEOPLE + mail(25, 'password = "secret-4711"')
    workspace = make_workspace(tmp_path / "office", settings=settings)
    workspace.close()
    refused = call(
        "calendar",
        "move",
        "x",
        "--to",
        SLOT,
        "--actor",
        "c.lead",
        "--reason",
        "r",
        config=tmp_path / "office",
    )
    assert refused.code == 2
    assert "env:NAME" in refused.err
    assert "secret-4711" not in refused.err + refused.out


def test_without_people_nobody_is_told(tmp_path, post):
    """Nobody is listed, so nothing is sent and nothing recorded."""
    office = Office(tmp_path, mail(post.port))
    office.move()
    assert (post.messages, office.sent()) == ([], [])


def test_without_a_way_to_reach_them_people_are_named(tmp_path):
    """Whoever acted tells them."""
    office = Office(tmp_path, PEOPLE)
    assert "c.lead (no [notify] reaches their contact)" in office.move().err
