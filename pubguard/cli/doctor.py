"""`pubguard doctor`: what would make the guard fail, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pubguard.cli.frame import Session, command
from pubguard.cli.terminal import plain
from pubguard.doctor import examine
from pubguard.doctor.diagnosis import Diagnosis, Health

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
    for each in found:
        first, *more = map(plain, each.what.split("\n"))
        yield f"{session.style(f'{each.state:<7}', COLOURS[each.state])} {each.code:<11} {first}"
        yield from (f"{'':20}{line}" for line in (*more, plain(each.why)) if line)
        if each.fix:
            yield f"{'':20}-> {plain(each.fix)}"
