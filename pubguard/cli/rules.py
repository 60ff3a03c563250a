"""`pubguard rules`: every code, and what stands behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import click
from msgspec import Struct, field

from pubguard import practice
from pubguard.cli.frame import Session, command
from pubguard.cli.terminal import plain
from pubguard.errors import ConfigError, UsageError
from pubguard.evaluate import FAMILIES, GUARD, INCOMPLETE, PLUGINS
from pubguard.model import Action

if TYPE_CHECKING:
    from pubguard.plugins import Plugins
    from pubguard.plugins.offers import Offer

WIDTH = 88
UNSAID = "as the rule decides"


class Explained(Struct, frozen=True, kw_only=True):
    """One code: the document of ``rules CODE --json``.

    `before` and `since` ("from" in the document) are its effects before the slot and
    from it on; `practices` says where its duty stands in each edition of the Code.
    """

    code: str
    title: str
    rule: str
    plugin: str
    version: int
    why: str
    fix: str
    actions: tuple[Action, ...]
    before: str = UNSAID
    since: str = field(default=UNSAID, name="from")
    duty: str | None = None
    asks: str = ""
    practices: tuple[practice.Place, ...] = ()


class Title(Struct, frozen=True):
    """One line of the list: an element of the document of ``rules --json``."""

    code: str
    title: str
    rule: str
    plugin: str


@command(example="pubguard rules PG201")
@click.argument("code", required=False)
def rules(session: Session, code: str | None) -> None:
    """Explain CODE, or list all codes.

    Says what the code means, why it is there, which practice is at risk in each edition
    of the Code, its effect before and from the slot, and how to put it right.
    """
    known = {each.code: each for each in _all(session)}
    if code is None:
        titles = [Title(e.code, e.title, e.rule, e.plugin) for e in known.values()]
        session.emit(titles, lambda: "\n".join(_lines(titles)))
        return
    found = known.get(code.strip().upper())
    if found is None:
        raise _unknown(code, known)
    session.emit(found, lambda: "\n".join(_explanation(found)))


def _all(session: Session) -> list[Explained]:
    offers = _plugins(session).offers("rules").values()
    rest = [_explained(offer) for offer in offers]
    return [_INCOMPLETE, *sorted(rest, key=lambda each: each.code)]


def _plugins(session: Session) -> Plugins:
    from pubguard import config
    from pubguard.plugins import load

    try:
        config.find(session.config)
    except ConfigError:
        # Outside a workspace: what a new one would have.
        return load([plugin for _, plugin in PLUGINS.values() if plugin in _built_in()])
    return session.workspace.plugins


def _built_in() -> tuple[str, ...]:
    from pubguard.founding.template import PLUGINS as IN_A_NEW_WORKSPACE

    return IN_A_NEW_WORKSPACE


def _explained(offer: Offer) -> Explained:
    rule = offer.factory
    duty = rule.duty if rule.duty in practice.DUTIES else None
    return Explained(
        code=rule.code,
        title=rule.title,
        rule=offer.name,
        plugin=offer.plugin,
        version=rule.version,
        why=rule.why,
        fix=rule.fix,
        actions=tuple(action for action in Action if action in rule.actions),
        before=getattr(rule, "before", UNSAID),
        since=getattr(rule, "since", UNSAID),
        duty=duty,
        asks=practice.paraphrase(duty) if duty else "",
        practices=practice.places(duty),
    )


_INCOMPLETE = Explained(
    code=INCOMPLETE,
    title="Guard incomplete",
    rule=GUARD,
    plugin="pubguard",
    version=1,
    why="Every action has families of rules that must be heard. If one is silent, because its "
    "plugin is left out, nobody knows what it would have said, so the answer is no. The "
    "families: "
    + "; ".join(f"{name} {what} ({plugin})" for name, (what, plugin) in PLUGINS.items())
    + ".",
    fix="Enable the plugin that brings the silent family in pubguard.toml, then ask again.",
    actions=tuple(FAMILIES),
    before="block",
    since="block",
)


def _unknown(code: str, known: Mapping[str, Explained]) -> UsageError:
    meant = ", ".join(_nearest(code.strip().upper()[:50], known))
    guess = f" Did you mean {meant}?" if meant else ""
    return UsageError(
        f"There is no code {plain(code[:50])} here.{guess}",
        "pubguard rules lists the codes of all enabled plugins.",
    )


def _nearest(text: str, known: Iterable[str]) -> list[str]:
    """The codes that look most like the text; figures that changed places come first."""
    from difflib import SequenceMatcher

    alike = {code: SequenceMatcher(None, text, code).ratio() for code in known}
    near = [code for code, ratio in alike.items() if ratio >= 0.6]
    return sorted(near, key=lambda code: (sorted(code) != sorted(text), -alike[code], code))[:3]


def _lines(titles: list[Title]) -> Iterator[str]:
    width = max(len(each.title) for each in titles) + 2
    for each in titles:
        yield f"{plain(each.code):<7}{plain(each.title):<{width}}{plain(each.plugin)}"


def _explanation(found: Explained) -> Iterator[str]:
    yield f"{plain(found.code)}  {plain(found.title)}"
    yield f"rule {plain(found.rule)}, version {found.version}, plugin {plain(found.plugin)}"
    yield ""
    yield from _part("Why", found.why)
    yield from _part("Do", found.fix)
    yield from _part("Before", found.before)
    yield from _part("From", found.since)
    yield from _part("Asked on", ", ".join(found.actions))
    if not found.practices:
        return
    yield from _part("Practice", found.asks)
    width = max(len(place.citation) for place in found.practices) + 2
    for place in found.practices:
        doubt = "" if place.certain else "; the number is not certain"
        yield f"{'':12}{place.citation:<{width}}{place.source}{doubt}"


def _part(name: str, text: str) -> Iterator[str]:
    from textwrap import wrap

    first, *more = wrap(plain(text), WIDTH - 12) or [""]
    yield f"  {name:<10}{first}"
    yield from (f"{'':12}{line}" for line in more)
