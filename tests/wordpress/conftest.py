"""A real WordPress of each version that is here, a real guard, and a way back after each test."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pubguard_hooks
import pytest

from tests.servers.clock import ShiftedClock
from tests.servers.mariadb import MariaDB
from tests.servers.wordpress import WordPress, sources
from tests.wordpress.office import SLOT, Guard
from tests.wordpress.trying import Try

HOOK = Path(pubguard_hooks.__file__).parent / "wordpress"
PUBGUARD = Path(sys.executable).parent / "pubguard"
BEFORE = "2026-11-26T08:00"
OPEN = f"{SLOT}:02"
OPTION = "update_option('pubguard_site_release', '{release}');"
SOURCES = sources()
OLDEST = next(iter(SOURCES), "6.1")
OURS = "/mu-plugins/pubguard"
Start = Callable[..., Try]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "version" in metafunc.fixturenames:
        metafunc.parametrize("version", SOURCES or [OLDEST], scope="session")


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A short path: a socket's may have 107 bytes."""
    made = Path(tempfile.mkdtemp(prefix="wp-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="session")
def database(folder: Path) -> Iterator[MariaDB]:
    place = folder / "db"
    place.mkdir()
    running = MariaDB(place).start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def site_clock(folder: Path, preload: Path) -> ShiftedClock:
    """The clock of PHP."""
    return ShiftedClock(folder / "site-clock", preload)


@pytest.fixture(scope="session")
def guard_clock(folder: Path, preload: Path) -> ShiftedClock:
    """The clock of `pubguard serve`."""
    return ShiftedClock(folder / "guard-clock", preload)


@pytest.fixture(scope="session")
def wordpress(
    version: str, folder: Path, database: MariaDB, site_clock: ShiftedClock
) -> Iterator[WordPress]:
    """One version, installed and served."""
    if version not in SOURCES:
        pytest.skip("needs WordPress (Debian package wordpress), to guard a real one")
    place = folder / f"site{version.replace('.', '')}"
    made = WordPress(place, SOURCES[version], database, site_clock.environment)
    if (HOOK / "README.md").exists():
        line = [PUBGUARD, "hooks", "write", "wordpress", made.plugins]
        subprocess.run(line, check=True, capture_output=True, timeout=60)
    else:
        shutil.copytree(HOOK, made.plugins, dirs_exist_ok=True)
    made.install().start()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def guard(folder: Path, guard_clock: ShiftedClock) -> Iterator[Guard]:
    """A guard for which the date alone decides."""
    place = folder / "guard"
    place.mkdir()
    made = Guard(place, guard_clock)
    made.simple()
    guard_clock.set(BEFORE)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def site(wordpress: WordPress) -> WordPress:
    """The site as it was installed."""
    wordpress.reset()
    return wordpress


@pytest.fixture
def start(
    site: WordPress, site_clock: ShiftedClock, request: pytest.FixtureRequest
) -> Iterator[Start]:
    """Starts a try at a London time: with the real guard, or unguarded."""
    made: list[Try] = []

    def begin(now: str, release: str | None = None, *, guarded: bool = True, **more) -> Try:
        site_clock.set(now)
        if guarded:
            guard: Guard = request.getfixturevalue("guard")
            guard.clock.set(now)
            release = guard.next() if release is None else release
            own = {"PUBGUARD_STATE": str(site.state), **guard.constants}
            site.set(guarded=True, **{**own, **more})
        made.append(Try(site, site_clock, release or ""))
        if release:
            made[-1].unguarded(OPTION.format(release=release))
        return made[-1]

    yield begin
    for each in made:
        each.close()
    wrong = [line for line in site.log().splitlines() if "PHP Fatal" in line or OURS in line]
    assert not wrong, wrong
