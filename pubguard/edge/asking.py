"""Asks the guard from a web server's machine: briefly, for not too much, and following nobody.

An answer is one if it is JSON of the right form with status 200 from the very address that
was asked. Everything else is none, and says so without a word of what was sent.
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from threading import Event, Thread
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import SplitResult, urlsplit

import msgspec
from msgspec import Struct

from pubguard import __version__, secrets
from pubguard.decoding import reader
from pubguard.edge.document import EdgeDocument, read_document
from pubguard.edge.reporting import Told
from pubguard.errors import ConfigError, NoAnswer, UsageError
from pubguard.model import Instant

if TYPE_CHECKING:
    import requests

T = TypeVar("T")

LARGEST = 8_388_608
"""Bytes of an answer: some seventy thousand addresses."""
_CHUNK = 65536
_TOKEN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~+/=-")
_KEPT = "What the web server holds stays as it is."
_FAULTS = {
    "ConnectTimeout": "it did not answer in time",
    "ReadTimeout": "it fell silent",
    "ChunkedEncodingError": "the answer was cut off",
    "SSLError": "its certificate cannot be trusted",
}


class Limits(Struct, frozen=True):
    """Seconds: to connect, between two parts of an answer, and for all of it."""

    connect: float = 3
    read: float = 10
    whole: float = 20


USUAL = Limits()


class Answered(Struct, frozen=True):
    """What a sync's answer says to a web server: when to come again."""

    next_sync: Instant


class RemoteGuard:
    """A guard's service, as one enforcement point asks it.

    Args:
        url: where it is; https, or http on this very machine.
        token_file: holds the token; read anew for each question, so that it can be changed.

    Raises:
        UsageError: no such address.
    """

    def __init__(self, url: str, token_file: str, limits: Limits = USUAL) -> None:
        parts = _checked(url)
        self._url = url.rstrip("/")
        self._local = parts.scheme == "http"
        self._token_file = token_file
        self._limits = limits

    def edge_list(self) -> EdgeDocument:
        """What is closed until when.

        Raises:
            NoAnswer, ConfigError: as `_ask`.
        """
        return self._read(read_document, self._ask("GET", "/v1/edge/list"))

    def sync(self, told: Told) -> Answered:
        """Say what is held here; hear when to come again.

        Raises:
            NoAnswer, ConfigError: as `_ask`.
        """
        return self._read(_read_answered, self._ask("POST", "/v1/sync", msgspec.json.encode(told)))

    def token(self) -> str:
        """The token.

        Raises:
            ConfigError: its file is missing, open to others, or holds something else.
        """
        found = secrets.reveal(f"file:{self._token_file}", "").strip()
        if not found or not set(found) <= _TOKEN:
            raise ConfigError(
                f"{self._token_file} holds something else than a token.",
                "Put into it what this printed: pubguard token add NAME --read",
            )
        return found

    def _read(self, read: Callable[[bytes], T], body: bytes) -> T:
        try:
            return read(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise self._none("what came is not what a guard of this version says") from error

    def _ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """The body of the answer.

        The request runs on a thread of its own, because no socket time-out ends an answer
        that trickles in for ever.

        Raises:
            NoAnswer: there was no usable one.
            ConfigError: the token cannot be had.
        """
        token = self.token()
        came: list[bytes | BaseException] = []
        done = Event()

        def run() -> None:
            try:
                came.append(self._fetch(method, path, body, token))
            except BaseException as error:  # noqa: BLE001 - raised again by the waiting thread
                came.append(error)
            done.set()

        Thread(target=run, name="pubguard-edge", daemon=True).start()
        if not done.wait(self._limits.whole):
            raise self._none(f"it took longer than {self._limits.whole:g} s")
        if isinstance(came[0], BaseException):
            raise came[0]
        return came[0]

    def _fetch(self, method: str, path: str, body: bytes | None, token: str) -> bytes:
        import requests

        def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
            request.headers["Authorization"] = f"Bearer {token}"
            return request

        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
            "User-Agent": f"pubguard-edge/{__version__}",
        }
        times = (self._limits.connect, self._limits.read)
        try:
            with requests.Session() as session:
                session.trust_env = not self._local  # no proxy for this very machine
                with session.request(
                    method,
                    self._url + path,
                    data=body,
                    headers=headers,
                    auth=sign,  # also keeps a .netrc from putting in another
                    timeout=times,
                    stream=True,
                    allow_redirects=False,
                ) as answer:
                    return self._body(answer)
        except (requests.RequestException, OSError) as error:
            name = type(error).__name__
            raise self._none(_FAULTS.get(name, f"no connection ({name})")) from error

    def _body(self, answer: requests.Response) -> bytes:
        if answer.status_code != 200:
            raise self._turned_away(answer.status_code)
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind != "application/json" or answer.headers.get("Content-Encoding"):
            raise self._none("what came is not plain JSON")
        body = bytearray()
        for chunk in answer.iter_content(_CHUNK):
            body += chunk
            if len(body) > LARGEST:
                raise self._none(f"the answer has more than {LARGEST} bytes")
        return bytes(body)

    def _turned_away(self, status: int) -> NoAnswer:
        if status == 401:
            return self._none("it does not know the token", "Is it revoked? pubguard token list")
        if status == 403:
            remedy = "Make one that may: pubguard token add NAME --read --actions withdraw"
            return self._none("the token may not read", remedy)
        if 300 <= status < 400:
            remedy = "Give the address that it ends at as --url."
            return self._none("it sends us elsewhere, and nobody is followed", remedy)
        return self._none(f"it answered {status}")

    def _none(self, why: str, remedy: str = "See that pubguard serve runs there.") -> NoAnswer:
        return NoAnswer(f"The guard at {self._url} gave no usable answer: {why}. {_KEPT}", remedy)


_read_answered = reader(Answered)


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise UsageError("--url is no address.", "Write it as https://guard.example") from error
    plain = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme not in ("http", "https") or not host or not plain:
        raise UsageError("--url is no http or https address.", "Write it as https://guard.example")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise UsageError(
            "--url holds more than an address: a user, a password, a query or a fragment.",
            "Write it as https://guard.example and put the token into a file.",
        )
    if parts.scheme == "http" and not _loopback(host):
        raise UsageError(
            "--url is plain http, so anybody on the way could read the token and answer.",
            "Use https; plain http is only for this machine itself.",
        )
    return parts


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
