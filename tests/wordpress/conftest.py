"""A real WordPress of each version that is here, a real guard, and a way back after each test."""

from __future__ import annotations

import os
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
from tests.wordpress import paths_admin, paths_code, paths_media, paths_rest, paths_xmlrpc
from tests.wordpress.browsing import asking, axe, chromium, person  # noqa: F401
from tests.wordpress.listing import PATHS
from tests.wordpress.office import SLOT, Guard
from tests.wordpress.trying import Try

MODULES = (paths_rest, paths_admin, paths_xmlrpc, paths_code, paths_media)
"""They put themselves on the list."""
HOOK = Path(pubguard_hooks.__file__).parent / "wordpress"
PUBGUARD = Path(sys.executable).parent / "pubguard"
BEFORE = "2026-11-26T08:00"
OPEN = f"{SLOT}:02"
OPTION = "update_option('pubguard_site_release', '{release}');"
SOURCES = sources()
WHOLE = os.environ.get("PUBGUARD_WORDPRESS") == "all"
OLDEST = next(iter(SOURCES), "6.1")
OURS = "/mu-plugins/pubguard"
Start = Callable[..., Try]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "newer(ways): runs on the newer versions of WordPress too")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The newer versions run the tests that are marked, and what those choose for them."""
    if "version" not in metafunc.fixturenames:
        return
    marked = metafunc.definition.get_closest_marker("newer")
    newer = SOURCES if marked or WHOLE else [OLDEST]
    versions = list(newer) or [OLDEST]
    if "path" not in metafunc.fixturenames:
        metafunc.parametrize("version", versions, scope="session")
        return
    chosen = marked.args[0] if marked and marked.args and not WHOLE else PATHS
    pairs = [
        (version, path)
        for version in versions
        for path in PATHS.values()
        if version == OLDEST or path.name in chosen
    ]
    ids = [f"{version}-{path.name}" for version, path in pairs]
    metafunc.parametrize(("version", "path"), pairs, ids=ids, scope="session")


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
def installed(
    folder: Path, database: MariaDB, site_clock: ShiftedClock
) -> Iterator[Callable[[str], WordPress]]:
    """Each version, installed and served from when it is first asked for."""
    running: dict[str, WordPress] = {}

    def get(version: str) -> WordPress:
        if version not in running:
            place = folder / f"site{version.replace('.', '')}"
            made = WordPress(place, SOURCES[version], database, site_clock.environment)
            _put_hook(made.plugins)
            running[version] = made.install().start()
        return running[version]

    yield get
    for made in running.values():
        made.stop()


def _put_hook(plugins: Path) -> None:
    if not (HOOK / "README.md").exists():
        shutil.copytree(HOOK, plugins, dirs_exist_ok=True)
        return
    line = [PUBGUARD, "hooks", "write", "wordpress", plugins]
    subprocess.run(line, check=True, capture_output=True, timeout=60)


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
def site(version: str, request: pytest.FixtureRequest) -> WordPress:
    """The site as it was installed."""
    if version not in SOURCES:
        pytest.skip("needs WordPress (Debian package wordpress), to guard a real one")
    made = request.getfixturevalue("installed")(version)
    made.reset()
    return made


@pytest.fixture
def start(
    site: WordPress, site_clock: ShiftedClock, request: pytest.FixtureRequest
) -> Iterator[Start]:
    """Starts a try at a London time: with the guard of that fixture, or unguarded."""
    made: list[Try] = []

    def begin(
        now: str, release: str | None = None, *, guarded: bool = True, by: str = "guard", **more
    ) -> Try:
        site_clock.set(now)
        if guarded:
            guard: Guard = request.getfixturevalue(by)
            guard.clock.set(now)
            release = guard.next() if release is None else release
            own = {"PUBGUARD_STATE": str(site.state), **guard.constants}
            site.set(guarded=True, **{**own, **more})
        made.append(Try(site, site_clock, release or ""))
        if guarded:
            made[-1].clocks.append(guard.clock)
        if release:
            made[-1].unguarded(OPTION.format(release=release))
        return made[-1]

    yield begin
    for each in made:
        each.close()
    wrong = [line for line in site.log().splitlines() if "PHP Fatal" in line or OURS in line]
    assert not wrong, wrong
