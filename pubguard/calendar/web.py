"""Fetching a calendar over http(s): bounded in time, size, redirects and pages.

Plain http only from this machine itself. The download runs in a thread of its
own, because no socket time-out ends an answer that trickles in for ever.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from hashlib import sha256
from threading import Event, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from msgspec import Struct

from pubguard import __version__
from pubguard.calendar.addresses import check_address, is_loopback, redirected, shown
from pubguard.calendar.fetched import (
    Fetched,
    NextPage,
    as_text,
    gathered,
    refuse_too_large,
)
from pubguard.errors import SourceError
from pubguard.protocols import Document

if TYPE_CHECKING:
    import requests

UNCHANGED = 304
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 65536
_LATER = "Try again later, or import a saved copy."


class Limits(Struct, frozen=True):
    """How long and how much, in seconds and numbers; `pause` lies between two pages."""

    connect: float = 5
    read: float = 15
    whole: float = 120
    redirects: int = 5
    pages: int = 500
    pause: float = 0.1


USUAL = Limits()


def fetch_pages(
    address: str, next_page: NextPage, etag: str | None = None, limits: Limits = USUAL
) -> Fetched:
    """The answer at the address and the pages that follow it.

    An ETag is kept only of an answer that is a single page: that the first page
    is unchanged says nothing about the others.

    Raises:
        SourceError: refused address, no good answer, too slow, too large, too many pages.
    """
    result: list[Fetched | BaseException] = []
    done = Event()

    def run() -> None:
        try:
            result.append(_Download(address, next_page, limits).run(etag))
        except BaseException as error:  # noqa: BLE001 - raised again by the waiting thread
            result.append(error)
        done.set()

    Thread(target=run, name="calendar download", daemon=True).start()
    if not done.wait(limits.whole):
        raise _too_slow(address, limits)
    if isinstance(result[0], BaseException):
        raise result[0]
    return result[0]


class _Download:
    """One import's requests: a session, a deadline, and what has come so far."""

    def __init__(self, address: str, next_page: NextPage, limits: Limits) -> None:
        self._address = address
        self._next_page = next_page
        self._limits = limits
        self._end = time.monotonic() + limits.whole
        self._size = 0

    def run(self, etag: str | None) -> Fetched:
        import requests

        mark = sha256(self._address.encode(errors="replace")).hexdigest()[:16]
        known = etag.removeprefix(f"{mark} ") if etag and etag.startswith(f"{mark} ") else None
        with requests.Session() as session:
            session.headers["User-Agent"] = f"pubguard/{__version__}"
            session.trust_env = not is_loopback(check_address(self._address).hostname or "")
            first, tag = self._get(session, self._address, known)
            if first is None:
                return Fetched((), "", etag, unchanged=True)
            documents = [
                Document(shown(d.place), d.body, d.media_type)
                for d in (first, *self._others(session, first))
            ]
        single = tag is not None and len(documents) == 1
        return gathered(documents, f"{mark} {tag}" if single else None)

    def _others(self, session: requests.Session, page: Document) -> Iterator[Document]:
        seen = {page.place}
        while address := self._next_page(as_text(page)):
            if len(seen) >= self._limits.pages or address in seen:
                message = f"{shown(self._address)} has no end after {len(seen)} pages."
                raise SourceError(message, "Ask for fewer, larger pages, or check the address.")
            if urlsplit(address)[:2] != urlsplit(page.place)[:2]:
                message = f"{shown(page.place)} names a next page on another host."
                raise SourceError(message, "Import that host's calendar as a source of its own.")
            seen.add(address)
            time.sleep(self._limits.pause)
            following, _ = self._get(session, address)
            if following is None:
                return
            page = following
            yield page

    def _get(
        self, session: requests.Session, address: str, etag: str | None = None
    ) -> tuple[Document | None, str | None]:
        import requests

        headers = {"Accept": "application/json, application/toml, */*;q=0.5"}
        if etag:
            headers["If-None-Match"] = etag
        try:
            with self._answer(session, address, headers) as answer:
                if answer.status_code == UNCHANGED and etag:
                    return None, etag
                _refuse_status(address, answer)
                kind = answer.headers.get("Content-Type", "")
                return Document(address, self._body(address, answer), kind), _etag(answer)
        except (requests.RequestException, OSError) as error:
            message = f"{shown(address)} could not be read: {_cause(error)}."
            raise SourceError(message, _LATER) from error

    def _answer(
        self, session: requests.Session, address: str, headers: dict[str, str]
    ) -> requests.Response:
        times = (self._limits.connect, self._limits.read)
        at = address
        for _ in range(self._limits.redirects + 1):
            answer = session.get(
                at, headers=headers, timeout=times, stream=True, allow_redirects=False
            )
            target = answer.headers.get("Location")
            if answer.status_code not in _REDIRECTS or target is None:
                return answer
            answer.close()
            at = redirected(at, target)
        message = f"{shown(address)} redirects more than {self._limits.redirects} times."
        raise SourceError(message, "Give the address that it ends at.")

    def _body(self, address: str, answer: requests.Response) -> bytes:
        body = bytearray()
        for chunk in answer.iter_content(_CHUNK):
            body += chunk
            refuse_too_large(address, self._size + len(body))
            if time.monotonic() > self._end:
                raise _too_slow(address, self._limits)
        self._size += len(body)
        return bytes(body)


def _refuse_status(address: str, answer: requests.Response) -> None:
    if answer.status_code == 200:
        return
    message = f"{shown(address)} answered {answer.status_code} {answer.reason}."
    wait = answer.headers.get("Retry-After", "")
    asked = f"It asks to wait {wait} s. " if wait.isdecimal() and len(wait) < 6 else ""
    raise SourceError(message, f"{asked}{_LATER}")


def _etag(answer: requests.Response) -> str | None:
    tag = answer.headers.get("ETag")
    return tag if tag and len(tag) <= 200 and tag.isascii() and tag.isprintable() else None


def _cause(error: Any) -> str:
    name = type(error).__name__
    words = {
        "ConnectTimeout": "it did not answer in time",
        "ReadTimeout": "it fell silent",
        "ChunkedEncodingError": "the answer was cut off",
        "SSLError": "its certificate cannot be trusted",
        "ContentDecodingError": "the answer is damaged",
    }
    return words.get(name, f"no connection ({name})")


def _too_slow(address: str, limits: Limits) -> SourceError:
    return SourceError(
        f"{shown(address)} took longer than {limits.whole:g} s to send it all.", _LATER
    )
