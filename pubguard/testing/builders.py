"""Attempts, releases, records and facts for tests, each a plain one unless told otherwise.

Times are instants, or text as a person writes it (London without an offset)::

    facts = make_facts(with_arming(make_record(), {"page": DIGEST}))
    attempt = make_attempt("publish", SLOT, digests={"page": DIGEST})
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct, structs

from pubguard.clock import parse
from pubguard.model import (
    Action,
    Actor,
    Approval,
    Armed,
    Attempt,
    Facts,
    Record,
    Release,
    Role,
    State,
)

RELEASE = "prices-october-2026"
SLOT = "2026-11-26T09:30"
"""Thursday 26 November 2026, 09:30 in London."""
DIGEST = "sha256:" + "1a" * 32

When = datetime | str


def instant(when: When) -> datetime:
    """The instant itself, or the one that the text says."""
    return parse(when) if isinstance(when, str) else when


def make_attempt(
    action: Action | str = Action.PUBLISH,
    at: When = SLOT,
    *,
    effective_at: When | None = None,
    actor: str = "a.jones",
    roles: Iterable[Role | str] = (Role.APPROVER,),
    identity: str = "token:cms",
    **more: Any,
) -> Attempt:
    """An attempt on RELEASE by an approver whose identity is proven; `more` are its fields."""
    return Attempt(
        action=Action(action),
        release=more.pop("release", RELEASE),
        actor=Actor(actor, frozenset(map(Role, roles)), identity),
        at=instant(at),
        effective_at=None if effective_at is None else instant(effective_at),
        **more,
    )


def make_release(
    slot: When | None = SLOT, state: State | str = State.CONFIRMED, **more: Any
) -> Release:
    """A release for `slot`; `more` are its fields."""
    return Release(
        id=more.pop("id", RELEASE),
        title=more.pop("title", "Consumer prices: October 2026"),
        state=State(state),
        release_at=None if slot is None else instant(slot),
        **more,
    )


def make_record(
    slot: When | None = SLOT,
    state: State | str = State.CONFIRMED,
    *,
    announced_at: When = "2026-10-01T10:00",
    release: Mapping[str, Any] | None = None,
    **more: Any,
) -> Record:
    """What is known of a release that was announced in time; `release` are fields of its own."""
    return Record(
        release=make_release(slot, state, **(release or {})),
        source=more.pop("source", "toml"),
        announced_at=instant(announced_at),
        **more,
    )


def with_approval(
    record: Record,
    digests: Mapping[str, str] | None = None,
    *,
    by: str = "a.jones",
    authors: tuple[str, ...] = ("b.shah",),
    at: When = "2026-11-20T10:00",
) -> Record:
    """The record, approved."""
    approval = Approval(by, dict(digests or {}), instant(at), authors, recorded=True)
    return structs.replace(record, approval=approval)


def with_arming(
    record: Record,
    digests: Mapping[str, str] | None = None,
    *,
    by: str = "a.jones",
    authors: tuple[str, ...] = ("b.shah",),
    at: When = "2026-11-20T10:00",
) -> Record:
    """The record, approved and armed for its own slot.

    Raises:
        ValueError: it has none.
    """
    slot = record.release.release_at
    if slot is None:
        raise ValueError("a release without a slot cannot be armed")
    approved = with_approval(record, digests, by=by, authors=authors, at=at)
    armed = Armed(dict(digests or {}), slot, by, instant(at))
    return structs.replace(approved, armed=armed)


def make_facts(record: Record | None = None, *world: Struct, **more: Any) -> Facts:
    """Facts about a record, with these facts of the world; the actor is an approver.

    `more` are fields of `Facts`.
    """
    return Facts(
        record=record,
        roles=more.pop("roles", frozenset({Role.APPROVER})),
        world={type(fact): fact for fact in world},
        **more,
    )
