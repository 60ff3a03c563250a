"""The shell's hook over HTTP and the real service: what each says, the other understands."""

from __future__ import annotations

import subprocess

import pytest

from tests.conftest import Show
from tests.guard.conftest import OTHER
from tests.hooks.conftest import CONTENT, DIGEST, OUTPUT, RELEASE, Site, shell
from tests.http.conftest import Service
from tests.http.hooks.conftest import EARLY, SLOT, UNARMED, only_approved, published, said

__all__ = ["shell"]


def publish(
    site: Site, *command: object, what: tuple[str, str] = (RELEASE, DIGEST), **more: str
) -> subprocess.CompletedProcess[str]:
    move = command or ("mv", site.file, site.public)
    return site.curl("publish", what[0], OUTPUT, what[1], "--", *move, **more)


def test_early_is_a_no_and_at_the_slot_it_goes_out(
    guard: Service, site: Site, show: Show, reader: str
) -> None:
    """The service's own words reach whoever called; what went out is recorded once."""
    early = publish(site, **show(EARLY))
    assert early.returncode == 1, early.stderr
    assert "NOT PUBLISHED" in early.stderr
    assert "PG201" in early.stderr
    assert not site.public.exists()
    out = publish(site, **show(SLOT))
    assert out.returncode == 0, out.stderr
    assert site.public.read_bytes() == CONTENT
    assert published(guard.office) == [f"{SLOT}:00"]
    assert site.queue == []


def test_what_is_not_armed_waits_for_somebody(guard: Service, site: Site, show: Show) -> None:
    """Exit code 3, and what is to be confirmed."""
    only_approved(guard.office)
    done = publish(site, what=(UNARMED, OTHER), **show(SLOT))
    assert done.returncode == 3, done.stderr
    assert "somebody has to confirm" in done.stderr
    assert not site.public.exists()


def test_the_token_stays_out_of_sight(guard: Service, site: Site, show: Show) -> None:
    """It is on no command line, in no message and not in the publishing command's environment."""
    spy = site.folder / "bin" / "curl"
    real = spy.readlink()
    spy.unlink()
    spy.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >>{site.folder}/seen\nexec {real} "$@"\n')
    spy.chmod(0o755)
    done = publish(site, "env", PUBGUARD_TOKEN=guard.token, PUBGUARD_TOKEN_FILE="", **show(SLOT))
    assert done.returncode == 0, done.stderr
    seen = (site.folder / "seen").read_text()
    assert seen
    assert guard.token not in seen + done.stdout + done.stderr
    assert len(published(guard.office)) == 1


def test_a_revoked_token_is_a_no_with_its_reason(guard: Service, site: Site, show: Show) -> None:
    """401 is no answer, and the service's words reach whoever called."""
    assert guard.office.run("token", "revoke", "cms").code == 0
    done = publish(site, **show(SLOT))
    assert (done.returncode, site.public.exists()) == (4, False), done.stderr
    assert "HTTP 401" in done.stderr
    assert "pubguard token add" in done.stderr


def test_the_command_runs_as_it_was_called(guard: Service, site: Site, show: Show) -> None:
    """Its file modes and its language are the caller's, not those of the script."""
    what = 'umask; echo "${LC_ALL-none} $PUBGUARD_STATE"'
    done = publish(site, "sh", "-c", what, **show(SLOT))
    assert done.stdout == f"0022\nnone {site.state}\n"


def test_a_command_that_fails_is_recorded_as_failed(guard: Service, site: Site, show: Show) -> None:
    """The exit code says that it was let go and did not go."""
    done = publish(site, "sh", "-c", "exit 9", **show(SLOT))
    assert done.returncode == 6
    assert "failed with exit code 9" in done.stderr
    assert [each["outcome"] for each in said(guard.office)] == ["failed"]


DIES = """
kill -9 {pid}
until grep -q '^State:.Z' /proc/{pid}/status; do :; done
"""


@pytest.mark.parametrize("killed", [False, True])
def test_a_record_that_nobody_takes_waits_and_is_sent_once(
    guard: Service, site: Site, show: Show, killed: bool
) -> None:
    """With its own time, also where the process that was sending it died."""
    done = publish(site, "sh", "-c", DIES.format(pid=guard.pid), **show(SLOT))
    assert done.returncode == 0, done.stderr
    assert "The record waits" in done.stderr
    (kept,) = site.queue
    assert site.curl("send").returncode == 4
    assert site.queue == [kept]
    if killed:
        (path,) = site.state.glob("queue/*")
        path.rename(f"{path}.sending.4194304")
    guard.stop()
    guard.start(**show("2026-11-26T09:40"))
    for _ in range(2):
        assert site.curl("send", PUBGUARD_URL=guard.url).returncode == 0
    assert published(guard.office) == [f"{SLOT}:00"]
    assert site.queue == []
