"""Who is told of what: changes that wait, overrides, and alarms, by the real commands."""

from __future__ import annotations

import contextlib
import json

import pytest

from pubguard.build import Workspace
from pubguard.clock import parse
from pubguard.model import Holding
from pubguard.points.keeping import Told
from pubguard.testing import SettableClock, call, make_workspace
from tests.notices.conftest import Serve

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
ROW = '[[release]]\nid = "{}"\ntitle = "{}"\nrelease_at = {}T09:30:00\n'


class Office:
    """A workspace with one agreed release, and the mail server that it uses."""

    def __init__(self, folder, serve: Serve, people: str = PEOPLE) -> None:
        self.post = serve()
        mail = f'[notify.mail]\nkind = "smtp"\nhost = "127.0.0.1"\nport = {self.post.port}\n'
        settings = f'{people}\n{mail}sender = "pubguard@example.org"\n'
        self.folder = folder / "office"
        self.clock = SettableClock("2026-11-20T10:00")
        make_workspace(self.folder, settings=settings, clock=self.clock).close()
        self.run(
            *("calendar", "announce", "prices", "--title", "Prices", "--actor", "c.lead"),
            *("--release-at", "2026-11-26T09:30"),
        )
        self.run("calendar", "agree", "prices", "--actor", "b.shah")
        self.post.taken.clear()

    def run(self, *arguments: str):
        return call(*arguments, "--json", config=self.folder, clock=self.clock)

    def read(self, *rows: str):
        (self.folder / "feed.toml").write_text("".join(rows))
        return self.run("calendar", "import", str(self.folder / "feed.toml"))

    def move(self):
        return self.run(
            *("calendar", "move", "prices", "--to", "2026-12-03T09:30", "--actor", "b.shah"),
            *("--reason", "late returns"),
        )

    def mails(self):
        return [(to, message["Subject"]) for _, to, message in self.post.taken]


@pytest.fixture
def office(tmp_path, serve: Serve) -> Office:
    return Office(tmp_path, serve)


def test_lead_officials_are_told_of_a_change_that_waits(office: Office) -> None:
    """By mail with what to do; who was not told is named to whoever acted."""
    moved = office.move()
    assert "Told: c.lead" in moved.err
    assert "Not told: d.lead, who is away today." in moved.err
    assert "Not told: e.lead, who has no contact." in moved.err
    assert office.mails() == [(["c.lead@example.org"], "prices waits to be agreed")]
    text = office.post.taken[0][2].get_content()
    for words in ("Thursday 3 December 2026, 09:30", "late returns", "calendar agree", "--keep"):
        assert words in text


def test_whoever_proposes_is_not_told_of_it(office: Office) -> None:
    """A lead official who wants the change tells the others."""
    cancel = ("calendar", "cancel", "prices", "--actor", "c.lead", "--reason", "merged")
    assert "c.lead" not in office.run(*cancel).err.replace("--actor", "")
    assert office.mails() == []


def test_an_entry_that_waits_is_told(office: Office) -> None:
    """Where people are listed, announcing is the first word and somebody has to say the second."""
    office.run(
        *("calendar", "announce", "wages", "--title", "Wages", "--actor", "b.shah"),
        *("--release-at", "2026-12-10T09:30"),
    )
    assert office.mails() == [(["c.lead@example.org"], "wages waits to be agreed")]
    assert "a new entry for Thursday 10 December 2026" in office.post.taken[0][2].get_content()


def test_an_import_tells_once_of_all_that_waits(office: Office) -> None:
    """Two changed dates are one message; reading the same again is none."""
    office.read(ROW.format("a", "A", "2026-12-01"), ROW.format("b", "B", "2026-12-02"))
    assert office.mails() == []
    later = (ROW.format("a", "A", "2026-12-03"), ROW.format("b", "B", "2026-12-04"))
    assert "Told: c.lead" in office.read(*later).err
    office.read(*later)
    assert office.mails() == [(["c.lead@example.org"], "2 releases wait to be agreed")]


def test_many_changes_are_a_message_that_can_be_read(office: Office) -> None:
    """It names twenty, and counts the rest."""
    office.read(*(ROW.format(f"r{n}", "T", "2026-12-01") for n in range(30)))
    office.read(*(ROW.format(f"r{n}", "T", "2026-12-02") for n in range(30)))
    assert "and 10 more" in office.post.taken[0][2].get_content()


def test_who_can_second_an_override_is_told_at_once(office: Office) -> None:
    """With the command that seconds it."""
    asked = office.run(
        *("override", "request", "prices", "--action", "publish", "--actor", "b.shah"),
        *("--reason", "a leak"),
    )
    assert "Told: c.lead" in asked.err
    assert f"override second {asked.document['id']}" in office.post.taken[0][2].get_content()


def test_where_a_lead_official_asks_everybody_else_can_second(office: Office) -> None:
    """One of the two is one already."""
    asked = office.run(
        *("override", "request", "prices", "--action", "publish", "--actor", "c.lead"),
        *("--reason", "a leak"),
    )
    assert "Who can second it: b.shah, d.lead, e.lead." in asked.err
    assert [to for to, _ in office.mails()] == [["b.shah@example.org"]]


def test_nobody_is_told_of_a_wish_that_was_taken_back(office: Office) -> None:
    """Nothing waits any more."""
    office.move()
    office.run(
        *("calendar", "move", "prices", "--to", "2026-11-26T09:30", "--actor", "b.shah"),
        *("--reason", "they came after all"),
    )
    assert len(office.mails()) == 1


SIGNING = (
    PEOPLE
    + """
[people."f.app"]
roles = ["approver"]
contact = "mailto:f.app@example.org"
[people."g.pub"]
roles = ["publisher"]
contact = "mailto:g.pub@example.org"
"""
)


def test_whoever_signed_and_whoever_armed_are_alarmed(tmp_path, serve: Serve) -> None:
    """It was their word that somebody else has now overtaken."""
    office = Office(tmp_path, serve, people=SIGNING)
    digest = "sha256:" + "1a" * 32
    for action, actor in (("approve", "f.app"), ("schedule", "g.pub")):
        check = ("check", action, "prices", "--actor", actor, "--author", "b.shah")
        check = (*check, "--effective-at", "2026-11-26T09:30", "--digest", digest)
        challenge = office.run(*check).document["challenge"]
        typed = ("--actor", actor, "--typed", challenge["type_this"])
        office.run("confirm", challenge["id"], *typed)
        assert office.run(*check).document["armed"] is True
    other = ("--actor", "b.shah", "--digest", "sha256:" + "2b" * 32)
    assert office.run("record", "corrected", "prices", *other).document["disarmed"]
    assert sorted(to[0][0] for to, _ in office.mails()) == ["c", "f", "g"]
    office.post.taken.clear()
    assert office.run("record", "published", "prices", *other).document["bypass"]
    assert sorted(to[0][0] for to, _ in office.mails()) == ["c", "f"]


def test_a_publication_past_the_guard_alarms(office: Office) -> None:
    """Every lead official learns of it, and so does whoever recorded it, of who was told."""
    said = office.run("record", "published", "prices", "--actor", "b.shah")
    assert said.document["bypass"]
    assert office.mails() == [(["c.lead@example.org"], "prices: bypass")]


def test_no_address_no_text_and_no_absence_stands_in_the_log(office: Office) -> None:
    """The log has ids and a word for what it was about."""
    office.move()
    exported = office.run("log", "export").out
    for word in ("@example.org", "late returns", "waits to be agreed", "away"):
        assert word not in exported
    sent = [e["data"] for e in map(json.loads, exported.splitlines()) if e["kind"] == "notice.sent"]
    assert (sent[-1]["about"], sent[-1]["reached"]) == ("change-proposed", ["c.lead"])


def test_without_people_nobody_is_told(tmp_path, serve: Serve) -> None:
    """Nobody is listed, so nothing is sent, said or recorded."""
    office = Office(tmp_path, serve, people="")
    moved = office.run(
        *("calendar", "move", "prices", "--to", "2026-12-03T09:30", "--actor", "b.shah"),
        *("--reason", "late returns"),
    )
    assert "told" not in moved.err.lower()
    assert office.mails() == []
    assert "notice.sent" not in office.run("log", "export").out


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"offset_us": 3_600_000_000}, "cms: its clock is 1 h ahead"),
        ({"unlinked": 2}, "cms: 2 of its items name no release"),
        (
            {"holds": ("2026-11-26T09:00",)},
            "cms: it holds prices for Thursday 26 November 2026, 09:00",
        ),
        ({"holds": (None,)}, "cms: it holds prices for no time"),
        ({"at": "2026-11-26T08:00"}, "cms: last heard of on Thursday 26 November 2026, 08:00"),
    ],
)
def test_a_publishing_system_out_of_step_is_told_of_an_hour_before(tmp_path, serve, said, words):
    """What is wrong with it, and what is near, to those who can do something."""
    office = Office(tmp_path, serve)
    office.clock.set(said.pop("at", "2026-11-26T08:20"))
    with contextlib.closing(Workspace.open(office.folder, office.clock)) as workspace:
        held = said.pop("holds", ())
        holds = tuple(Holding("prices", parse(slot) if slot else None) for slot in held)
        quiet = {"offset_us": None, "version": "", "zone": "", "items": 0, "permits": 0}
        told = Told(**{**quiet, "holds": holds, "unlinked": 0, **said})
        workspace.point_keeper.hear("cms", told)
        office.clock.set("2026-11-26T08:30")
        assert workspace.point_watch.look() == ("cms",)
    told_of = {subject for to, subject in office.mails() if to == ["c.lead@example.org"]}
    assert told_of == {"A publishing system is not in step"}
    text = office.post.taken[0][2].get_content()
    assert words in text
    assert "prices, Thursday 26 November 2026, 09:30" in text
