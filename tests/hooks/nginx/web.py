"""A web server's machine: nginx, and `pubguard edge sync` beside it, with a token of its own."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from pathlib import Path
from typing import Any

from tests.conftest import Show
from tests.hooks.nginx.conftest import HOST, get
from tests.http.conftest import PUBGUARD, Service
from tests.servers.backend import FIGURES
from tests.servers.nginx import Nginx

RELEASE = "prices"
PATH = "/releases/prices-october"
BEFORE, AFTER = "2026-11-20T10:00", "2026-11-20T10:05"
SLOT, LATER, EARLIER = "2026-11-26T09:30", "2026-12-03T09:30", "2026-11-24T09:30"
CALENDAR = """
[[release]]
id = "{id}"
title = "Prices"
state = "confirmed"
release_at = {at}:00
[[release.output]]
id = "page"
url = "https://{host}{path}"
"""
LEAD = ("--actor", "d.khan", "--role", "lead-official")
WHO = ("--actor", "c.lee", "--reason", "Late returns")


def calendar(release: str = RELEASE, at: str = SLOT, path: str = PATH) -> str:
    return CALENDAR.format(id=release, at=at, path=path, host=HOST)


class Web:
    """Syncs with `guard`, once or for as long as it runs."""

    def __init__(self, nginx: Nginx, guard: Service, token: str, show: Show) -> None:
        self.nginx, self.guard, self._show = nginx, guard, show
        self.token = nginx.folder.parent / "web.token"
        self.token.write_text(token + "\n")
        self.token.chmod(0o600)
        self.at(BEFORE)
        self.reloads = [nginx.command("-t"), nginx.command("-s", "reload")]

    def line(self, *more: str) -> list[str | Path]:
        reloads = [part for each in self.reloads for part in ("--reload", shlex.join(each))]
        place = ("--url", self.guard.url, "--token-file", str(self.token))
        output = ("--format", "nginx", "--output", str(self.nginx.map))
        return [PUBGUARD, "edge", "sync", "--json", *place, *output, *reloads, *more]

    def at(self, time: str) -> None:
        """What every clock shows from now on: the guard's, this machine's, the office's."""
        self.clock = self._show(time)
        self.guard.office.clock.set(time)

    def environment(self) -> dict[str, str]:
        return {**os.environ, **self.clock}

    def sync(self, code: int = 0) -> Any:
        """One round, and what became of it; nginx's old workers are gone then."""
        old = self.nginx.workers()
        done = subprocess.run(
            self.line("--once"),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=self.environment(),
        )
        assert done.returncode == code, done.stdout + done.stderr
        document = json.loads(done.stdout)
        if document.get("changed"):
            self.nginx.settled(old)
        return document

    def run(self) -> subprocess.Popen[str]:
        """Until it is told to end; it says a line for each news."""
        return subprocess.Popen(
            self.line(), stdout=subprocess.PIPE, text=True, env=self.environment()
        )

    def served(self, path: str = PATH) -> bool:
        """Whether a reader gets the figures, once nginx has looked at the clock."""
        self.nginx.ask(get("/.tick"))
        return FIGURES in self.nginx.ask(get(path))

    def change(self, *words: str) -> None:
        """A change of the calendar that a second person agrees to."""
        office = self.guard.office
        for line in (words, ("calendar", "agree", words[2], *LEAD)):
            done = office.run(*line)
            assert done.code == 0, done.out

    def move(self, at: str) -> None:
        self.change("calendar", "move", RELEASE, "--to", at, *WHO)

    def waiting_for(self) -> list[str]:
        """The points that the calendar says have not acknowledged the slot."""
        found = self.guard.office.run("calendar", "show", RELEASE).doc
        return found.get("not_yet_everywhere", [])

    def warned(self) -> str:
        """What PG604 says of a publication now."""
        verdicts = self.guard.check(release=RELEASE).json()["verdicts"]
        return " ".join(each["reason"] for each in verdicts if each["code"] == "PG604")
