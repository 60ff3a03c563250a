"""What every calendar format must hold to; run on ours and on any third party's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from pubguard.errors import SourceError
from pubguard.ids import check_id
from pubguard.protocols import Calendar, Document, Listed, Read, Telling, Writer

GARBAGE = (
    b"\x00" * 100,
    b"\xff\xfe\xfa" * 50,
    b"{" * 5000,
    b"<html><body>Service unavailable</body></html>",
    "Ver\xf6ffentlichung".encode("latin-1"),
    b"\xef\xbb\xbf",
)


class CalendarContract:
    """Subclass it as ``class TestMine(CalendarContract)`` and set `calendar` and `good`.

    `good` is one set of documents, as one import would fetch them, with at least one release.
    """

    calendar: Calendar
    good: Sequence[Document]

    def test_recognises_its_own(self) -> None:
        """A format knows its own documents and claims no others."""
        assert all(self.calendar.recognises(document) for document in self.good)
        assert not any(self.calendar.recognises(Document("x", body)) for body in GARBAGE)
        assert not self.calendar.recognises(Document("x", b""))

    def test_reads_releases(self) -> None:
        """Ids can be ids and differ, and every instant is in UTC."""
        read = self.calendar.read(self.good)
        ids = [release.id for release in read.releases]
        assert ids
        assert ids == [check_id(name) for name in ids]
        assert len(set(ids)) == len(ids)
        slots = [release.release_at for release in read.releases if release.release_at]
        assert all(slot.utcoffset() == timedelta(0) for slot in slots)

    def test_reads_the_same_twice(self) -> None:
        """The same documents give the same releases in the same order."""
        assert self.calendar.read(self.good) == self.calendar.read(self.good)

    def test_reads_the_same_when_it_tells(self) -> None:
        """A calendar that tells how far it is reads nothing else by it."""
        if isinstance(self.calendar, Telling):
            told = self.calendar.read_and_tell(self.good, lambda *_: None)
            assert told == self.calendar.read(self.good)

    def test_reads_what_it_writes(self) -> None:
        """A calendar that can be exported knows its own text, and makes the same of it."""
        if isinstance(self.calendar, Writer):
            listed = [Listed(release) for release in self.calendar.read(self.good).releases]
            written = self.calendar.write(listed, datetime(2026, 11, 20, 10, tzinfo=UTC))
            document = Document("export", written.text.encode())
            assert self.calendar.recognises(document)
            ids = [each.release.id for each in listed if each.release.id not in written.left_out]
            assert [release.id for release in self.calendar.read([document]).releases] == ids

    def test_refuses_an_empty_source(self) -> None:
        """An empty answer is an error and never a calendar without releases."""
        assert self._read(b"") is None

    def test_survives_garbage(self) -> None:
        """Bytes of another kind are refused, and nothing is made of them."""
        for body in GARBAGE:
            read = self._read(body)
            assert read is None or not read.releases, body[:20]

    def test_survives_being_cut_off(self) -> None:
        """Wherever a document ends early, it is read in part or refused, without another error."""
        body = self.good[0].body
        for end in range(0, len(body), max(1, len(body) // 50)):
            self._read(body[:end])

    def test_names_the_next_page_or_none(self) -> None:
        """The page after this one is an address or None."""
        for document in self.good:
            assert isinstance(self.calendar.next_page(document), (str, type(None)))

    def _read(self, body: bytes) -> Read | None:
        first = self.good[0]
        try:
            return self.calendar.read([Document(first.place, body, first.media_type)])
        except SourceError:
            return None
