"""What every look at the world must hold to; run on ours and on any third party's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from pubguard.model import Action, Actor, Attempt
from pubguard.protocols import FactSource


class FactContract:
    """Subclass it as ``class TestMine(FactContract)`` and set `source`."""

    source: FactSource
    attempt = Attempt(
        action=Action.PUBLISH,
        release="prices-october-2026",
        actor=Actor("a.jones"),
        at=datetime(2026, 11, 26, 9, 30, tzinfo=UTC),
    )

    def test_its_kind_is_frozen(self) -> None:
        """What was looked up cannot be changed afterwards."""
        assert self.source.kind.__struct_config__.frozen

    def test_returns_its_kind(self) -> None:
        """Rules find the fact by its type."""
        assert type(self.source.gather(self.attempt, None)) is self.source.kind

    def test_can_be_replayed(self) -> None:
        """The fact survives the log: as JSON without floats, and back to an equal value."""
        fact = self.source.gather(self.attempt, None)
        plain = msgspec.to_builtins(fact)
        assert not _floats(plain)
        again = msgspec.json.decode(msgspec.json.encode(fact), type=self.source.kind)
        assert again == fact


def _floats(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_floats, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(_floats, value))
    return isinstance(value, float)
