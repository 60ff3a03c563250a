"""A real MariaDB with its own folder, reached over a socket in it and nowhere else."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path

import pytest

PLACES = f"{os.environ['PATH']}:/usr/sbin:/sbin"
FAST = (
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--innodb-buffer-pool-size=32M",
    "--innodb-log-file-size=8M",
    "--innodb-use-native-aio=0",
)
"""Nothing has to survive a power cut here."""
CHARACTERS = ("--character-set-server=utf8mb4",)


def program(name: str) -> str:
    """Where a program of MariaDB's is; without it the test is left out."""
    found = shutil.which(name, path=PLACES)
    if found is None:
        pytest.skip(f"needs {name} (Debian package mariadb-server), to run a real WordPress")
    return found


class MariaDB:
    """One server in `folder`; `root` has no password, and only we can reach the socket."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "s"
        self.data = folder / "data"
        self._user = f"--user={pwd.getpwuid(os.getuid()).pw_name}"

    def start(self) -> MariaDB:
        """Make the data folder and run the server; returns when it answers."""
        own = self.folder / "tmp"
        own.mkdir()
        # A server that starts removes the temporary tables of all others in its tmpdir.
        data = [f"--datadir={self.data}", f"--tmpdir={own}", *FAST]
        install = [program("mariadb-install-db"), "--no-defaults", *data]
        more = ["--skip-test-db", "--auth-root-authentication-method=normal", self._user]
        made = subprocess.run(
            [*install, *more], capture_output=True, text=True, timeout=120, check=False
        )
        assert made.returncode == 0, made.stdout + made.stderr
        place = ["--skip-networking", f"--socket={self.socket}", f"--pid-file={self.socket}.p"]
        self.log = self.folder / "mariadb.log"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [program("mariadbd"), "--no-defaults", *data, *place, *CHARACTERS, self._user],
                stdout=log,
                stderr=log,
            )
        self._listening()
        return self

    def _listening(self) -> None:
        ask = [program("mariadb-admin"), "--no-defaults", f"--socket={self.socket}", "-uroot"]
        while subprocess.run([*ask, "ping"], capture_output=True, check=False).returncode:
            assert self._process.poll() is None, self.log.read_text()

    def sql(self, text: str, database: str = "", *, user: str = "root", password: str = "") -> str:
        """What these statements print: one row a line, columns parted by tabs, no headings."""
        done = self.run(text, database, user=user, password=password)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def run(
        self, text: str, database: str = "", *, user: str = "root", password: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """The same, with the error if there was one."""
        line = [program("mariadb"), "--no-defaults", f"--socket={self.socket}", f"-u{user}"]
        return subprocess.run(
            [*line, "--batch", "--skip-column-names", "--default-character-set=utf8mb4", database],
            input=text,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env={**os.environ, "MYSQL_PWD": password},
        )

    def stop(self) -> None:
        """End the server and remove what it kept."""
        self._process.terminate()
        self._process.wait(timeout=60)
        shutil.rmtree(self.folder)
