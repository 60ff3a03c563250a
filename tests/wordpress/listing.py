"""The list of ways in which something becomes public, each by its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from tests.wordpress.trying import Reply, Try

Drive = Callable[[Try], Reply]


class Path(msgspec.Struct, frozen=True, kw_only=True):
    """One way in.

    Attributes:
        kept: where the text is after a refusal: "stored" in WordPress, or with the "client",
            who was told no and still has it.
        speaks: somebody reads what comes back, so the guard's words must be there.
        means: what it is for: to "publish" a figure; "nothing", where no reader sees it even
            without a guard; "residual", which the README says is not guarded; "trigger", which
            only the database trigger can stop.
    """

    name: str
    drive: Drive
    kept: Literal["stored", "client"]
    speaks: bool
    means: Literal["publish", "nothing", "residual", "trigger"]


PATHS: dict[str, Path] = {}


def path(
    kept: Literal["stored", "client"] = "stored",
    *,
    speaks: bool = True,
    means: Literal["publish", "nothing", "residual", "trigger"] = "publish",
) -> Callable[[Drive], Drive]:
    """Put a function on the list under its name."""

    def put(drive: Drive) -> Drive:
        name = drive.__name__
        PATHS[name] = Path(name=name, drive=drive, kept=kept, speaks=speaks, means=means)
        return drive

    return put
