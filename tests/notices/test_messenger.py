"""Telling people through real mail servers, and what the log keeps of it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pubguard import config
from pubguard.build import Workspace
from pubguard.config import flatten
from pubguard.model import Role
from pubguard.notices.messenger import Messenger
from pubguard.notices.telling import Outcome, Told
from pubguard.protocols import Notice
from pubguard.testing import SettableClock, call, make_workspace
from tests.notices.conftest import Serve

NOTICE = Notice(
    "change-proposed", "Prices are to move", "To 3 December: staff-are-ill.", "prices", urgent=True
)
LEADS = (Role.LEAD_OFFICIAL,)
PEOPLE = """
[people."a.jones"]
roles = ["lead-official"]
contact = "mailto:jones@example.org"
[people."B.Shah"]
roles = ["lead-official", "approver"]
contact = "mailto:shah@example.org"
[people."c.lee"]
roles = ["author"]
contact = "mailto:lee@example.org"
"""
Office = Callable[..., Workspace]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Makes a workspace with these people and with mail through these ports."""
    made: list[Workspace] = []

    def make(*ports: int, people: str = PEOPLE, more: str = "") -> Workspace:
        ways = "".join(
            f'[notify.mail{number}]\nkind = "smtp"\nhost = "127.0.0.1"\nport = {port}\n'
            f'sender = "pubguard@example.org"\n{more}\n'
            for number, port in enumerate(ports)
        )
        clock = SettableClock("2026-06-26T00:30")
        made.append(make_workspace(tmp_path / "office", settings=people + ways, clock=clock))
        return made[-1]

    yield make
    for workspace in made:
        workspace.close()


def outcomes(told: Told) -> dict[str, Outcome]:
    return {each.id: each.outcome for each in told.people}


def exported(workspace: Workspace) -> str:
    done = call("log", "export", config=workspace.config.path)
    assert done.code == 0
    return done.out


def hurried(workspace: Workspace, seconds: float) -> Messenger:
    """The workspace's messenger with less time than it usually has."""
    return Messenger(
        workspace.journal,
        workspace.clock,
        workspace.config.people,
        workspace.notifiers,
        seconds,
    )


@pytest.fixture
def nobody_listens() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def test_everybody_with_the_role_is_told_and_it_is_recorded(serve: Serve, office: Office) -> None:
    """Each gets a message of their own; the log names ids, channels and a word, no more."""
    server = serve()
    workspace = office(server.port)
    told = workspace.messenger.tell(NOTICE, roles=LEADS, entry=7)
    assert server.recipients == ["jones@example.org", "shah@example.org"]
    assert [len(to) for _, to, _ in server.taken] == [1, 1]
    for _, (to,), message in server.taken:
        assert message["To"] == to
        assert message["Subject"] == NOTICE.subject
        assert message.get_content().strip() == NOTICE.text
    assert told.reached == ("a.jones", "b.shah")
    assert list(told.lines()) == ["Told: a.jones, b.shah (by mail0)."]
    (entry,) = (e for e in workspace.log.read() if e.kind == "notice.sent")
    assert told.event
    assert (entry.index, entry.release) == (told.event.index, "prices")
    data = entry.event().data
    assert (data.about, data.entry, data.reached) == ("change-proposed", 7, ("a.jones", "b.shah"))
    assert (data.missed, data.failed, data.channels) == ((), (), ("mail0",))
    assert workspace.log.values(entry) == {"subject": NOTICE.subject, "text": NOTICE.text}


def test_the_log_holds_no_address_and_no_text(serve: Serve, office: Office) -> None:
    """Exported, it has neither contacts nor the sender nor the words of the notice."""
    server = serve(refused={"shah@example.org": "550 no shah@example.org"})
    workspace = office(server.port)
    told = workspace.messenger.tell(NOTICE, roles=LEADS, ids=["nobody"])
    text = exported(workspace)
    for secret in ("@", "mailto", "staff-are-ill", "are to move"):
        assert secret not in text
        assert secret not in " ".join(told.lines())
        assert secret not in repr(told)
    assert "notice.sent" in text
    assert call("log", "verify", config=workspace.config.path).code == 0


def test_who_acts_is_not_told_of_it(serve: Serve, office: Office) -> None:
    """`but_not` leaves a person out, however their id is written; ids can be named too."""
    server = serve()
    told = office(server.port).messenger.tell(
        NOTICE, roles=LEADS, ids=[" C.LEE"], but_not=["A.Jones"]
    )
    assert told.reached == ("b.shah", "c.lee")
    assert server.recipients == ["lee@example.org", "shah@example.org"]


def test_one_address_gets_one_message(serve: Serve, office: Office) -> None:
    """Two people with one mailbox are both told, once."""
    server = serve()
    people = PEOPLE.replace("shah@", "jones@")
    told = office(server.port, people=people).messenger.tell(NOTICE, roles=LEADS)
    assert told.reached == ("a.jones", "b.shah")
    assert server.recipients == ["jones@example.org"]


def test_whoever_cannot_be_told_is_named_with_the_reason(serve: Serve, office: Office) -> None:
    """Refused, away in London, without a contact, unlisted: the others are told all the same."""
    server = serve(refused={"shah@example.org": "550 no", "lee@example.org": "450 greylisted"})
    people = f"""{PEOPLE}
[people.on-leave]
roles = ["lead-official"]
contact = "mailto:leave@example.org"
away = [2026-06-26]
[people.back-today]
roles = ["lead-official"]
contact = "mailto:back@example.org"
away = [2026-06-25]
[people.no-mail]
roles = ["lead-official"]
[people.by-telephone]
roles = ["lead-official"]
contact = "tel:+44-1632-960001"
"""
    workspace = office(server.port, people=people)
    told = workspace.messenger.tell(NOTICE, roles=LEADS, ids=["c.lee", "x"])
    assert outcomes(told) == {
        "a.jones": Outcome.REACHED,
        "b.shah": Outcome.REFUSED,
        "back-today": Outcome.REACHED,
        "by-telephone": Outcome.NO_NOTIFIER,
        "c.lee": Outcome.REFUSED,
        "no-mail": Outcome.NO_CONTACT,
        "on-leave": Outcome.AWAY,
        "x": Outcome.UNLISTED,
    }
    lines = list(told.lines())
    assert "Not told: b.shah, because 127.0.0.1 refuses it (SMTP 550)." in lines
    assert "Not told: c.lee, because 127.0.0.1 refuses it for now (SMTP 450)." in lines
    assert "Not told: on-leave, who is away today." in lines
    assert told.failed == ("b.shah", "c.lee")
    assert "away" not in exported(workspace)


def test_nobody_reached_is_said_with_whom_to_tell(office: Office, nobody_listens: int) -> None:
    """With the server down nothing is raised; the ids are there for a person to tell."""
    workspace = office(nobody_listens)
    told = workspace.messenger.tell(NOTICE, roles=LEADS)
    assert set(outcomes(told).values()) == {Outcome.REFUSED}
    assert list(told.lines())[-1] == "Nobody was told. Tell them yourself: a.jones, b.shah."
    (entry,) = (e for e in workspace.log.read() if e.kind == "notice.sent")
    assert entry.event().data.failed == ("a.jones", "b.shah")


@pytest.mark.parametrize(
    ("people", "roles", "told"),
    [
        ("", LEADS, "Nobody was told: [people] lists nobody else with the role lead-official."),
        (PEOPLE, (Role.IT,), "Nobody was told: [people] lists nobody else with the role it."),
        (PEOPLE, (), "Nobody was told: [people] lists nobody else."),
    ],
)
def test_nobody_meant_is_said(
    office: Office, people: str, roles: tuple[Role, ...], told: str
) -> None:
    """A role that nobody has is told and recorded, not passed over."""
    workspace = office(people=people)
    result = workspace.messenger.tell(NOTICE, roles=roles)
    assert list(result.lines()) == [told]
    assert result.event


def test_without_a_notifier_everybody_is_named(office: Office) -> None:
    """Contacts alone reach nobody."""
    told = office().messenger.tell(NOTICE, roles=LEADS)
    assert set(outcomes(told).values()) == {Outcome.NO_NOTIFIER}
    assert told.missed == ("a.jones", "b.shah")


def test_the_next_way_is_taken_where_one_fails(
    serve: Serve, office: Office, nobody_listens: int
) -> None:
    """A second [notify] table is the spare of the first."""
    server = serve()
    told = office(nobody_listens, server.port).messenger.tell(NOTICE, roles=LEADS)
    assert told.reached == ("a.jones", "b.shah")
    assert told.channels == ("mail1",)


def test_a_server_that_never_answers_has_a_deadline(office: Office) -> None:
    """It takes the connection and says nothing: what became of the message is unknown."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        workspace = office(silent.getsockname()[1])
        told = hurried(workspace, 0.2).tell(NOTICE, roles=LEADS)
    assert set(outcomes(told).values()) == {Outcome.UNKNOWN}
    assert told.failed == told.missed == ("a.jones", "b.shah")
    assert any("no answer came in time" in line for line in told.lines())
    assert told.event


def test_an_answer_that_gets_lost_is_unknown(serve: Serve, office: Office) -> None:
    """The server hung up after the message: nobody is called told, and somebody should ask."""
    server = serve(end="")
    told = office(server.port).messenger.tell(NOTICE, ids=["a.jones"])
    assert outcomes(told) == {"a.jones": Outcome.UNKNOWN}
    assert "the answer got lost" in next(told.lines())
    assert told.failed == ("a.jones",)


def test_silence_about_one_does_not_stop_the_others(serve: Serve, office: Office) -> None:
    """A server that goes quiet in the middle of one message still takes the next."""
    server = serve(silent=frozenset({"jones@example.org"}))
    told = hurried(office(server.port), 4.0).tell(NOTICE, roles=LEADS, ids=["c.lee"])
    assert outcomes(told)["a.jones"] is Outcome.UNKNOWN
    assert told.reached == ("b.shah", "c.lee")
    assert server.recipients == ["lee@example.org", "shah@example.org"]


def test_a_title_with_line_breaks_makes_no_header(serve: Serve, office: Office) -> None:
    """What comes from outside stays on its line: the subject is one line, nobody else gets it."""
    server = serve()
    evil = "Prices\r\nBcc: spy@example.org\r\n\r\nMAIL FROM:<x>\x1b[31m\u2028\u202e\x00"
    notice = Notice("alarm", evil, f"{evil}\r\n.\r\nRCPT TO:<spy@example.org>\r\n")
    told = office(server.port).messenger.tell(notice, ids=["a.jones"])
    assert told.reached == ("a.jones",)
    ((_, to, message),) = server.taken
    assert to == ["jones@example.org"]
    assert message["Bcc"] is None
    assert message["Subject"] == "Prices Bcc: spy@example.org MAIL FROM:<x> [31m"
    text = message.get_content()
    assert ".\nRCPT TO:<spy@example.org>" in text.replace("\r\n", "\n")
    assert not set(text) & set("\x1b\u2028\u202e\x00")


@pytest.mark.parametrize(
    ("more", "secret"),
    [
        ('username = "u"\npassword = "hunter2"', "hunter2"),
        ('username = "u"\npassword = "env:NO_SUCH_VARIABLE"', "pubguard@"),
        ("colour = 3", "pubguard@"),
    ],
)
def test_wrong_settings_are_no_error_for_the_caller(
    serve: Serve, office: Office, more: str, secret: str
) -> None:
    """What the doctor would find leaves people untold, by name, and nothing else."""
    server = serve()
    workspace = office(server.port, more=more)
    told = workspace.messenger.tell(NOTICE, roles=LEADS)
    assert set(outcomes(told).values()) == {Outcome.REFUSED}
    assert any("see pubguard doctor" in line for line in told.lines())
    assert not server.seen
    assert secret not in exported(workspace) + repr(told)


def test_a_log_that_cannot_be_written_is_said(serve: Serve, office: Office) -> None:
    """People are told all the same, and the result says that it is not recorded."""
    server = serve()
    workspace = office(server.port)
    (workspace.config.folder / "pubguard.db").unlink()
    told = workspace.messenger.tell(NOTICE, roles=LEADS)
    assert told.reached == ("a.jones", "b.shah")
    assert told.event is None
    assert list(told.lines())[-1] == "Who was told could not be recorded in the log."


HOSTILE = """
from msgspec import Struct
from pubguard.hookspecs import hookimpl

class Hostile(Struct, frozen=True):
    def reaches(self, contact):
        {reaches}

    def send(self, notice, contact):
        {send}

@hookimpl
def register_notifiers(register):
    register("hostile", Hostile)
"""


@pytest.mark.parametrize("act", ["raise SystemExit(0)", "raise ValueError(contact)", "1 / 0"])
@pytest.mark.parametrize("where", ["reaches", "send"])
def test_a_plugin_that_fails_is_no_error_for_the_caller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str, where: str
) -> None:
    """Whatever a notifier raises, the caller goes on, and the address in its words is not shown."""
    folder = tmp_path / "hostile"
    metadata = folder / "hostile-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "entry_points.txt").write_text("[pubguard]\nhostile = hostile_notifier\n")
    body = HOSTILE.format(**{"reaches": "return True", "send": "pass", where: act})
    (folder / "hostile_notifier.py").write_text(body)
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(__import__("sys").modules, "hostile_notifier", raising=False)
    settings = f'{PEOPLE}\n[notify.x]\nkind = "hostile"\n'
    workspace = make_workspace(tmp_path / "office", plugins=["hostile"], settings=settings)
    told = workspace.messenger.tell(NOTICE, roles=LEADS)
    assert set(outcomes(told).values()) == {Outcome.UNKNOWN}
    assert "@" not in repr(told) + " ".join(told.lines()) + exported(workspace)
    workspace.close()


def test_a_rehearsal_reaches_nobody(serve: Serve, office: Office) -> None:
    """A check --at sends nothing, and what replays recorded decisions has no notifiers."""
    server = serve()
    workspace = office(server.port)
    place = workspace.config.path
    check = ("check", "publish", "prices", "--actor", "c.lee", "--at", "2026-11-26T09:30")
    assert call(*check, config=place).code == 1
    assert call("log", "verify", "--replay", config=place).code == 0
    past = flatten.recover(config.flat(workspace.config), place)
    assert Workspace(past, workspace.clock).notifiers == {}
    assert not server.seen
