"""Notices: what people are told, and what carries it to them."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct


class Notice(Struct, frozen=True):
    """What people are told: a word for the log such as ``change-proposed``, and a message.

    `subject` and `text` are for people and may hold names and reasons.
    """

    about: str
    subject: str
    text: str
    release: str | None = None
    urgent: bool = False


class Notifier(Protocol):
    """A way to reach people at their contacts, such as ``mailto:a.jones@example.org``."""

    def reaches(self, contact: str) -> bool:
        """True if messages can be sent to a contact of this form."""
        ...

    def send(self, notice: Notice, contact: str) -> None:
        """Hand the message to whoever delivers it, to be shown to this one recipient.

        Raises:
            NotTaken: it was certainly not taken; the message names no contact and no
                secret. Anything else that is raised leaves open whether it was.
        """
        ...
