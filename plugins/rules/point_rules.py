"""PG6, readiness: are the systems that publish there and ready?"""

from __future__ import annotations

from pubguard_plugins.rules.enforcement import Enforcement

from pubguard import hookimpl
from pubguard.hookspecs import Register


@hookimpl
def register_rules(register: Register) -> None:
    """Offer the rules of the family PG6 about enforcement points."""
    register("enforcement", Enforcement)
