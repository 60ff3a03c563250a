"""The table of pubguard.toml that the HTTP service has."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct


class Service(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The HTTP service.

    `rate` is how many requests a minute one token may make, 0 for any number; withdrawals
    are never held up. `public_url` is where enforcement points reach it, if not where it
    listens.
    """

    rate: Annotated[int, Meta(ge=0)] = 0
    public_url: str = ""

    def __post_init__(self) -> None:
        """Refuse an address that is none."""
        if self.public_url and not self.public_url.startswith(("https://", "http://")):
            raise ValueError("public_url: must begin with https:// or http://")
