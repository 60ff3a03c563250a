"""Who people are to this workspace: ids in one spelling, and the roles that count."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Mapping

from msgspec import Struct

from pubguard.errors import Refused, UsageError
from pubguard.model import Actor, Role

LONGEST = 200
"""Characters that a person's id may have."""


def spelling(text: str) -> str:
    """The one spelling in which ids are compared: NFKC, case folded, trimmed."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def person(text: str) -> str:
    """An id in the one spelling that is compared.

    Raises:
        UsageError: empty, over 200 characters, or with control characters.
    """
    name = spelling(text)
    if not name or len(name) > LONGEST or any(unicodedata.category(c)[0] == "C" for c in name):
        raise UsageError(
            f"{text[:50]!r} cannot be a person's id.",
            f"Give 1 to {LONGEST} printable characters, for example a.jones.",
        )
    return name


def os_user() -> str:
    """The name of the OS user who runs this process, or their number.

    From the user database: LOGNAME and its like are whatever the caller sets.
    """
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def asserted() -> str:
    """The identity of whoever runs a command line: nothing but their word."""
    return f"asserted:{os_user()}"


class People(Struct, frozen=True):
    """The people that the configuration lists; none means that roles are believed."""

    roles: Mapping[str, frozenset[Role]]

    @classmethod
    def of(cls, listed: Mapping[str, Iterable[Role]]) -> People:
        """From ids and their roles as configured."""
        return cls({person(name): frozenset(roles) for name, roles in listed.items()})

    def knows(self, name: str) -> bool:
        """False for an id that `[people]` leaves out, once it names anyone."""
        return not self.roles or name in self.roles

    def counted(self, actor: Actor) -> frozenset[Role]:
        """The roles that count: the listed ones, or the claimed ones where nobody is listed."""
        return self.roles.get(actor.id, frozenset()) if self.roles else actor.roles

    def vouch(self, actor: Actor, to: str, *, authenticated: bool = False) -> tuple[Role, ...]:
        """The roles in which the actor may do what `to` says, in order of name.

        Args:
            actor: who wants to.
            to: the end of "may not ...", such as "change a date".
            authenticated: whether an id that is only asserted is refused.

        Raises:
            Refused: an id that `[people]` leaves out, or one that is only asserted.
        """
        if not self.knows(actor.id):
            raise Refused(
                f"{actor.id!r} is not listed in [people], so may not {to}.",
                "Ask somebody who is listed, or list them in pubguard.toml.",
            )
        if authenticated and actor.asserted:
            raise Refused(
                f"This workspace wants a proven identity to {to}, and an id on the command line "
                "is only asserted.",
                "Do it in the publishing system, through a token that may assert people.",
            )
        return tuple(sorted(self.counted(actor)))
