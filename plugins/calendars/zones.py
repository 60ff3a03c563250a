"""Time zones by their IANA names, and nothing else that a machine may take for one."""

from __future__ import annotations

from datetime import tzinfo
from functools import lru_cache

from pubguard.clock import LONDON

_NO_PLACE = frozenset({"Factory", "localtime", "posixrules"})
"""Files of a time zone database that name no zone: one of them is this machine's own."""


@lru_cache(maxsize=256)
def iana(name: str) -> tzinfo | None:
    """The zone of that IANA name, or None where there is none."""
    if name == str(LONDON):
        return LONDON
    from zoneinfo import ZoneInfo

    return ZoneInfo(name) if name in _names() else None


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    """Without "right/...", whose clocks count leap seconds. Looking takes 20 ms."""
    from zoneinfo import available_timezones

    return frozenset(available_timezones() - _NO_PLACE)


def setting(name: str | None) -> tzinfo | None:
    """The zone that a source's setting names, None where it names none.

    Raises:
        ValueError: there is no such zone.
    """
    zone = iana(name) if name is not None else None
    if name is not None and zone is None:
        raise ValueError(f"zone: {name[:60]!r} is no IANA time zone, for example Europe/London")
    return zone
