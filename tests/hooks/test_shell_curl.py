from __future__ import annotations

import os
import stat
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.hooks.conftest import CONTENT, DIGEST, OUTPUT, RELEASE, SHELL, Serve, Site, tools
from tests.servers.contract import TOKEN, Signer, authority

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


def test_an_allow_publishes_and_is_recorded(site: Site, serve: Serve) -> None:
    """The guard is asked with the contract's words, the file goes out, and the guard is told."""
    guard = serve()
    done = site.publish(guard)
    assert done.returncode == 0, done.stderr
    assert site.public.read_bytes() == CONTENT
    (question,) = guard.asked
    assert question == {
        "action": "publish",
        "release": RELEASE,
        "output": OUTPUT,
        "digests": {OUTPUT: DIGEST},
        "actor": {"id": "cron", "roles": []},
        "via": "curl",
    }
    (record,) = guard.records
    assert (record["outcome"], record["digests"]) == ("published", {OUTPUT: DIGEST})
    happened = datetime.fromisoformat(record["occurred_at"])
    assert abs((datetime.now(UTC) - happened).total_seconds()) < 60
    assert len(record["request_id"]) == 32
    assert site.queue == []


@pytest.mark.parametrize(("answer", "code"), [("block", 1), ("confirm", 3), ("error", 4)])
def test_any_other_answer_is_a_no_in_clear_words(
    site: Site, serve: Serve, answer: str, code: int
) -> None:
    """Nothing is published, and whoever called reads what, why, and what to do."""
    done = site.publish(serve(answer))
    assert done.returncode == code
    assert not site.public.exists()
    assert "NOT PUBLISHED" in done.stderr
    assert "announced for Thursday 26 November 2026, 09:30" in done.stderr
    assert "-> Wait for the slot." in done.stderr


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


@pytest.mark.parametrize("reader", ["jq", "python3"])
def test_both_readers_read_an_allow(
    dash_site: Site, serve: Serve, tmp_path: Path, reader: str
) -> None:
    """With jq alone and with Python alone the answer is the same."""
    done = dash_site.publish(serve(), PATH=str(tools(tmp_path / "other", reader)))
    assert done.returncode == 0, done.stderr


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


def test_nobody_listens(site: Site) -> None:
    """A guard that is away, and no permit: no."""
    done = site.publish(None)
    assert done.returncode == 4
    assert not site.public.exists()
    assert "there is none for prices-october-2026 on this machine" in done.stderr


def test_the_token_stays_out_of_sight(site: Site, serve: Serve, tmp_path: Path) -> None:
    """It is on no command line, in no message and not in the publishing command's environment."""
    spy = tmp_path / "bin" / "curl"
    real = os.readlink(spy)
    spy.unlink()
    spy.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >>{tmp_path}/seen\nexec {real} "$@"\n')
    spy.chmod(0o755)
    guard = serve()
    call = ("publish", RELEASE, OUTPUT, DIGEST, "--", "env")
    where = f"http://127.0.0.1:{guard.port}"
    done = site.curl(*call, PUBGUARD_URL=where, PUBGUARD_TOKEN=TOKEN, PUBGUARD_TOKEN_FILE="")
    assert done.returncode == 0, done.stderr
    assert guard.tokens == [f"Bearer {TOKEN}"] * 2
    assert (tmp_path / "seen").read_text()
    assert TOKEN not in (tmp_path / "seen").read_text() + done.stdout + done.stderr


def test_a_wrong_token_is_a_no_with_its_reason(dash_site: Site, serve: Serve) -> None:
    """401 is no answer, and its words reach whoever called."""
    dash_site.token.write_text("pg_wrong")
    done = dash_site.publish(serve())
    assert done.returncode == 4
    assert "HTTP 401" in done.stderr
    assert "Make one with pubguard token add." in done.stderr


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


def test_the_command_runs_as_it_was_called(site: Site, serve: Serve) -> None:
    """Its file modes and its language are the caller's, not those of the script."""
    guard = serve()
    what = 'umask; echo "${LC_ALL-none} $PUBGUARD_STATE"'
    call = ("publish", RELEASE, OUTPUT, DIGEST, "--", "sh", "-c", what)
    done = site.curl(*call, PUBGUARD_URL=f"http://127.0.0.1:{guard.port}")
    assert done.stdout == f"0022\nnone {site.state}\n"


def test_a_curlrc_changes_nothing(dash_site: Site, serve: Serve) -> None:
    """Nobody's own curl settings loosen the call."""
    guard = serve()
    more = f'url = "http://127.0.0.1:{guard.port}/more"\n'
    (dash_site.folder / ".curlrc").write_text(more)
    assert dash_site.publish(guard).returncode == 0
    assert guard.followed == 0


def test_a_command_that_fails_is_recorded_as_failed(site: Site, serve: Serve) -> None:
    """The exit code says that it was let go and did not go."""
    guard = serve()
    where = f"http://127.0.0.1:{guard.port}"
    call = ("publish", RELEASE, OUTPUT, DIGEST, "--", "sh", "-c", "exit 9")
    done = site.curl(*call, PUBGUARD_URL=where)
    assert done.returncode == 6
    assert "failed with exit code 9" in done.stderr
    assert [record["outcome"] for record in guard.records] == ["failed"]


def test_a_record_that_nobody_takes_waits_and_is_sent_once(site: Site, serve: Serve) -> None:
    """It keeps the time at which it happened, and one id however often it is tried."""
    guard = serve(fault="no-record")
    done = site.publish(guard)
    assert done.returncode == 0
    assert "The record waits" in done.stderr
    (kept,) = site.queue
    where = f"http://127.0.0.1:{guard.port}"
    assert site.curl("send", PUBGUARD_URL=where).returncode == 4
    assert site.queue == [kept]
    guard.fault = ""
    assert site.curl("send", PUBGUARD_URL=where).returncode == 0
    assert site.curl("send", PUBGUARD_URL=where).returncode == 0
    (record,) = guard.records
    assert f"happened_at {record['occurred_at']}" in kept
    assert f"request_id {record['request_id']}" in kept
    assert site.queue == []


def test_a_sending_that_was_killed_is_taken_up_again(dash_site: Site, serve: Serve) -> None:
    """What a dead process had in hand is sent, under the same id."""
    guard = serve(fault="no-record")
    dash_site.publish(guard)
    (path,) = dash_site.state.glob("queue/*")
    path.rename(f"{path}.sending.4194304")
    guard.fault = ""
    where = f"http://127.0.0.1:{guard.port}"
    assert dash_site.curl("send", PUBGUARD_URL=where).returncode == 0
    assert len(guard.records) == 1


def test_sync_fetches_all_that_is_needed_when_the_guard_is_away(
    site: Site, serve: Serve, signer: Signer
) -> None:
    """Permits, keys and the list of revoked ones arrive; then a guard that is away is no breach."""
    guard = serve()
    permit = signer.permit(RELEASE, OUTPUT, DIGEST, time.time() - 60)
    guard.sync = {"permits": [permit], "status": signer.status(), "keys": [signer.jwk]}
    guard.sync |= {"slots": [], "next_sync": None}
    items = site.folder / "items"
    items.write_text(f"17 {RELEASE} {OUTPUT} {DIGEST} 2026-11-26T09:30:00Z draft\n")
    where = f"http://127.0.0.1:{guard.port}"
    done = site.curl("sync", items, PUBGUARD_URL=where)
    assert done.returncode == 0, done.stderr
    (sent,) = guard.synced
    assert sent["items"][0]["digest"] == DIGEST
    assert {"version", "clock", "zone", "items", "permits"} == set(sent)
    for path in site.state.rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077
    done = site.publish(None)
    assert done.returncode == 0, done.stderr
    assert site.public.exists()
    assert "goes out on permit permit-17" in done.stderr
    (kept,) = site.queue
    assert "permit permit-17" in kept
    assert site.curl("sync", PUBGUARD_URL=where).returncode == 0
    assert guard.synced[1]["permits"] == ["permit-17"]
    (record,) = guard.records
    assert record["permit"] == "permit-17"


def test_sync_forgets_what_the_guard_no_longer_lists(
    dash_site: Site, serve: Serve, signer: Signer
) -> None:
    """A permit that was taken back is gone with the next sync."""
    guard = serve()
    permit = signer.permit(RELEASE, OUTPUT, DIGEST, time.time() - 60)
    guard.sync = {"permits": [permit], "status": signer.status(), "keys": {"keys": [signer.jwk]}}
    where = f"http://127.0.0.1:{guard.port}"
    assert dash_site.curl("sync", PUBGUARD_URL=where).returncode == 0
    guard.sync["permits"] = []
    assert dash_site.curl("sync", PUBGUARD_URL=where).returncode == 0
    assert not (dash_site.state / "permits" / f"{RELEASE}.jwt").exists()
    assert dash_site.publish(None).returncode == 4


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


@pytest.mark.parametrize("ahead", [-3600, 3600])
def test_sync_says_that_a_clock_is_wrong(
    dash_site: Site, serve: Serve, signer: Signer, ahead: int
) -> None:
    """It ends with 1, and with that clock no permit counts."""
    guard = serve(ahead=ahead)
    permit = signer.permit(RELEASE, OUTPUT, DIGEST, time.time() - 60)
    guard.sync = {"permits": [permit], "status": signer.status(), "keys": [signer.jwk]}
    done = dash_site.curl("sync", PUBGUARD_URL=f"http://127.0.0.1:{guard.port}")
    assert done.returncode == 1
    assert "did not agree" in done.stderr
    assert dash_site.publish(None).returncode == 4


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
