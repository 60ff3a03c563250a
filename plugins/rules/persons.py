"""PG302, PG303: two persons, each in the right role."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import ClassVar

from msgspec import Struct
from pubguard_plugins.rules.announced import EVERY
from pubguard_plugins.rules.armed import fires

from pubguard import people
from pubguard.model import CLEAR, Action, Attempt, Facts, Finding, Role, block, warn

# Looked up once: on Python 3.11 a member's look-up costs ten times a comparison.
APPROVE = Action.APPROVE
_spelling = lru_cache(maxsize=4096)(people.spelling)


class TwoPersons(Struct, frozen=True):
    """PG302: the approver is also an author or the last editor."""

    code: ClassVar[str] = "PG302"
    version: ClassVar[int] = 1
    title: ClassVar[str] = "Same person"
    why: ClassVar[str] = (
        "Whoever wrote or last edited a release does not see their own slip. A second person "
        "signs it off; whoever publishes may be either of the two."
    )
    fix: ClassVar[str] = "Have somebody else approve it, and name the authors with --author."
    duty: ClassVar[str | None] = None
    actions: ClassVar[frozenset[Action]] = frozenset(
        {Action.APPROVE, Action.SCHEDULE, Action.PUBLISH, Action.REVISE, Action.UPLOAD}
    )
    before: ClassVar[str] = "block; warn where no author is known"
    since: ClassVar[str] = "block; warn where no author is known"

    two_person: bool = True

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """Block an approval by an author, and whatever rests on one."""
        if not self.two_person:
            return CLEAR
        authors, approver = attempt.authors, attempt.actor.id
        approval = facts.record.approval if facts.record else None
        if attempt.action is not APPROVE:
            approver = approval.actor if approval else ""
            authors = (*authors, *approval.authors) if approval else authors
        if not authors:
            return warn(
                "No author is known, so nobody can say whether two persons have seen this.",
                "Name the authors and the last editor with --author.",
            )
        if not approver or _spelling(approver) not in map(_spelling, authors):
            return CLEAR
        return block(
            f"{approver} is the approver and also an author.",
            "Have somebody approve it who has neither written nor edited it.",
        )


_PUBLISH = frozenset({Role.PUBLISHER, Role.APPROVER})
WANTED: Mapping[Action, frozenset[Role]] = {
    action: frozenset({Role.APPROVER}) if action is Action.APPROVE else _PUBLISH
    for action in Action
    if action is not Action.WITHDRAW
}
"""The roles of which an action wants one; `withdraw` is anyone's."""


class Roles(Struct, frozen=True):
    """PG303: the person's role does not allow the action."""

    code: ClassVar[str] = "PG303"
    version: ClassVar[int] = 1
    title: ClassVar[str] = "Wrong role"
    why: ClassVar[str] = (
        "Approving is for approvers; making public is for publishers and approvers. Taking down "
        "is for anyone, and an armed release goes out whoever or whatever fires it."
    )
    fix: ClassVar[str] = (
        "Ask somebody who has the role, or have it entered under [people]; without [people] it "
        "is given with --role."
    )
    duty: ClassVar[str | None] = None
    actions: ClassVar[frozenset[Action]] = EVERY
    before: ClassVar[str] = "block"
    since: ClassVar[str] = "block, but not for the publish of an armed release"

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """Block an id that is not listed, and one without a role that the action wants."""
        wanted = WANTED.get(attempt.action)
        if wanted is None or (facts.listed and not wanted.isdisjoint(facts.roles)):
            return CLEAR
        if fires(attempt, facts):
            return CLEAR
        if not facts.listed:
            return block(
                f"{attempt.actor.id} is not listed in [people].",
                "Have the id listed with its roles in pubguard.toml, or correct it.",
            )
        needed = " or ".join(sorted(wanted))
        return block(
            f"To {attempt.action} needs the role {needed}, and {attempt.actor.id} has "
            f"{_listing(facts.roles)}.",
            "Ask somebody who has it, or have the role given to this id.",
        )


def _listing(roles: frozenset[Role]) -> str:
    return f"only {', '.join(sorted(roles))}" if roles else "none"
