"""`pubguard doctor`: what would make the guard fail, and what to do about it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence

from pubguard.cli.frame import Session, command
from pubguard.cli.terminal import plain
from pubguard.doctor import examine
from pubguard.doctor.diagnosis import Diagnosis, Health

_INDENT = 20
_WIDEST = 100
COLOURS = {Health.OK: "green", Health.ADVICE: "yellow", Health.WRONG: "red"}


@command(example="pubguard doctor --json")
def doctor(session: Session) -> None:
    """Look at configuration, keys, store, clock, zone and holiday data, and settings.

    Exit codes: 0 all is well or there is only advice, 1 something is wrong.
    """
    found = examine(lambda: session.workspace)
    healthy = all(each.state is not Health.WRONG for each in found)
    document = {"ok": healthy, "findings": found}
    session.emit(document, lambda: "\n".join(_lines(session, found)))
    session.exit(0 if healthy else 1)


def _lines(session: Session, found: Sequence[Diagnosis]) -> Iterator[str]:
    width = min(shutil.get_terminal_size().columns, _WIDEST) - _INDENT
    for each in found:
        what = [line for part in each.what.split("\n") for line in _wrapped(part, width)]
        first, *more = (*what, *_wrapped(each.why, width))
        yield f"{session.style(f'{each.state:<7}', COLOURS[each.state])} {each.code:<11} {first}"
        yield from (f"{'':{_INDENT}}{line}" for line in more)
        if each.fix:  # on one line, because it may hold a command to copy
            yield f"{'':{_INDENT}}-> {plain(each.fix)}"


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of that width; a path is never broken."""
    from textwrap import wrap

    return wrap(plain(text), max(width, 20), break_long_words=False, break_on_hyphens=False)
