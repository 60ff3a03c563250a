"""A calendar: ``id | time | title | contact``, one release a line, ``#`` for remarks."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from pubguard import clock
from pubguard.errors import PubguardError, SourceError
from pubguard.ids import check_id
from pubguard.model import Release, State
from pubguard.protocols import Document, Read, Refusal


class Lines(Struct, frozen=True):
    """The format ``lines``.

    Args:
        separator: what stands between the parts of a line.
    """

    separator: str = "|"

    def recognises(self, document: Document) -> bool:
        """True if the first line that is no remark has at least three parts."""
        lines = self._lines(document) or [""]
        return lines[0].count(self.separator) >= 2

    def read(self, documents: Sequence[Document]) -> Read:
        """The releases; a line that cannot be read is refused by number, the others land.

        Raises:
            SourceError: not UTF-8, or no line at all.
        """
        releases: list[Release] = []
        refused: list[Refusal] = []
        for document in documents:
            for number, line in enumerate(self._lines(document) or [], 1):
                try:
                    releases.append(self._release(line))
                except (PubguardError, ValueError) as error:
                    refused.append(Refusal(f"{document.place}: line {number}", str(error)))
        if not releases and not refused:
            raise SourceError("There is no line in it.", "Check that the place is right.")
        return Read(tuple(releases), tuple(refused))

    def next_page(self, document: Document) -> str | None:  # noqa: ARG002
        """None: a file of lines is one page."""
        return None

    def _lines(self, document: Document) -> list[str] | None:
        try:
            text = document.body.decode()
        except UnicodeDecodeError:
            return None
        return [line for line in text.splitlines() if line.strip() and line[0] != "#"]

    def _release(self, line: str) -> Release:
        name, slot, title, *contact = (part.strip() for part in line.split(self.separator))
        return Release(
            id=check_id(name),
            title=title,
            state=State.CONFIRMED,
            release_at=clock.parse(slot),
            contact=contact[0] if contact and contact[0] else None,
        )
