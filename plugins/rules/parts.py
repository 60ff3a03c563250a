"""PG403, PG404: every part is there, and belongs to this release."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from msgspec import Struct

from pubguard.ids import nearest
from pubguard.model import CLEAR, WHOLE, Action, Attempt, Facts, Finding, block, warn

# Looked up once: on Python 3.11 a member's look-up costs ten times a comparison.
APPROVE, SCHEDULE = Action.APPROVE, Action.SCHEDULE
CONTENT = frozenset({APPROVE, SCHEDULE, Action.PUBLISH, Action.REVISE, Action.UPLOAD})
"""Actions that concern the release's own content."""
_SHOWN = 5


class Missing(Struct, frozen=True):
    """PG403: an announced output is not among the parts."""

    code: ClassVar[str] = "PG403"
    version: ClassVar[int] = 1
    title: ClassVar[str] = "A part is missing"
    why: ClassVar[str] = (
        "Pages went live while their data files or the portal did not. A release is signed off "
        "with all its outputs, so that none is forgotten on the day."
    )
    fix: ClassVar[str] = (
        "Send a digest for every output that the calendar names (--digest OUTPUT=sha256:...), or "
        "take an output that will not come out of the calendar. On the day, the parts that are "
        "ready go."
    )
    duty: ClassVar[str | None] = None
    actions: ClassVar[frozenset[Action]] = frozenset({APPROVE, SCHEDULE, Action.PUBLISH})
    before: ClassVar[str] = "block for approve and schedule; warn for publish"
    since: ClassVar[str] = "warn: the parts that are ready go"

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """Object to a manifest that leaves out an output that the calendar names."""
        record = facts.record
        if record is None or not record.release.outputs:
            return CLEAR
        held = {*attempt.digests}
        if attempt.action not in _SIGNS:
            approval = record.approval
            if approval is None and attempt.output is not None:
                return CLEAR  # one part that nobody approved says nothing of the others
            held.update(approval.digests if approval else ())
        named = {output.id for output in record.release.outputs}
        # A digest of the whole covers every part; none at all is for PG401 to say.
        missing = named - held if held and WHOLE not in held else set()
        strange = held - named - {WHOLE}
        if not missing and not strange:
            return CLEAR
        slot = facts.slot
        early = slot is None or attempt.at < slot
        say_so = block if early and attempt.action in _SIGNS else warn
        return say_so(" ".join(_words(missing, strange, named)), _SEND)


_SIGNS = frozenset({APPROVE, SCHEDULE})
_SEND = (
    "Send a digest for each output that the calendar names: --digest OUTPUT=sha256:..., or have "
    "the calendar corrected."
)


def _words(missing: Iterable[str], strange: Iterable[str], named: Iterable[str]) -> Iterable[str]:
    if missing := sorted(missing):
        yield f"The release has no digest for {_listed(missing)}, which its calendar names."
    for output in sorted(strange)[:_SHOWN]:
        near = nearest(output, sorted(named), n=1)
        meant = f"; did you mean {near[0]}?" if near else "."
        yield f"Its calendar names no output {output}{meant}"


def _listed(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


class Elsewhere(Struct, frozen=True):
    """PG404: this content was approved for another release that is not out."""

    code: ClassVar[str] = "PG404"
    version: ClassVar[int] = 1
    title: ClassVar[str] = "Approved for another release"
    why: ClassVar[str] = (
        "A future release went out in the place of the weekly one, and a weekly file on the "
        "monthly page. What was signed off for one release, not yet out, is not let out as another."
    )
    fix: ClassVar[str] = (
        "Look which content belongs where. If two calendars announce one release, say so: "
        "pubguard calendar same."
    )
    duty: ClassVar[str | None] = "time"
    actions: ClassVar[frozenset[Action]] = CONTENT
    before: ClassVar[str] = "block"
    since: ClassVar[str] = "block"

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """Block a digest that another unpublished release was approved with."""
        if not facts.claimed:
            return CLEAR
        output, other = facts.claimed[0]
        what = f"The content of {output}" if output else "This content"
        more = len(facts.claimed) - 1
        return block(
            f"{what} was approved for {other}, which is not out yet"
            f"{f' ({more} more outputs likewise)' if more else ''}.",
            f"See that this is really the content of {attempt.release}. If both are one release, "
            f"say so: pubguard calendar same {attempt.release} {other}.",
        )
