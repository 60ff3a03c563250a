"""pubguard.toml: where it is found, what is refused, and what is said about mistakes."""

from __future__ import annotations

import os
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pubguard import config
from pubguard.errors import ConfigError
from pubguard.founding import template
from pubguard.model import Action, Role
from pubguard.testing import call

GOOD = template.render("Office for Example Statistics", "england")
MORE = """
[people."a.jones"]
roles = ["approver", "lead-official"]

[sources.ons]
format = "ons"
place = "https://reader:hunter2@example.org/releases?key=hunter3&page=1"
trust_reason = true
token = "hunter4"
proof = "env:ONS_TOKEN"

[[alternative_time]]
series = "cpi"
time = "07:00"
reference = "letter of 3 May"
considered = 2022-05-13

[rules.late]
ratio = 0.5
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path, GOOD)


def written(folder: Path, text: str) -> Path:
    path = folder / config.NAME
    path.write_text(text, "utf-8")
    return path


def refused(path: Path) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        config.load(path)
    assert caught.value.exit_code == 2
    return caught.value


def test_what_init_writes_is_read(file: Path) -> None:
    """The file that init writes gives the documented settings."""
    found = config.load(file)
    assert found.plugins == template.PLUGINS
    assert found.organisation.nation is config.Nation.ENGLAND
    assert found.gate.confirm == (Action.APPROVE, Action.SCHEDULE, Action.PUBLISH)
    assert found.gate == config.Gate()
    assert (found.store.kind, found.store.settings) == ("sqlite", {"path": "pubguard.db"})
    assert found.folder == file.parent
    assert (found.people, found.sources, found.alternative_time) == ({}, {}, ())


def test_every_comment_of_the_template_is_true(tmp_path: Path) -> None:
    """The tables that stand as comments can be used by taking the marks away."""
    lines = GOOD.split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith('# [people."a.jones"]'))
    live = [
        line.removeprefix("# ") if "=" in line or "[" in line else line for line in lines[start:]
    ]
    found = config.load(written(tmp_path, "\n".join(lines[:start] + live)))
    assert found.people["a.jones"].roles == (Role.APPROVER,)
    assert found.sources["ons"].trust_reason
    assert found.notify["mail"].kind == "smtp"
    (agreed,) = found.alternative_time
    assert (agreed.series, agreed.time, agreed.considered) == ("cpi", time(7), date(2022, 5, 13))


def test_durations_are_lengths_of_time(tmp_path: Path) -> None:
    """`late_after = "90 s"` is a timedelta."""
    found = config.load(written(tmp_path, GOOD.replace('"1 min"', '"90 s"')))
    assert found.gate.late_after == timedelta(seconds=90)


ALL_WRONG = """
plugns = []
[organisation]
nation = "walse"
extra_closed_days = ["x", 2026-12-24]
[gate]
confirm = ["approve", "publsh"]
two_persn = true
late_after = "1 minit"
late_limit = 5
[store]
path = 3
[keys]
log = ""
[people."a.jones"]
roles = ["approver", "x"]
[people."A.JONES"]
roles = []
[people.b]
[sources]
ons = 3
[sources.b]
format = 3
[alternative_time]
series = "cpi"
[rules]
x = 3
"""


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """One error names every mistake by its dotted key, with the nearest right one."""
    told = refused(written(tmp_path, ALL_WRONG)).message
    lines = told.split("\n  ")[1:]
    assert [line.split(": ")[0] for line in lines] == [
        "plugns",
        "plugins",
        "organisation.name",
        "organisation.nation",
        "organisation.extra_closed_days[1]",
        "gate.two_persn",
        "gate.confirm[2]",
        "gate.late_after",
        "gate.late_limit",
        "store.kind",
        "keys.log",
        "people.a.jones.roles[2]",
        "people.b.roles",
        "sources.ons",
        "sources.b.format",
        "sources.b.place",
        "alternative_time",
        "rules.x",
        "people.A.JONES",
    ]
    for near in ("plugins?", "wales?", "gate.two_person?", "publish?"):
        assert f"Did you mean {near}" in told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("two_person = true", "two_persons = true", "Did you mean gate.two_person?"),
        ("[gate]", "[gates]", "Did you mean gate?"),
        ('late_limit = "2 h"', 'late_limit = "1 s"', "late_limit: must not be shorter"),
        ('confirm = ["approve"', 'confirm = ["withdraw"', "withdraw is never held up"),
        ('nation = "england"', 'nation = "scotlnd"', "Did you mean scotland?"),
        ('nation = "england"', "", "organisation.nation: is missing"),
        ("two_person = true", 'two_person = "yes"', "'yes' is not true or false"),
        ("two_person = true", "two_person = 1", "1 is not true or false"),
        ('late_after = "1 min"', 'late_after = "-1 min"', "'-1 min' is not a length of time"),
        ('kind = "sqlite"', "kind = 3", "store.kind: 3 is not text"),
        ("[store]", "[[store]]", "is not a table"),
        ("extra_closed_days = [] ", "extra_closed_days = [2026-02-30] ", "is not valid TOML"),
        ("[gate]", "[gate", "(at line 13, column"),
        ("[store]", "[gate]", "line"),
    ],
)
def test_one_mistake_is_told_in_words(tmp_path: Path, old: str, new: str, told: str) -> None:
    """Each kind of mistake says what is wrong and what would be right."""
    assert old in GOOD
    assert told in refused(written(tmp_path, GOOD.replace(old, new, 1))).message


def test_the_same_person_twice_is_refused(tmp_path: Path) -> None:
    """Two spellings of one id would be two sets of roles."""
    twice = '[people."a.jones"]\nroles = []\n[people." A.Jones"]\nroles = ["approver"]\n'
    assert "is the same person as a.jones" in refused(written(tmp_path, GOOD + twice)).message


@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666])
def test_a_file_that_others_can_write_is_refused(file: Path, mode: int) -> None:
    """Whoever can write the configuration decides what is allowed."""
    file.chmod(mode)
    error = refused(file)
    assert f"mode {mode:o}" in error.message
    assert error.remedy.endswith(f"chmod go-w {file}")


def test_a_folder_that_others_can_write_is_refused(file: Path) -> None:
    """Who can write the folder can put another file in its place."""
    file.parent.chmod(0o777)
    assert f"chmod go-w {file.parent}" in refused(file).remedy
    file.parent.chmod(0o1777)
    assert config.load(file)


def test_a_link_into_a_folder_that_others_can_write_is_refused(tmp_path: Path) -> None:
    """A symbolic link is no way round: the place it leads to counts too."""
    (tmp_path / "open").mkdir()
    target = written(tmp_path / "open", GOOD)
    (tmp_path / "open").chmod(0o777)
    link = tmp_path / config.NAME
    link.symlink_to(target)
    assert "chmod go-w" in refused(link).remedy


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to another user")
def test_a_file_of_another_user_is_refused(file: Path) -> None:
    """A configuration that belongs to somebody else is not ours to trust."""
    os.chown(file, 12345, 12345)
    assert "uid 12345" in refused(file).message


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to another user")
def test_a_folder_of_another_user_is_refused(file: Path) -> None:
    """Its owner can replace any file in it, the sticky bit notwithstanding."""
    file.parent.chmod(0o1777)
    os.chown(file.parent, 12345, 12345)
    assert "uid 12345" in refused(file).message


def test_it_is_found_upwards_from_here(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --config and PUBGUARD_CONFIG, the nearest one above is used."""
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    monkeypatch.delenv(config.VARIABLE, raising=False)
    assert config.find() == str(file)


def test_the_variable_counts_before_the_folder_and_the_option_before_both(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--config, else PUBGUARD_CONFIG, else upwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(config.VARIABLE, str(tmp_path / "other.toml"))
    assert config.find() == str(tmp_path / "other.toml")
    assert config.find(file.parent) == str(file)


def test_without_one_the_way_to_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command outside a workspace says how to make one, and exits 2."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(config.VARIABLE, raising=False)
    done = call("plugins")
    assert done.code == 2
    assert "pubguard init" in done.err


def test_what_is_recorded_holds_no_secret_and_no_float(tmp_path: Path) -> None:
    """The flat settings leave out passwords, query values and keys, and spell durations whole."""
    flat = config.flat(config.load(written(tmp_path, GOOD + MORE)))
    assert "hunter" not in repr(flat)
    assert flat["sources.ons.place"] == "https://example.org/releases?key=&page="
    assert flat["sources.ons.token"] == "(not recorded)"
    assert flat["sources.ons.proof"] == "env:ONS_TOKEN"
    assert flat["gate.late_after"] == 60_000_000
    assert flat["people.a.jones.roles"] == ["approver", "lead-official"]
    assert flat["rules.late.ratio"] == "0.5"
    assert "path" not in flat
    assert list(flat) == sorted(flat)


def test_no_secret_is_in_a_repr(tmp_path: Path) -> None:
    """A configuration can be printed in an error without giving anything away."""
    assert "hunter" not in repr(config.load(written(tmp_path, GOOD + MORE)))


@pytest.mark.parametrize(
    "body", [b"\xff\xfe", b"plugins = [\x00]", b"[" * 5000, b"a = 1" * 999_999]
)
def test_garbage_is_refused_in_words(tmp_path: Path, body: bytes) -> None:
    """Bytes that are no TOML give an error that says so, whatever they are."""
    path = tmp_path / config.NAME
    path.write_bytes(body)
    assert str(path) in refused(path).message


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    """Editors that write one are forgiven."""
    path = tmp_path / config.NAME
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert config.load(path)


@given(name=some.text(some.characters(exclude_categories=["C"]), min_size=1))
def test_any_name_survives_the_template(name: str) -> None:
    """Quotes, backslashes and brackets in a name are text in the file, never TOML."""
    import tomllib

    assert tomllib.loads(template.render(name, "uk"))["organisation"]["name"] == name


def test_where_people_are_reached_is_not_recorded(tmp_path: Path) -> None:
    """Of a person the log gets the id and the roles, never a contact or an absence."""
    person = '[people.j]\nroles = ["it"]\ncontact = "mailto:j@example.org"\naway = [2026-12-24]'
    found = config.load(written(tmp_path, f"{GOOD}\n{person}\n"))
    assert found.people["j"].away == (date(2026, 12, 24),)
    flat = config.flat(found)
    assert {k: v for k, v in flat.items() if k.startswith("people")} == {"people.j.roles": ["it"]}
    assert "example.org" not in repr(found)


NOTIFY = """
[notify.mail]
kind = "smtp"
host = "mail.example.org"
port = 587
sender = "a.jones@example.org"
username = "a.jones@example.org"
password = "hunter2"
key = "env:MAIL_KEY"
hook = "https://u:p@hooks.example.org/services/T0/B0/hunter3?x=y"
more = ["b.shah@example.org"]
"""


def test_of_a_notifier_no_address_and_no_secret_is_recorded(tmp_path: Path) -> None:
    """A changed server is seen in the log; whom it writes to or as, and with what key, is not."""
    found = config.load(written(tmp_path, GOOD + NOTIFY))
    assert found.notify["mail"].kind == "smtp"
    flat = config.flat(found)
    assert {k: v for k, v in flat.items() if k.startswith("notify")} == {
        "notify.mail.hook": "https://hooks.example.org",
        "notify.mail.host": "mail.example.org",
        "notify.mail.key": "env:MAIL_KEY",
        "notify.mail.kind": "smtp",
        "notify.mail.more": ["(not recorded)"],
        "notify.mail.password": "(not recorded)",
        "notify.mail.port": 587,
        "notify.mail.sender": "(not recorded)",
        "notify.mail.username": "(not recorded)",
    }
    assert "hunter" not in repr(found)
    assert "a.jones@" not in repr(found)


def test_a_notifier_without_a_kind_is_refused(tmp_path: Path) -> None:
    """Whatever is wrong with a [notify] table is told like the rest."""
    wrong = "[notify]\nx = 3\n[notify.mail]\nkind = 4\n[notify.y]\n"
    told = refused(written(tmp_path, GOOD + wrong)).message
    for line in ("notify.x: 3 is not a table", "notify.mail.kind: 4", "notify.y.kind: is missing"):
        assert line in told
