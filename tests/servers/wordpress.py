"""A real WordPress: its files copied into a folder, PHP's own web server, MariaDB behind it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.servers.mariadb import MariaDB

SYSTEM = Path("/usr/share/wordpress")
MORE = Path(os.environ.get("PUBGUARD_WORDPRESS_HOME", "~/.cache/pubguard/wordpress")).expanduser()
"""Where `.ci/wordpress` puts the newer versions, a folder for each."""
SITE = Path(__file__).parents[1] / "wordpress" / "site"
PHP = ("mysqli", "xml", "mbstring", "curl", "gd", "sodium")
SPEED = ("opcache.enable=1", "opcache.enable_cli=1", "opcache.validate_timestamps=0")
LIMITS = ("display_errors=0", "log_errors=1", "memory_limit=256M", "post_max_size=64M")
WORKERS = "4"


def sources() -> dict[str, Path]:
    """The folders of the versions that are here, by version."""
    places = [SYSTEM, *sorted(MORE.glob("*/usr/share/wordpress"))]
    found = {_version(place): place for place in places if (place / "wp-load.php").exists()}
    return dict(sorted(found.items(), key=lambda item: [int(n) for n in item[0].split(".")]))


def _version(place: Path) -> str:
    text = (place / "wp-includes" / "version.php").read_text()
    found = re.search(r"wp_version = '([0-9.]+)", text)
    return found[1] if found else "0"


def php() -> str:
    """Where PHP is; without it or a part of it the test is left out."""
    found = shutil.which("php")
    if found is None:
        pytest.skip("needs php (Debian package php-cli), to run a real WordPress")
    has = subprocess.run([found, "-m"], capture_output=True, text=True, check=True).stdout.split()
    if missing := [part for part in PHP if part not in has]:
        pytest.skip(f"needs PHP's {', '.join(missing)} (Debian packages php-mysql, php-xml, ...)")
    return found


def free_port() -> int:
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return made.getsockname()[1]


class WordPress:
    """One site in `folder`: its document root is `folder/www`.

    Args:
        environment: of PHP, for a shifted clock.
    """

    def __init__(
        self, folder: Path, source: Path, database: MariaDB, environment: dict[str, str]
    ) -> None:
        self.folder = folder
        self.root = folder / "www"
        self.uploads = self.root / "wp-content" / "uploads"
        self.plugins = self.root / "wp-content" / "mu-plugins"
        self.state = folder / "state"
        self.database = database
        self.name = re.sub(r"\W", "_", folder.name)
        self.port = free_port()
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.host}"
        self._environment = {**os.environ, **environment, "PHP_CLI_SERVER_WORKERS": WORKERS}
        self._php = php()
        _copy(source, self.root)
        self._furnish()
        self.constants = {
            "DB_NAME": self.name,
            "DB_USER": self.name,
            "DB_PASSWORD": "of this site",
            "DB_HOST": f"localhost:{database.socket}",
            "WP_HOME": self.url,
            "WP_SITEURL": self.url,
        }

    def _furnish(self) -> None:
        for name in ("wp-config.php", "run.php"):
            shutil.copy(SITE / name, self.root / name)
        shutil.copytree(SITE / "theme", self.root / "wp-content" / "themes" / "plain")
        for place in (self.plugins, self.folder / "unguarded"):
            place.mkdir(parents=True)
            shutil.copy(SITE / "harness.php", place / "harness.php")

    def install(self) -> WordPress:
        """Make the database, WordPress's tables and the users; keep a copy to go back to."""
        own = f"'{self.name}'@'localhost'"
        self.database.sql(
            f"CREATE DATABASE {self.name}; CREATE DATABASE {self.name}_kept;"
            f"CREATE USER {own} IDENTIFIED BY 'of this site';"
            f"GRANT ALL ON {self.name}.* TO {own};"
        )
        self.set(guarded=False)
        done = self.command(SITE / "install.php", self.root, self.host)
        made = json.loads(done.stdout[done.stdout.index("{") :])
        self.passwords: dict[str, str] = made["passwords"]
        self.version: str = made["version"]
        self._keep()
        return self

    def _keep(self) -> None:
        own, kept = self.name, f"{self.name}_kept"
        tables = self.sql("SHOW TABLES").split()
        copy = "CREATE TABLE {1}.{2} LIKE {0}.{2}; INSERT INTO {1}.{2} SELECT * FROM {0}.{2};"
        back = "DELETE FROM {0}.{2}; INSERT INTO {0}.{2} SELECT * FROM {1}.{2};"
        self.sql("".join(copy.format(own, kept, table) for table in tables))
        self._back = "".join(back.format(own, kept, table) for table in tables)

    def reset(self) -> None:
        """Everything as it was after `install`."""
        self.sql("DROP TABLE IF EXISTS wp_pubguard_queue;")
        self.database.sql(f"START TRANSACTION; {self._back} COMMIT;")
        for place in (self.uploads, self.state):
            shutil.rmtree(place, ignore_errors=True)
        self.uploads.mkdir()
        self.state.mkdir(mode=0o700)
        for name in ("mail", "calls", "php.log"):
            (self.folder / name).unlink(missing_ok=True)
        self.set(guarded=False)

    def set(self, *, guarded: bool, **more: Any) -> None:
        """The site's settings from the next request on; capitals are constants of wp-config."""
        constants = {name: more.pop(name) for name in list(more) if name.isupper()}
        self._settings = {
            "guarded": guarded,
            "constants": {**self.constants, **constants},
            **more,
        }
        self.change()

    def change(self, **more: Any) -> None:
        """Other settings beside those that are there; capitals are constants of wp-config."""
        constants = {name: more.pop(name) for name in list(more) if name.isupper()}
        self._settings["constants"].update(constants)
        self._settings.update(more)
        new = self.folder / "settings.new"
        new.write_text(json.dumps(self._settings))
        new.replace(self.folder / "settings.json")

    def command(self, script: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
        """A script of PHP's in a process of its own."""
        log = f"error_log={self.folder / 'php.log'}"
        done = subprocess.run(
            [self._php, *_settings(log), script, *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=self._environment,
        )
        assert done.returncode == 0, done.stdout + done.stderr + self.log()
        return done

    def start(self) -> WordPress:
        """Serve it until `stop`; returns when it answers."""
        log = f"error_log={self.folder / 'php.log'}"
        with (self.folder / "access.log").open("ab") as access:
            self._process = subprocess.Popen(
                [self._php, *_settings(log), "-S", self.host, "-t", self.root, SITE / "router.php"],
                stdout=access,
                stderr=access,
                env=self._environment,
                start_new_session=True,
            )
        while True:
            assert self._process.poll() is None, (self.folder / "access.log").read_text()
            try:
                requests.get(f"{self.url}/readme.html", timeout=30)
            except requests.ConnectionError:
                continue
            return self

    def stop(self) -> None:
        """End it with its workers, which outlive their parent."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=30)
        self.database.sql(f"DROP DATABASE {self.name}; DROP DATABASE {self.name}_kept;")
        shutil.rmtree(self.folder)

    def sql(self, text: str) -> str:
        """What these statements print, asked with all rights."""
        return self.database.sql(text, self.name).rstrip("\n")

    def log(self) -> str:
        """PHP's errors and warnings since the last reset."""
        return self._read("php.log")

    def letters(self) -> list[dict[str, Any]]:
        """The letters that were sent since the last reset."""
        return [json.loads(line) for line in self._read("mail").splitlines()]

    def calls(self) -> list[str]:
        """What WordPress asked a guard since the last reset."""
        return [line for line in self._read("calls").splitlines() if "/v1/" in line]

    def _read(self, name: str) -> str:
        path = self.folder / name
        return path.read_text() if path.exists() else ""


def _settings(*more: str) -> list[str]:
    return [part for each in (*SPEED, *LIMITS, *more) for part in ("-d", each)]


def _copy(source: Path, to: Path) -> None:
    """WordPress's files; Debian links some to other packages of its own, in /usr/share."""
    shutil.copytree(source, to, symlinks=True)
    for link in [each for each in to.rglob("*") if each.is_symlink()]:
        meant = os.path.normpath(source / link.relative_to(to).parent / link.readlink())
        shared = Path("/usr/share") / meant.partition("/usr/share/")[2]
        link.unlink()
        if found := next((each for each in (Path(meant), shared) if each.is_file()), None):
            shutil.copy(found, link)
