"""What the requests share: the workspace under the settings in force, and the service's parts.

The settings are read again as soon as their file has changed, before the next request is
answered: a command line beside the service sees the same ones. A file that is wrong leaves
the last good settings in force, and raises an alarm.
"""

from __future__ import annotations

import os
from contextlib import suppress
from threading import Lock, Thread
from typing import TYPE_CHECKING

from pubguard.build import Workspace
from pubguard.errors import LogError, PubguardError
from pubguard.http.limits import Rates
from pubguard.model import Role
from pubguard.protocols import Notice

if TYPE_CHECKING:
    from pubguard.clock import Clock
    from pubguard.http.lines import Lines
    from pubguard.http.meter import Meter

Mark = tuple[int, int, int, int] | None


class State:
    """One service's workspace, log and counters."""

    def __init__(self, workspace: Workspace, lines: Lines, meter: Meter) -> None:
        self.lines = lines
        self.meter = meter
        self.wrong_settings = ""
        self._clock: Clock = workspace.clock
        self.tokens = workspace.tokens
        self._path = workspace.config.file
        self._mark = self._look()
        self._reading = Lock()
        self._workspace = _ready(workspace)
        self.rates = Rates(workspace.config.service.rate)

    def current(self) -> Workspace:
        """The workspace under the settings as their file has them now, or last had them right."""
        if self._look() != self._mark:
            with self._reading:
                mark = self._look()
                if mark != self._mark:
                    self._read()
                    self._mark = mark
        return self._workspace

    def watch(self) -> None:
        """Look for enforcement points that are silent near a slot; says what stands in the way."""
        try:
            lost = self.current().point_watch.look()
        except PubguardError as error:
            self.lines.say("watch.failed", "error", kind=type(error).__name__)
            return
        for name in lost:
            self.lines.say("point.lost", "error", point=name)

    def close(self) -> None:
        """Let go of the log."""
        self._workspace.close()

    def _look(self) -> Mark:
        try:
            found = os.stat(self._path)
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size, found.st_ctime_ns

    def _read(self) -> None:
        try:
            fresh = _ready(Workspace.open(self._path, self._clock))
        except PubguardError as error:
            self.wrong_settings = error.message
            self.lines.say("settings.refused", "error", message=error.message)
            Thread(target=self._alarm, args=(error,), name="pubguard-alarm", daemon=True).start()
            return
        before, self._workspace = self._workspace, fresh
        self.wrong_settings = ""
        self.rates = Rates(fresh.config.service.rate)
        self.lines.say("settings.read")
        before.close()

    def _alarm(self, error: PubguardError) -> None:
        if not self._workspace.messenger.anybody:
            return
        notice = Notice(
            "settings",
            "pubguard: the changed settings are wrong",
            f"{error.message}\n{error.remedy}\nThe last good settings are still in force.\n",
            urgent=True,
        )
        try:
            self._workspace.messenger.tell(notice, roles=(Role.IT, Role.LEAD_OFFICIAL))
        except PubguardError as problem:
            self.lines.say("alarm.failed", "error", kind=type(problem).__name__)


def _ready(workspace: Workspace) -> Workspace:
    """Everything that requests need, made before two threads can want it at once.

    A log that cannot be opened ends nothing: what it would allow is a 503, and a withdrawal
    is allowed all the same.

    Raises:
        PubguardError: a part of it cannot be made.
    """
    with suppress(LogError):
        workspace.log.size()
    _ = (
        workspace.journal.settings,
        workspace.guard,
        workspace.confirmer,
        workspace.recorder,
        workspace.point_keeper,
        workspace.point_watch,
        workspace.embargo,
        workspace.tokens.all(),
        workspace.calendars.shelf,
    )
    return workspace
