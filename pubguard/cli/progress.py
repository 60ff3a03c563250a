"""How far long work has come: one line that is rewritten on a terminal, a few lines elsewhere."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from pubguard.cli import terminal

if TYPE_CHECKING:
    from types import TracebackType

    from pubguard.cli.frame import Session

WIDTH = 30
"""Characters of the bar."""
STEPS = 10
"""Into so many lines a piece of work is told where there is no terminal."""


class Telltale:
    """Called with (done, of how many, what); a context, at whose end the bar is gone."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._bar = not session.json and sys.stderr is not None and sys.stderr.isatty()
        self._told: tuple[str, int] | None = None
        self._shown = 0

    def __enter__(self) -> Telltale:
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Wipe the bar, so that what follows stands on a clean line."""
        self._draw("")

    def __call__(self, done: int, total: int, what: str) -> None:
        """Show it, or tell it if there is something new to tell."""
        text = f"{done:,} of {total:,} {terminal.plain(what)} ..."
        if self._bar:
            full = WIDTH * done // total if total else 0
            self._draw(f"[{'#' * full}{'-' * (WIDTH - full)}] {text}")
            return
        step = (what, STEPS * done // total if total else 0)
        if step != self._told:
            self._told = step
            self._session.say(text)

    def _draw(self, text: str) -> None:
        """Past `terminal.write`, which would show the carriage return instead of obeying it."""
        if not self._bar or (not text and not self._shown):
            return
        line = text.ljust(self._shown)
        with suppress(OSError):
            sys.stderr.write(f"\r{line}" + ("" if text else "\r"))
            sys.stderr.flush()
        self._shown = len(text)
