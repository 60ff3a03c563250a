"""A decision as people read it: the answer, then why and what to do, worst first."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable, Iterator

from pubguard.cli.terminal import plain
from pubguard.clock import say
from pubguard.decision import Decision, Verdict
from pubguard.model import Effect

Style = Callable[[str, str], str]
"""Colours a text by the name of a colour, or leaves it alone."""

_WORDS = {
    Effect.ALLOW: ("ALLOWED", "green"),
    Effect.WARN: ("ALLOWED", "green"),
    Effect.CONFIRM: ("CONFIRMATION NEEDED", "yellow"),
    Effect.BLOCK: ("BLOCKED", "red"),
    Effect.ERROR: ("NO DECISION, SO NO", "red"),
}
_COLOURS = {Effect.WARN: "yellow", Effect.CONFIRM: "yellow"}
_WIDEST = 100
# Not a blank to textwrap, so no line breaks there.
_GLUE = "\xa0"


def as_text(decision: Decision, title: str | None, style: Style) -> str:
    """The whole answer, wrapped to the terminal."""
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    return "\n".join(_lines(decision, title, style, max(width, 40)))


def _lines(decision: Decision, title: str | None, style: Style, width: int) -> Iterator[str]:
    word, colour = _WORDS[decision.decision]
    would = " (rehearsal: nothing was used up)" if decision.rehearsal else ""
    yield f"{style(word, colour)}  {decision.action} {plain(decision.release)}{would}"
    if title:
        yield f"  {plain(title)}"
    when = [f"  {name:<11}{value}" for name, value in _when(decision)]
    yield from ("", *when) if when else ()
    if decision.verdicts:
        yield ""
    for verdict in decision.verdicts:
        yield from _verdict(verdict, style, width)
    yield ""
    yield from _foot(decision)


def _when(decision: Decision) -> Iterator[tuple[str, str]]:
    public = decision.effective_at or decision.at
    gap = f", {decision.gap}" if decision.gap else ""
    at_once = "" if decision.effective_at else " (at once)"
    if decision.action != "withdraw":
        yield "Public", f"{say(public)}{at_once}{gap}"
    if decision.next_allowed_at and decision.next_allowed_at != public:
        yield "Opens", say(decision.next_allowed_at)
    if decision.armed:
        yield "Armed", "yes: approved and confirmed for its announced time"


def _verdict(verdict: Verdict, style: Style, width: int) -> Iterator[str]:
    mark = style(f"{verdict.effect:<8}", _COLOURS.get(verdict.effect, "red"))
    practice = f" [{verdict.practice}]" if verdict.practice else ""
    lifted = f" (overridden by {verdict.overridden_by[:8]})" if verdict.overridden_by else ""
    indent = " " * 17
    first, *more = wrapped(f"{verdict.reason}{practice}{lifted}", width - len(indent))
    yield f"  {mark}{verdict.code:<7}{first}"
    yield from (indent + line for line in more)
    if verdict.remedy:
        first, *more = wrapped(verdict.remedy, width - len(indent) - 3)
        yield f"{indent}-> {first}"
        yield from (f"{indent}   {line}" for line in more)


def wrapped(text: str, width: int, *, hyphens: bool = True) -> list[str]:
    """Lines of that width; a number stays with its unit. Without `hyphens` names stay whole."""
    import re
    from textwrap import wrap

    glued = re.sub(r"(\d) (?=(?:days?|h|min|s)\b)", f"\\1{_GLUE}", text)
    lines = wrap(glued, max(width, 20), break_on_hyphens=hyphens)
    return [line.replace(_GLUE, " ") for line in lines] or [""]


def _foot(decision: Decision) -> Iterator[str]:
    challenge = decision.challenge
    if challenge:
        yield f"To go ahead, answer by {say(challenge.expires_at)}, then check again:"
        yield (
            f"  pubguard confirm {challenge.id} --actor {shlex.quote(decision.actor)} \\\n"
            f'    --typed "{challenge.type_this}"'
        )
    yield f"Recorded as entry {decision.event.index}." if decision.event else "NOT RECORDED."
