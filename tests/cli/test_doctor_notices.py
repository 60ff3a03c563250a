"""What `pubguard doctor` finds about telling people."""

from __future__ import annotations

from pathlib import Path

import pytest

from pubguard.testing import call, make_workspace

LEAD = """
[people."a.jones"]
roles = ["lead-official", "approver"]
contact = "mailto:jones@example.org"
"""
MAIL = """
[notify.mail]
kind = "smtp"
host = "mail.example.org"
sender = "pubguard@example.org"
username = "pubguard"
password = "env:PUBGUARD_MAIL_PASSWORD"
"""


def found(folder: Path, settings: str) -> list[tuple[str, str]]:
    """State and words of each finding about notices."""
    workspace = make_workspace(folder / "office", settings=settings)
    workspace.close()
    done = call("doctor", "--json", config=folder / "office")
    findings = [each for each in done.document["findings"] if each["code"] == "notices"]
    assert all(each["state"] == "ok" or (each["why"] and each["fix"]) for each in findings)
    assert "example.org" not in done.out.replace("mail.example.org", "").replace(
        "mailto:a.jones@example.org", ""
    )
    return [(each["state"], each["what"]) for each in findings]


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBGUARD_MAIL_PASSWORD", "hunter2")


def test_all_is_well(tmp_path: Path) -> None:
    """A notifier with its password, and a lead official whom it reaches."""
    assert found(tmp_path, LEAD + MAIL) == [
        ("ok", "[notify.mail] Mail goes to mail.example.org, port 587, with STARTTLS."),
        ("ok", "1 of 1 people can be told."),
    ]


def test_without_a_notifier_there_is_advice(tmp_path: Path) -> None:
    """Contacts alone reach nobody."""
    assert found(tmp_path, LEAD) == [("advice", "No notifier is set up.")]


def test_a_password_that_is_not_set_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is found before the morning on which somebody has to be told."""
    monkeypatch.delenv("PUBGUARD_MAIL_PASSWORD")
    state, what = found(tmp_path, LEAD + MAIL)[0]
    assert state == "wrong"
    assert "PUBGUARD_MAIL_PASSWORD is not set" in what


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"env:PUBGUARD_MAIL_PASSWORD"', '"hunter2"', "notify.mail: password: must say where"),
        ('kind = "smtp"', 'kind = "smpt"', "Did you mean smtp?"),
        ('host = "mail', 'hots = "mail', "Did you mean notify.mail.host?"),
        ('"pubguard@example.org"', '"P <pubguard@example.org>"', "sender: must be a mail address"),
    ],
)
def test_settings_that_do_not_fit_are_found(tmp_path: Path, old: str, new: str, told: str) -> None:
    """Each is named; neither a password nor an address is repeated."""
    ((state, what), *_) = found(tmp_path, LEAD + MAIL.replace(old, new))
    assert state == "wrong"
    assert told in what
    assert "hunter2" not in what


def test_nobody_who_matters_can_be_told(tmp_path: Path) -> None:
    """A lead official without a contact, or with one that nothing reaches, is advice."""
    deaf = LEAD.replace("mailto:jones@example.org", "tel:1")
    told = found(tmp_path, deaf + MAIL)
    assert ("advice", "No notifier reaches the contact of a.jones.") in told
    assert ("advice", "No lead official can be told of anything.") in told


def test_nobody_listed_can_be_told(tmp_path: Path) -> None:
    """A notifier without people has nobody to write to."""
    assert ("advice", "No lead official can be told of anything.") in found(tmp_path, MAIL)
