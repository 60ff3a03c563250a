"""PG1, the calendar: is the release announced, for a date that stands firm?"""

from __future__ import annotations

from pubguard_plugins.rules.announced import Cancelled, Provisional, Unknown
from pubguard_plugins.rules.notice import Notice, Proposal, Stale

from pubguard import hookimpl
from pubguard.hookspecs import Register


@hookimpl
def register_rules(register: Register) -> None:
    """Offer the rules of the family PG1."""
    register("unknown", Unknown)
    register("provisional", Provisional)
    register("cancelled", Cancelled)
    register("proposal", Proposal)
    register("notice", Notice)
    register("stale", Stale)
