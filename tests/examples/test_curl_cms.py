"""The ten-line content management system, and the few lines its page offers."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.examples import pages
from tests.guard.conftest import Office
from tests.hooks.conftest import CONTENT, DIGEST, OUTPUT, RELEASE, armed
from tests.servers.contract import TOKEN, Guard

EXAMPLE = pages.ROOT / "examples" / "curl_cms"
PAGE = (EXAMPLE / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
Show = Callable[[str], dict[str, str]]
EVERY_FAULT = (
    "hang",
    "html",
    "redirect",
    "503",
    "empty",
    "cut",
    "twice",
    "other-release",
    "rehearsal",
    "title",
)


class Cms:
    """A folder with a file, a web root and a token."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.public = folder, folder / "www" / "bulletin.html"
        self.public.parent.mkdir()
        (folder / "bulletin.html").write_bytes(CONTENT)
        token = folder / "guard.curl"
        token.write_text(f'header = "Authorization: Bearer {TOKEN}"\n')
        token.chmod(0o600)

    def run(self, *line: object, **more: str) -> subprocess.CompletedProcess[str]:
        """A command with the example's variables."""
        names = {"WEB_ROOT": str(self.public.parent), "TOKEN_FILE": str(self.folder / "guard.curl")}
        names |= {"FILE": "bulletin.html", "RELEASE": RELEASE, "OUTPUT": OUTPUT}
        return subprocess.run(
            [str(part) for part in line],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=pages.environment(**names, **more),
        )

    def publish(self, guard: str) -> subprocess.CompletedProcess[str]:
        """The ten lines."""
        return self.run(EXAMPLE / "publish.sh", RELEASE, OUTPUT, "bulletin.html", GUARD=guard)


@pytest.fixture
def cms(tmp_path: Path) -> Cms:
    """A system that knows one file."""
    return Cms(tmp_path)


@pytest.fixture
def guard() -> Iterator[Guard]:
    """A guard that says yes until a test sets it."""
    made = Guard()
    yield made
    made.stop()


def _where(guard: Guard) -> str:
    return f"http://127.0.0.1:{guard.port}"


def test_it_is_ten_lines() -> None:
    """As its page says; and each version on the page is under ten."""
    assert len((EXAMPLE / "publish.sh").read_text().splitlines()) == 10
    assert all(len(block.splitlines()) < 10 for block in BLOCKS)


def test_a_yes_publishes_and_is_recorded(cms: Cms, guard: Guard) -> None:
    """The file is in the web root, and the guard knows."""
    done = cms.publish(_where(guard))
    assert done.returncode == 0, done.stderr
    assert cms.public.read_bytes() == CONTENT
    assert guard.asked[0]["digests"] == {OUTPUT: DIGEST}
    assert guard.records[0]["outcome"] == "published"


@pytest.mark.parametrize("answer", ["block", "confirm", "error"])
def test_a_no_is_told_in_words(cms: Cms, guard: Guard, answer: str) -> None:
    """The reason, and what to do now."""
    guard.answer = answer
    done = cms.publish(_where(guard))
    assert done.returncode == 1
    assert "PG201: prices-october-2026 is announced for" in done.stderr
    assert "-> Wait for the slot." in done.stderr
    assert not cms.public.exists()


@pytest.mark.parametrize("fault", EVERY_FAULT)
def test_a_guard_that_is_no_guard_is_a_no(cms: Cms, guard: Guard, fault: str) -> None:
    """Neither the ten lines nor the four publish anything."""
    guard.fault = fault
    assert cms.publish(_where(guard)).returncode
    assert not cms.public.exists()
    (block,) = (block for block in BLOCKS if "/v1/check" in block)
    if fault != "other-release":  # only the ten lines look at that
        assert cms.run("sh", "-c", block, GUARD=_where(guard)).returncode
        assert not cms.public.exists()


def test_the_lines_for_curl_do_what_they_say(cms: Cms, guard: Guard) -> None:
    """As they stand on the page."""
    (block,) = (block for block in BLOCKS if "/v1/check" in block)
    guard.answer = "block"
    assert cms.run("sh", "-c", block, GUARD=_where(guard)).returncode
    assert not cms.public.exists()
    guard.answer = "allow"
    assert cms.run("sh", "-c", block, GUARD=_where(guard)).returncode == 0
    assert cms.public.exists()


def test_the_lines_for_the_same_machine_do_what_they_say(
    cms: Cms, tmp_path: Path, show: Show
) -> None:
    """With the real command: refused a second before the slot, out at the slot."""
    office = Office(tmp_path / "office")
    armed(office, "2026-11-26T09:30")
    (block,) = (block for block in BLOCKS if "pubguard check" in block)
    place = {"PUBGUARD_CONFIG": str(office.folder)}
    assert cms.run("sh", "-c", block, **place, **show("2026-11-26T09:29:59")).returncode == 1
    assert not cms.public.exists()
    done = cms.run("sh", "-c", block, **place, **show("2026-11-26T09:30"))
    assert done.returncode == 0, done.stderr
    assert cms.public.exists()
