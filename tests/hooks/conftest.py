from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.guard.conftest import Office
from tests.servers.contract import POINT, TOKEN, Guard, Signer

ROOT = Path(__file__).parents[2]
SHELL = ROOT / "hooks" / "shell"
RELEASE, OUTPUT = "prices-october-2026", "bulletin"
CONTENT = b"Prices rose by 2.1 per cent.\n"
DIGEST = "sha256:" + hashlib.sha256(CONTENT).hexdigest()
TOOLS = (
    *("awk", "cat", "chmod", "cp", "curl", "cut", "date", "dirname", "env", "find", "grep", "head"),
    *("id", "mkdir", "mktemp", "mv", "od", "openssl", "readlink", "rm", "sed", "sh", "sha256sum"),
    *("sleep", "tail", "timeout", "touch", "tr", "wc"),
)
Serve = Callable[..., Guard]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts guards that are stopped at the end."""
    started: list[Guard] = []

    def start(*arguments: Any, **how: Any) -> Guard:
        started.append(Guard(*arguments, **how))
        return started[-1]

    yield start
    for guard in started:
        guard.stop()


@pytest.fixture(params=["dash", "bash --posix"])
def shell(request: pytest.FixtureRequest) -> list[str]:
    """The shells that the scripts are written for."""
    return _shell(request.param)


def _shell(text: str) -> list[str]:
    name, *options = text.split()
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed: the shell scripts are not tried under it")
    return [found, *options]


def tools(folder: Path, *more: str) -> Path:
    """A folder with the few tools that the scripts may use, and these."""
    folder.mkdir()
    for name in (*TOOLS, *more):
        found = sys.executable if name == "python3" else shutil.which(name)
        if not found:
            pytest.skip(f"{name} is not installed: the shell scripts cannot be tried without it")
        (folder / name).symlink_to(found)
    return folder


class Site:
    """A publishing system's side: a file, a web root, and the scripts in front of it."""

    def __init__(self, folder: Path, shell: list[str]) -> None:
        self.folder, self.shell = folder, shell
        self.state = folder / "state"
        self.state.mkdir(mode=0o700)
        self.file, self.public = folder / "bulletin.html", folder / "www" / "bulletin.html"
        self.public.parent.mkdir()
        self.file.write_bytes(CONTENT)
        self.token = folder / "token"
        self.token.write_text(TOKEN + "\n")
        self.token.chmod(0o600)
        self.environment = {
            "PATH": str(tools(folder / "bin", "jq")),
            "HOME": str(folder),
            "PUBGUARD_STATE": str(self.state),
            "PUBGUARD_POINT": POINT,
            "PUBGUARD_ACTOR": "cron",
            "PUBGUARD_TOKEN_FILE": str(self.token),
        }

    def run(self, script: str, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
        """One of the scripts, under this site's shell."""
        done = subprocess.run(
            [*self.shell, SHELL / script, *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={**self.environment, **more},
            cwd=self.folder,
        )
        assert "not found" not in done.stderr, done.stderr
        return done

    def curl(self, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
        """pubguard-curl.sh."""
        return self.run("pubguard-curl.sh", *arguments, **more)

    def publish(self, guard: Guard | None, **more: str) -> subprocess.CompletedProcess[str]:
        """The bulletin, over HTTP; with no guard nobody listens there."""
        where = f"http://127.0.0.1:{guard.port if guard else 9}"
        command = ("mv", self.file, self.public)
        call = ("publish", RELEASE, OUTPUT, DIGEST, "--", *command)
        return self.curl(*call, **{"PUBGUARD_URL": where, **more})

    def hold(self, signer: Signer, permit: str, status: str | None = "", ahead: int = 0) -> None:
        """Put a permit, its key and the list of revoked ones where `sync` puts them."""
        (self.state / "permits").mkdir(mode=0o700, exist_ok=True)
        (self.state / "permits" / f"{RELEASE}.jwt").write_text(permit)
        if status is not None:
            (self.state / "status.jwt").write_text(status or signer.status())
        now = int(time.time()) - 60
        (self.state / "contact").write_text(f"{now} {now} {now - ahead}\n")
        keys = self.state / "keys"
        keys.mkdir(mode=0o700, exist_ok=True)
        (keys / f"{signer.kid}.pem").write_bytes(pem(signer))
        for path in self.state.rglob("*"):
            path.chmod(0o700 if path.is_dir() else 0o600)

    @property
    def queue(self) -> list[str]:
        """The records that wait."""
        return [path.read_text() for path in sorted(self.state.glob("queue/*"))]


def pem(signer: Signer) -> bytes:
    """The public half of a permit key, as openssl reads it."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = signer.key.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture
def site(tmp_path: Path, shell: list[str]) -> Site:
    """A site of its own, once under each shell."""
    return Site(tmp_path, shell)


@pytest.fixture
def dash_site(tmp_path: Path) -> Site:
    """A site of its own, under one shell: for what does not depend on it."""
    return Site(tmp_path, _shell("dash"))


@pytest.fixture
def signer() -> Signer:
    """A guard's permit key."""
    return Signer()


def environment(**more: str) -> dict[str, str]:
    """Ours, with the command that is being tested first on the PATH."""
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", **more}


def armed(office: Office, slot: str) -> None:
    """Announce the release there, and arm it with the bulletin for its slot."""
    office.announce(RELEASE, slot)
    approve = ("check", "approve", RELEASE, "--actor", "a.jones", "--role", "approver")
    approve += ("--author", "b.shah", "--effective-at", slot, "--digest", f"{OUTPUT}={DIGEST}")
    asked = office.run(*approve).doc["challenge"]
    typed = ("--actor", "a.jones", "--typed", asked["type_this"])
    assert office.run("confirm", asked["id"], *typed).code == 0
    assert office.run(*approve).doc["armed"]
