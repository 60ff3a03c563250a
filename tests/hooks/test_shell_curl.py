from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.hooks.conftest import DIGEST, OUTPUT, RELEASE, SHELL, Serve, Site, tools
from tests.servers.contract import Signer, authority

FAULTS = (
    *(
        "hang",
        "drip",
        "html",
        "type",
        "json-in-name-only",
        "redirect",
        "503",
        "201",
        "empty",
        "twice",
    ),
    *("huge", "cut", "title", "old", "other-release", "other-action", "rehearsal"),
)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("reader", ["jq", "python3"])
def test_what_is_no_clear_yes_publishes_nothing(
    dash_site: Site, serve: Serve, tmp_path: Path, fault: str, reader: str
) -> None:
    """Whatever comes instead of an answer, whichever program reads it."""
    guard = serve(fault=fault)
    done = dash_site.publish(guard, PATH=str(tools(tmp_path / "other", reader)))
    assert done.returncode == 4, done.stderr
    assert not dash_site.public.exists()
    assert guard.records == []
    assert guard.followed == 0
    assert "-> Before the slot" in done.stderr or "Compare this machine's clock" in done.stderr


def test_without_a_json_reader_everything_is_a_no(
    dash_site: Site, serve: Serve, tmp_path: Path
) -> None:
    """No pattern match stands in for a parser; the message names what to install."""
    guard = serve()
    done = dash_site.publish(guard, PATH=str(tools(tmp_path / "other")))
    assert done.returncode == 2
    assert "apt-get install jq" in done.stderr
    assert guard.asked == []
    assert not dash_site.public.exists()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PUBGUARD_URL", "http://guard.example", "does not begin with https://"),
        ("PUBGUARD_URL", "http://localhost.guard.example", "does not begin with https://"),
        ("PUBGUARD_URL", "https://user:word@guard.example", "not a plain address"),
        ("PUBGUARD_URL", 'https://x"\nurl = "http://y', "not a plain address"),
        ("PUBGUARD_URL", "", "PUBGUARD_URL is not set"),
        ("PUBGUARD_TOKEN_FILE", "/nowhere", "missing"),
        ("PUBGUARD_ACTOR", 'x","roles":["publisher', "cannot be sent"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(
    dash_site: Site, serve: Serve, name: str, value: str, words: str
) -> None:
    """Nothing is asked, nothing published, and the message says what to set."""
    guard = serve()
    done = dash_site.publish(guard, **{name: value})
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert not dash_site.public.exists()


def test_a_token_that_others_can_read_is_refused(dash_site: Site, serve: Serve) -> None:
    """The message says how to close the file."""
    dash_site.token.chmod(0o644)
    done = dash_site.publish(serve())
    assert done.returncode == 2
    assert "chmod 600" in done.stderr


@pytest.mark.parametrize(
    "call",
    [
        ("../x", OUTPUT, DIGEST),
        (RELEASE, "a b", DIGEST),
        (RELEASE, OUTPUT, "sha256:12"),
        (RELEASE, OUTPUT, DIGEST.upper()),
        ('x","y":"', OUTPUT, DIGEST),
        ("", OUTPUT, DIGEST),
        ("-x", OUTPUT, DIGEST),
        ("x\ny", OUTPUT, DIGEST),
    ],
)
def test_odd_arguments_are_refused(dash_site: Site, serve: Serve, call: tuple[str, ...]) -> None:
    """What is no id and no digest reaches neither the guard nor the command."""
    guard = serve()
    where = f"http://127.0.0.1:{guard.port}"
    done = dash_site.curl("publish", *call, "--", "touch", "went", PUBGUARD_URL=where)
    assert done.returncode == 2
    assert guard.asked == []
    assert not (dash_site.folder / "went").exists()


def test_certificates_are_verified(site: Site, serve: Serve, tmp_path: Path) -> None:
    """A guard whose authority is unknown is no guard; a named authority makes it one."""
    context, trust = authority(tmp_path)
    guard = serve(tls=context)
    where = f"https://127.0.0.1:{guard.port}"
    done = site.publish(guard, PUBGUARD_URL=where)
    assert done.returncode == 4
    assert "certificate" in done.stderr
    assert guard.asked == []
    done = site.publish(guard, PUBGUARD_URL=where, PUBGUARD_CACERT=str(trust))
    assert done.returncode == 0, done.stderr


def test_a_curlrc_changes_nothing(dash_site: Site, serve: Serve) -> None:
    """Nobody's own curl settings loosen the call."""
    guard = serve()
    more = f'url = "http://127.0.0.1:{guard.port}/more"\n'
    (dash_site.folder / ".curlrc").write_text(more)
    assert dash_site.publish(guard).returncode == 0
    assert guard.followed == 0


@pytest.mark.parametrize("reply", [{}, {"permits": None}, [], {"error": {"code": "x"}}])
def test_sync_keeps_what_it_holds_when_the_answer_is_odd(
    dash_site: Site, serve: Serve, signer: Signer, reply: object
) -> None:
    """An answer that does not speak of permits takes none away."""
    guard = serve()
    dash_site.hold(signer, signer.permit(RELEASE, OUTPUT, DIGEST, time.time() - 60))
    guard.sync = reply
    done = dash_site.curl("sync", PUBGUARD_URL=f"http://127.0.0.1:{guard.port}")
    assert done.returncode == 4
    assert (dash_site.state / "permits" / f"{RELEASE}.jwt").exists()


def test_sync_keeps_no_permit_of_another_point(
    dash_site: Site, serve: Serve, signer: Signer
) -> None:
    """It could not be used here, and must not take the place of one that can."""
    guard = serve()
    mine = signer.permit(RELEASE, OUTPUT, DIGEST, time.time() - 60)
    other = signer.permit(RELEASE, OUTPUT, DIGEST, time.time() - 60, aud="another", jti="x")
    guard.sync = {"permits": [mine, other], "status": signer.status(), "keys": [signer.jwk]}
    where = f"http://127.0.0.1:{guard.port}"
    assert dash_site.curl("sync", PUBGUARD_URL=where).returncode == 0
    assert dash_site.publish(None).returncode == 0


def test_the_scripts_are_clean() -> None:
    """Shellcheck finds nothing in them."""
    import shutil
    import subprocess

    if not shutil.which("shellcheck"):
        pytest.skip("shellcheck is not installed: the shell scripts are not looked through")
    scripts = sorted(SHELL.glob("pubguard-*.sh"))
    done = subprocess.run(
        ["shellcheck", "-x", *scripts], capture_output=True, text=True, check=False, cwd=SHELL
    )
    assert done.returncode == 0, done.stdout
