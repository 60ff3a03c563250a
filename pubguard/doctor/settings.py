"""What the configuration says: plugins, their settings, and who people are."""

from __future__ import annotations

from collections.abc import Iterator

from pubguard.build import Workspace
from pubguard.doctor.diagnosis import Diagnosis, advice, ok, wrong
from pubguard.model import Role
from pubguard.plugins import HOOKS


def plugins(workspace: Workspace) -> Iterator[Diagnosis]:
    """All plugins can be imported and asked; those that offer nothing are named."""
    loaded = workspace.plugins
    offering = {offer.plugin for kind in HOOKS for offer in loaded.offers(kind).values()}
    names = [plugin.name for plugin in loaded.enabled]
    yield ok("plugins", f"Enabled: {', '.join(names) or 'none'}.")
    if not loaded.offers("rules"):
        yield wrong(
            "plugins",
            "No enabled plugin offers any rule.",
            "A guard without rules denies everything (PG001).",
            "Enable calendar_rules, time_rules, people_rules and content_rules in pubguard.toml.",
        )
    for name in names:
        if name not in offering:
            what = f"The plugin {name} offers no rule, fact, calendar, store or notifier."
            yield advice("plugins", what, "It may do nothing here.", "Take it out if so.")


def settings(workspace: Workspace) -> Iterator[Diagnosis]:
    """Every rule, fact, source and store can be built from its settings."""
    rules, facts = workspace.rules, workspace.fact_sources
    loaded, config = workspace.plugins, workspace.config
    for name, source in config.sources.items():
        loaded.make("calendars", source.format, own=source.settings, where=f"sources.{name}")
    for name in config.rules.keys() - rules.keys():
        yield wrong(
            "settings",
            f"[rules.{name}] sets up a rule that no enabled plugin offers.",
            "The settings there have no effect.",
            f"Rules on offer: {', '.join(rules) or 'none'}.",
        )
    count = f"{len(rules)} rules, {len(facts)} facts, {len(config.sources)} sources"
    yield ok("settings", f"All settings fit: {count}.")


def identity(workspace: Workspace) -> Iterator[Diagnosis]:
    """Ids on the command line are only asserted."""
    if workspace.config.gate.require_authenticated:
        yield ok("identity", "Asserted ids count for nothing where two persons are needed.")
        return
    yield advice(
        "identity",
        "gate.require_authenticated is false.",
        "Ids given on a command line are only asserted: two names on one shell account are an "
        "honour system, not two persons.",
        "Set it to true once approvers have tokens or sessions of their own.",
    )


def people(workspace: Workspace) -> Iterator[Diagnosis]:
    """Whoever must act is listed, or nobody is."""
    listed = workspace.people.roles
    if not listed:
        yield advice(
            "people",
            "No people are listed.",
            "Everybody's word about their own roles is believed.",
            'List them in pubguard.toml: [people."a.jones"] and roles = ["approver"] below it.',
        )
        return
    for role in (Role.APPROVER, Role.LEAD_OFFICIAL):
        if not any(role in roles for roles in listed.values()):
            yield advice(
                "people",
                f"Nobody listed is {role}.",
                "What needs that role can be done by nobody.",
                f'Add "{role}" to the roles of whoever may, under [people] in pubguard.toml.',
            )
    yield ok("people", f"{len(listed)} people are listed.")
