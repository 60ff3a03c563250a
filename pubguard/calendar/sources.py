"""Which source is meant, which format it has, and under which name its releases are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct

from pubguard.calendar.addresses import is_address, shown
from pubguard.calendar.places import source_name
from pubguard.config import Config
from pubguard.errors import PubguardError, SourceError, UsageError
from pubguard.model import Record
from pubguard.protocols import Calendar, Document, Read

T = TypeVar("T")
Make = Callable[[str, Mapping[str, Any], str], Calendar]
"""Builds a format from its name, its settings, and where these stand."""


class Configured(Struct, frozen=True):
    """One [sources.NAME] of the configuration, its place made absolute."""

    format: str
    place: str
    settings: Mapping[str, Any] = {}
    trust_reason: bool = False


def configured(config: Config) -> dict[str, Configured]:
    """The [sources] of the configuration; relative paths start at its folder."""
    found = {}
    for name, source in config.sources.items():
        place = source.place if is_address(source.place) else str(config.beside(source.place))
        found[name] = Configured(source.format, place, source.settings, source.trust_reason)
    return found


class Wanted(Struct, frozen=True):
    """What is to be imported; without a `name` it is a place that the configuration leaves out."""

    place: str
    name: str | None = None
    format: str | None = None
    settings: Mapping[str, Any] = {}
    trust_reason: bool = False


def find(argument: str, sources: Mapping[str, Configured], format_name: str | None) -> Wanted:
    """The source that the argument names: a [sources] name, an address, or a path.

    Raises:
        SourceError: neither a name nor a file, folder or address.
        UsageError: another format than the configuration's is asked for.
    """
    name = argument if argument in sources else _at(argument, sources)
    if name is None:
        if not is_address(argument) and not _exists(argument):
            names = ", ".join(sources) or "none"
            message = f"There is no file, folder or source {argument[:200]!a}."
            remedy = f"Check the path; sources in pubguard.toml: {names}. Nothing was changed."
            raise SourceError(message, remedy)
        return Wanted(argument, None, format_name)
    source = sources[name]
    if format_name not in (None, source.format):
        message = f"The source {name} has the format {source.format}, not {format_name}."
        raise UsageError(message, "Leave --format out, or change it in pubguard.toml.")
    return Wanted(source.place, name, source.format, source.settings, source.trust_reason)


class Reader:
    """The format of one import: named, or told by its first document that is recognised.

    A format that fails in itself makes a source error that names it.
    """

    def __init__(self, wanted: Wanted, formats: Sequence[str], make: Make) -> None:
        if wanted.format is not None and wanted.format not in formats:
            where = f"[sources.{wanted.name}]: " if wanted.name else ""
            message = f"{where}No enabled plugin reads the format {wanted.format[:60]!r}."
            raise UsageError(message, f"Formats now on offer: {', '.join(sorted(formats))}.")
        self._place = shown(wanted.place)
        self._names = tuple(formats)
        self._make: Callable[[str], Calendar] = lambda name: make(
            name, wanted.settings, f"[sources.{wanted.name}]"
        )
        self.name = wanted.format
        self._calendar = self._make(wanted.format) if wanted.format else None

    def calendar(self, documents: Iterable[Document]) -> Calendar:
        """The one format that recognises any of the documents.

        Raises:
            SourceError: none does, or several do.
        """
        if self._calendar is None:
            self.name, self._calendar = self._recognise(list(documents))
        return self._calendar

    def next_page(self, document: Document) -> str | None:
        """The address of the page after this one."""
        calendar = self.calendar([document])
        return self.guarded(calendar.next_page, document)

    def guarded(self, call: Callable[[Any], T], argument: object) -> T:
        """Call the format; whatever it raises becomes a source error."""
        try:
            return call(argument)
        except PubguardError:
            raise
        except Exception as error:
            message = f"The format {self.name} failed on {self._place}: {type(error).__name__}."
            remedy = "Nothing was changed. Report it to whoever made the plugin."
            raise SourceError(message, remedy) from error

    def _recognise(self, documents: list[Document]) -> tuple[str, Calendar]:
        found = {}
        for name in self._names:
            self.name, calendar = name, self._make(name)
            if any(self.guarded(calendar.recognises, document) is True for document in documents):
                found[name] = calendar
        if len(found) == 1:
            return next(iter(found.items()))
        kind = f" ({documents[0].media_type})" if documents and documents[0].media_type else ""
        choices = ", ".join(sorted(found or self._names))
        if found:
            message = f"{self._place} could be any of {choices}."
            raise SourceError(message, "Name one with --format; nothing was changed.")
        message = f"{self._place}{kind} holds no calendar that any enabled format reads."
        remedy = f"Formats on offer: {choices}. Name one with --format to see what is wrong."
        raise SourceError(message, remedy)


def names_for(wanted: Wanted, formats: Iterable[str]) -> dict[str, str]:
    """The names that the source may go by, and the format each implies."""
    if wanted.name and wanted.format:
        return {wanted.name: wanted.format}
    asked = [wanted.format] if wanted.format else formats
    return {source_name(name, wanted.place): name for name in asked}


def kept_as(
    wanted: Wanted,
    format_name: str,
    read: Read,
    records: Mapping[str, Record],
    known: Callable[[str], bool],
) -> str:
    """The name under which the source's releases are kept.

    A place that was never read before and names releases, by id and title, of a
    file or address without a [sources] name and of the same format is a newer
    copy of that one, and goes by its name: downloads carry a date in their name.
    """
    name = wanted.name or source_name(format_name, wanted.place)
    if known(name):
        return name
    older: Counter[str] = Counter()
    titles: dict[str, str | None] = {release.id: release.title for release in read.releases}
    titles |= {found.id: None for found in read.replaced}
    for release, title in titles.items():
        record = records.get(release)
        if record and title in (None, record.release.title):
            older[record.source] += 1
    unnamed = [n for n, _ in older.most_common() if n.startswith(f"{format_name}:") and "~" in n]
    return unnamed[0] if unnamed else name


def _at(argument: str, sources: Mapping[str, Configured]) -> str | None:
    place = argument if is_address(argument) else str(Path(argument).absolute())
    return next((name for name, source in sources.items() if source.place == place), None)


def _exists(argument: str) -> bool:
    try:
        return Path(argument).exists()
    except (OSError, ValueError):
        return False
