"""PG4, content: PG401 it is what was approved, PG402 it was approved at all; and its parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from msgspec import Struct
from pubguard_plugins.rules.armed import fits
from pubguard_plugins.rules.parts import APPROVE, CONTENT, Elsewhere, Missing

from pubguard import hookimpl
from pubguard.hookspecs import Register
from pubguard.model import CLEAR, Action, Attempt, Facts, Finding, block, warn


@hookimpl
def register_rules(register: Register) -> None:
    """Offer the rules of the family PG4."""
    register("differs", Differs)
    register("not_approved", NotApproved)
    register("missing_part", Missing)
    register("approved_elsewhere", Elsewhere)


class Differs(Struct, frozen=True):
    """PG401: the content is not the approved one."""

    code: ClassVar[str] = "PG401"
    version: ClassVar[int] = 1
    title: ClassVar[str] = "Differs from what was approved"
    why: ClassVar[str] = (
        "An approval is of certain bytes. A file that was exchanged or edited afterwards is "
        "something that nobody has signed off."
    )
    fix: ClassVar[str] = (
        "Put the approved content back, or have the present content approved. Every digest that "
        "was approved is sent again."
    )
    duty: ClassVar[str | None] = None
    actions: ClassVar[frozenset[Action]] = CONTENT
    before: ClassVar[str] = "block; warn for an approval without any digest"
    since: ClassVar[str] = "block; warn for an approval without any digest"

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """Block digests other than the approved ones; warn of an approval without any."""
        if attempt.action is APPROVE:
            return CLEAR if attempt.digests else _NO_DIGEST
        record = facts.record
        approved = facts.armed or (record.approval if record else None)
        if approved is None or fits(attempt, approved.digests):
            return CLEAR
        outputs = ", ".join(_differing(attempt, approved.digests))
        return block(
            f"The content differs from what was approved: {outputs}.",
            "Put the approved content back, or have this content approved and armed anew.",
        )


_NO_DIGEST = warn(
    "No digest was given, so the approval binds no content: nothing will notice a change.",
    "Send the digest of what is approved: --digest sha256:...",
)
_SHOWN = 5


def _differing(attempt: Attempt, approved: Mapping[str, str]) -> list[str]:
    """The outputs that differ, in words; at most a handful."""
    sent = attempt.digests
    names = sorted({attempt.output} if attempt.output else sent.keys() | approved.keys())
    wrong = [name for name in names if sent.get(name) != approved.get(name)] or names
    more = [f"{len(wrong) - _SHOWN} more"] if len(wrong) > _SHOWN else []
    return [f"{name or 'the whole'} ({_how(name, sent, approved)})" for name in wrong[:_SHOWN]] + (
        more
    )


def _how(name: str, sent: Mapping[str, str], approved: Mapping[str, str]) -> str:
    if name not in approved:
        return "never approved"
    return "changed" if name in sent else "its digest is left out"


class NotApproved(Struct, frozen=True):
    """PG402: nobody approved the release."""

    code: ClassVar[str] = "PG402"
    version: ClassVar[int] = 2
    title: ClassVar[str] = "Not approved"
    why: ClassVar[str] = "Nothing is made public that nobody has signed off."
    fix: ClassVar[str] = (
        "Have it approved: pubguard check approve for the announced time, or record approved "
        "after an allowed check."
    )
    duty: ClassVar[str | None] = None
    actions: ClassVar[frozenset[Action]] = CONTENT
    before: ClassVar[str] = "block"
    since: ClassVar[str] = "block"

    require_approval: bool = True

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """Block what rests on an approval while there is none."""
        record = facts.record
        if attempt.action is APPROVE or not self.require_approval or record is None:
            return CLEAR
        if record.approval is not None:
            return CLEAR
        if record.allowed:
            return block(
                f"An approval of {attempt.release} was allowed, but not yet recorded.",
                f"Record it: pubguard record approved {attempt.release}.",
            )
        return block(
            f"{attempt.release} is not approved.",
            f"Have it approved first: pubguard check approve {attempt.release}.",
        )
