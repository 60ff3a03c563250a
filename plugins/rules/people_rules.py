"""PG3, people: who acts, in what role, and whether they mean it."""

from __future__ import annotations

from pubguard_plugins.rules.assurance import Asserted, Overridden, Typed
from pubguard_plugins.rules.persons import Roles, TwoPersons

from pubguard import hookimpl
from pubguard.hookspecs import Register


@hookimpl
def register_rules(register: Register) -> None:
    """Offer the rules of the family PG3."""
    register("typed_confirmation", Typed)
    register("two_persons", TwoPersons)
    register("roles", Roles)
    register("override_in_force", Overridden)
    register("asserted_identity", Asserted)
