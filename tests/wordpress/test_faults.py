"""A guard that misbehaves: nothing comes out, in our words, within five seconds."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from tests.http.conftest import add_token
from tests.servers.wordpress import free_port
from tests.wordpress import paths_admin
from tests.wordpress.conftest import OPEN, Start
from tests.wordpress.listing import PATHS
from tests.wordpress.standin import FAULTS, document, error_500, slow, standing_in, yes
from tests.wordpress.trying import Reply, Try

LIMIT = 5.0
"""Seconds that the issue gives a refusal."""
WAYS = (
    "admin_classic_publish",
    "admin_quick_edit",
    "admin_bulk_edit",
    "xmlrpc_wp_editPost",
    "cron_future",
    "code_wp_publish_post",
    "rest_revise_live",
)
MANY = 50


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that nobody signed, with its key in the same file."""
    folder = tmp_path_factory.mktemp("certificate")
    made, key = folder / "both.pem", folder / "key.pem"
    line = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "3650",
        "-subj",
        "/CN=guard",
    ]
    alternative = ["-addext", "subjectAltName=IP:127.0.0.1"]
    out = ["-keyout", key, "-out", made, *alternative]
    subprocess.run([*line, *out], check=True, capture_output=True)
    made.write_text(made.read_text() + key.read_text())
    return made


def refused(t: Try, name: str = "rest_update_publish") -> Reply:
    """This way is closed within the limit, says why, and keeps the text."""
    begun = time.monotonic()
    said = PATHS[name].drive(t)
    took = time.monotonic() - begun
    assert not t.seen(), said
    if PATHS[name].kept == "stored":
        assert t.stored()
    if PATHS[name].speaks:
        assert "guard" in said.words.lower(), said.words
        assert "Reference" not in said.words
    assert took < LIMIT
    return said


@pytest.mark.parametrize("fault", FAULTS)
def test_no_answer_is_a_no(fault: str, start: Start) -> None:
    """Only a real yes is one: whatever else comes, the text stays a draft and we say why."""
    with standing_in(FAULTS[fault]) as guard:
        t = start(OPEN, PUBGUARD_URL=guard.url)
        said = refused(t)
        assert said.status == 403
        assert guard.asked
        assert not [path for path, _ in guard.asked if path.endswith("elsewhere")]


@pytest.mark.parametrize("way", WAYS)
def test_on_every_way(way: str, start: Start) -> None:
    """A guard that is out of order closes every way in."""
    with standing_in(error_500) as guard:
        refused(start(OPEN, PUBGUARD_URL=guard.url), way)


@pytest.mark.parametrize("way", ["admin_classic_publish", "cron_future", "xmlrpc_mt_publish"])
def test_a_guard_that_hangs(way: str, start: Start) -> None:
    """Nobody waits longer than five seconds for a no."""
    with standing_in(slow) as guard:
        refused(start(OPEN, PUBGUARD_URL=guard.url), way)


def test_a_guard_that_hangs_holds_up_a_bulk_edit_once(start: Start) -> None:
    """Fifty items are refused in the time of one, and all stay drafts."""
    with standing_in(slow) as guard:
        t = start(OPEN, PUBGUARD_URL=guard.url)
        items = [t.prepare() for _ in range(MANY)]
        t.browser().get("/wp-admin/edit.php")
        paths_admin.bulk_edit(t, *items)
        assert len(guard.asked) == 1
        assert {t.status(item) for item in items} == {"draft"}


def test_nobody_listens(start: Start) -> None:
    """A closed port is a no."""
    said = refused(start(OPEN, PUBGUARD_URL=f"http://127.0.0.1:{free_port()}"))
    assert "cannot be reached" in said.words


def test_a_certificate_that_nobody_signed(start: Start, certificate: Path) -> None:
    """A guard that cannot prove who it is, is not asked."""
    with standing_in(yes, certificate) as guard:
        refused(start(OPEN, PUBGUARD_URL=guard.url))
        assert not guard.asked


def test_a_certificate_that_the_site_trusts(start: Start, certificate: Path) -> None:
    """PUBGUARD_CACERT names whom to believe."""
    with standing_in(yes, certificate) as guard:
        t = start(OPEN, PUBGUARD_URL=guard.url, PUBGUARD_CACERT=str(certificate))
        assert PATHS["rest_update_publish"].drive(t).status == 200
        assert t.seen()


@pytest.mark.parametrize("url", ["http://guard.example.org", "ftp://127.0.0.1", "", "127.0.0.1"])
def test_an_address_that_is_none(url: str, start: Start) -> None:
    """Without TLS only this machine is asked; a site that is not set up publishes nothing."""
    t = start(OPEN, PUBGUARD_URL=url)
    assert "PUBGUARD_URL" in refused(t).words
    assert not t.site.calls()


def test_a_token_that_others_can_read(start: Start, tmp_path: Path) -> None:
    """Such a token is not used."""
    token = tmp_path / "token"
    token.write_text("pg_something")
    token.chmod(0o644)
    t = start(OPEN, PUBGUARD_TOKEN_FILE=str(token))
    assert "chmod 600" in refused(t).words
    assert not t.site.calls()


def test_a_revoked_token(start: Start, guard, tmp_path: Path) -> None:
    """The guard no longer knows this site, so it publishes nothing; no word has the token."""
    file = tmp_path / "token"
    file.touch(mode=0o600)
    file.write_text(add_token(guard.office, "old"))
    gone = guard.office.run("token", "revoke", "old")
    assert gone.code == 0, gone.out
    said = refused(start(OPEN, PUBGUARD_TOKEN_FILE=str(file)))
    assert file.read_text() not in said.text


def test_words_from_outside_are_text(start: Start) -> None:
    """Markup and marks that turn text around reach nobody's browser as such."""
    evil = "<script>alert(1)</script>\u202egnp\u202c\x07"
    verdict = {
        "rule": "x",
        "code": "PG201",
        "effect": "block",
        "practice": "",
        "reason": evil,
        "remedy": evil,
        "overridden_by": None,
    }
    with standing_in(
        lambda handler, asked: handler.send(document(asked, decision="block", verdicts=[verdict]))
    ) as guard:
        t = start(OPEN, PUBGUARD_URL=guard.url)
        for way in ("admin_classic_publish", "admin_quick_edit", "admin_bulk_edit"):
            said = PATHS[way].drive(t)
            assert "<script>alert" not in said.text
            assert "alert(1)" in said.words
            assert "\u202e" not in said.text
        plain = PATHS["rest_update_publish"].drive(t)
        assert "<script>alert(1)</script>" in plain.text
        assert "\u202e" not in plain.text
