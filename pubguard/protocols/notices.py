"""Notices: what people are told, and what carries it to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Protocol

from msgspec import Struct


class Notice(Struct, frozen=True):
    """Something that people should know: `kind` in a word for the log, the rest for them."""

    kind: str
    subject: str
    text: str
    release: str | None = None


class Notifier(Protocol):
    """A way to reach people.

    `schemes` are the contacts that it reaches, by what stands before the colon:
    "mailto" for ``mailto:a.jones@example.org``.
    """

    schemes: ClassVar[frozenset[str]]

    def send(self, notice: Notice, to: Sequence[str]) -> Mapping[str, str]:
        """Send the notice to each contact; those that did not take it, with the reason.

        No recipient sees another. A reason holds no address and no secret.

        Raises:
            OSError: nobody was reached; it says why.
        """
        ...
