from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.guard.conftest import Office
from tests.hooks.conftest import CONTENT, DIGEST, OUTPUT, RELEASE, Site, armed, environment
from tests.servers.contract import Signer

Show = Callable[[str], dict[str, str]]
EARLY, SLOT = "2026-11-26T09:29:59", "2026-11-26T09:30"
YEARS = "2099-01-01T00:00:00Z"
ANSWER = {"release": RELEASE, "action": "publish", "rehearsal": False, "event": {"index": 1}}


def _says(decision: str, **more: object) -> str:
    return f"echo '{json.dumps({**ANSWER, 'decision': decision, **more})}'"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A workspace in which the bulletin is armed for its slot."""
    office = Office(tmp_path / "office")
    armed(office, SLOT)
    return office


def _publish(site: Site, office: Office, **more: str):
    place = {"PUBGUARD_CONFIG": str(office.folder), "PATH": environment()["PATH"], **more}
    command = ("mv", site.file, site.public)
    return site.run("pubguard-publish.sh", RELEASE, OUTPUT, DIGEST, "--", *command, **place)


def _fake(site: Site, script: str) -> dict[str, str]:
    """A `pubguard` that does this instead."""
    command = site.folder / "bin" / "pubguard"
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o755)
    return {"PATH": f"{site.folder}/bin"}


def test_an_armed_release_goes_out_at_its_slot_and_not_a_second_before(
    site: Site, office: Office, show: Show
) -> None:
    """The real command on a real workspace: refused at 09:29:59, out at 09:30:00, and recorded."""
    done = _publish(site, office, **show(EARLY))
    assert done.returncode == 1, done.stderr
    assert "PG201" in done.stderr
    assert "1 s early" in done.stderr
    assert not site.public.exists()
    done = _publish(site, office, **show(SLOT))
    assert done.returncode == 0, done.stderr
    assert site.public.read_bytes() == CONTENT
    office.clock.set(SLOT)
    log = office.run("log", "show", "--release", RELEASE)
    last = json.loads(log.out.splitlines()[-1])
    assert last["kind"] == "outcome.recorded"
    assert not last["data"].get("bypass")


def test_other_content_is_refused(site: Site, office: Office, show: Show) -> None:
    """The digest is that of what was approved, or nothing goes."""
    place = {"PUBGUARD_CONFIG": str(office.folder), "PATH": environment()["PATH"], **show(SLOT)}
    other = "sha256:" + "2b" * 32
    done = site.run("pubguard-publish.sh", RELEASE, OUTPUT, other, "--", "touch", "went", **place)
    assert done.returncode == 1, done.stderr
    assert "PG401" in done.stderr
    assert not (site.folder / "went").exists()


def test_a_guard_that_is_not_there(site: Site) -> None:
    """Before the slot, or without a permit: no, in clear words."""
    done = site.run("pubguard-publish.sh", RELEASE, OUTPUT, DIGEST, "--", "touch", "went")
    assert done.returncode == 4
    assert "the command pubguard cannot be run" in done.stderr
    assert "-> Before the slot: have the guard looked at" in done.stderr
    assert not (site.folder / "went").exists()


@pytest.mark.parametrize(
    "script",
    [
        "exit 0",
        "echo '{}'",
        "echo allow",
        "kill -9 $$",
        "exit 5",
        """echo '{"decision":"allow"}'""",
        _says("allow"),
        _says("allow", valid_until="2026-01-01T00:00:00Z"),
        _says("allow", valid_until=YEARS) + "; exit 4",
        _says("block", valid_until=YEARS),
        _says("allow", valid_until=YEARS, rehearsal=True),
        _says("allow", valid_until=YEARS, release="another"),
        _says("allow", valid_until=YEARS, event=None),
    ],
)
def test_only_a_whole_yes_is_a_yes(dash_site: Site, script: str) -> None:
    """Exit code 0 and an allow that is still valid; either alone is a no."""
    call = (RELEASE, OUTPUT, DIGEST, "--", "touch", "went")
    done = dash_site.run("pubguard-publish.sh", *call, **_fake(dash_site, script))
    assert done.returncode == 4, done.stderr
    assert not (dash_site.folder / "went").exists()


def test_the_fake_yes_of_these_tests_is_one(dash_site: Site) -> None:
    """So that the one before refuses for the right reason."""
    call = (RELEASE, OUTPUT, DIGEST, "--", "touch", "went")
    done = dash_site.run(
        "pubguard-publish.sh", *call, **_fake(dash_site, _says("allow", valid_until=YEARS))
    )
    assert done.returncode == 0, done.stderr


def test_a_guard_that_hangs_is_not_the_breach(site: Site, signer: Signer) -> None:
    """With a good permit it is waited for one second, then the release goes out."""
    site.hold(signer, signer.permit(RELEASE, OUTPUT, DIGEST, time.time() - 60))
    script = "case $1 in check) sleep 600;; *) exit 4;; esac"
    call = (RELEASE, OUTPUT, DIGEST, "--", "touch", "went")
    done = site.run("pubguard-publish.sh", *call, **_fake(site, script))
    assert done.returncode == 0, done.stderr
    assert "did not answer in 1 s" in done.stderr
    assert (site.folder / "went").exists()
    assert len(site.queue) == 1


@pytest.mark.parametrize("call", [(), ("send", "x"), (RELEASE, OUTPUT, DIGEST), (RELEASE,)])
def test_a_call_that_cannot_be_understood(dash_site: Site, call: tuple[str, ...]) -> None:
    """Exit code 2 and how it is called."""
    done = dash_site.run("pubguard-publish.sh", *call)
    assert done.returncode == 2
    assert "RELEASE OUTPUT DIGEST -- COMMAND" in done.stderr
