"""A rule: nothing is approved, scheduled or published that names nobody to ask."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

from pubguard.model import CLEAR, Action, Attempt, Facts, Finding, block


class NamedContact(Struct, frozen=True):
    """Blocks releases whose announcement has no contact.

    Args:
        except_series: series that may go without.
    """

    code: ClassVar[str] = "EX101"
    version: ClassVar[int] = 1
    title: ClassVar[str] = "No named contact"
    why: ClassVar[str] = "Readers must be able to ask whoever is responsible for the statistics."
    fix: ClassVar[str] = "Add the contact to the announcement and import the calendar again."
    duty: ClassVar[str | None] = None
    actions: ClassVar[frozenset[Action]] = frozenset(
        {Action.APPROVE, Action.SCHEDULE, Action.PUBLISH}
    )

    except_series: tuple[str, ...] = ()

    def judge(self, attempt: Attempt, facts: Facts) -> Finding | None:
        """Silent on what no calendar names: that is for other rules to refuse."""
        release = facts.release
        if release is None or attempt.action not in self.actions:
            return None
        if release.contact or release.series in self.except_series:
            return CLEAR
        return block(f"The announcement of {release.id} names nobody to contact.", self.fix)
