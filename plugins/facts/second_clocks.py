"""Second clocks: an NTP server (RFC 4330), or the Date header of an https server (RFC 9110).

Both are rough: a Date is a whole second. That is enough for what they are asked, whether
our clock is out by more than two seconds.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Thread
from time import monotonic
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct
from pubguard_plugins.facts.clocks import Offset

from pubguard.clock import microseconds
from pubguard.protocols import SecondClock

TIMEOUT = 1.0
"""Seconds that all clocks together have."""
NTP_EPOCH = datetime(1900, 1, 1, tzinfo=UTC)
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
HALF_A_SECOND = 500_000


class Ntp(Struct, frozen=True):
    """An NTP server, asked once with a packet that its answer must repeat."""

    host: str
    port: int = 123

    def offset(self, now: datetime) -> int:
        """The server's clock minus ours, in microseconds.

        Raises:
            OSError: no answer in time.
            ValueError: an answer that is none, or from a server that is not synchronised.
        """
        token = secrets.token_bytes(8)
        family, kind, protocol, _, place = socket.getaddrinfo(
            self.host, self.port, type=socket.SOCK_DGRAM
        )[0]
        with socket.socket(family, kind, protocol) as line:
            line.settimeout(TIMEOUT)
            line.connect(place)
            sent = monotonic()
            line.send(b"\x23" + bytes(39) + token)
            reply = line.recv(512)
            took = monotonic() - sent
        theirs = read_reply(reply, token)
        return microseconds(theirs - (now + timedelta(seconds=took / 2)))


def read_reply(reply: bytes, token: bytes) -> datetime:
    """The time in an NTP server's answer to our `token`, in UTC.

    Raises:
        ValueError: no answer to us, or from a server that does not know the time.
    """
    if len(reply) < 48 or reply[24:32] != token:
        raise ValueError("not an answer to this question")
    leap, mode, stratum = reply[0] >> 6, reply[0] & 7, reply[1]
    if leap == 3 or mode != 4 or not 1 <= stratum <= 15:
        raise ValueError("the server does not know the time")
    seconds = int.from_bytes(reply[40:44], "big")
    # The count began in 1900 and starts again in 2036 (RFC 4330, section 3).
    seconds += 0 if seconds & 0x80000000 else 1 << 32
    fraction = int.from_bytes(reply[44:48], "big") * 1_000_000 >> 32
    return NTP_EPOCH + timedelta(seconds=seconds, microseconds=fraction)


class Https(Struct, frozen=True):
    """A web server, asked for the Date of its answer."""

    url: str

    def offset(self, now: datetime) -> int:
        """The server's clock minus ours, in microseconds, good to about half a second.

        Raises:
            OSError: no answer in time.
            ValueError: an answer without a Date.
        """
        asked = monotonic()
        import requests

        # Importing requests takes a tenth of a second, which is not the server's.
        started = monotonic()
        with requests.Session() as session:
            session.trust_env = False
            reply = session.head(self.url, timeout=TIMEOUT, allow_redirects=False, stream=True)
        ended = monotonic()
        theirs = parsedate_to_datetime(reply.headers.get("Date", ""))
        if theirs.tzinfo is None:
            raise ValueError("the server's Date has no zone")
        ours = now + timedelta(seconds=(started + ended) / 2 - asked)
        return microseconds(theirs - ours) + HALF_A_SECOND


def of(place: str) -> SecondClock:
    """The clock at ``ntp://HOST[:PORT]`` or ``https://HOST[:PORT]``.

    Plain http is taken from this machine itself only.

    Raises:
        ValueError: anything else, or a name and password in it.
    """
    parts = urlsplit(place)
    if not parts.hostname or "@" in parts.netloc:
        raise ValueError("clocks: write ntp://HOST or https://HOST, without name or password")
    if parts.scheme == "ntp":
        return Ntp(parts.hostname, parts.port or 123)
    if parts.scheme == "https" or _at_home(parts):
        return Https(place)
    raise ValueError(f"clocks: {parts.scheme}:// is no clock; write ntp://HOST or https://HOST")


def ask(places: Sequence[str], at: datetime, started: float) -> tuple[Offset, ...]:
    """The offset of each clock, None where it gave no answer within a second.

    Args:
        places: the clocks.
        at: what our clock showed...
        started: ...at this reading of the monotonic clock.
    """
    found: dict[str, int] = {}

    def one(place: str) -> None:
        try:
            clock = of(place)
            found[place] = clock.offset(at + timedelta(seconds=monotonic() - started))
        except (OSError, ValueError, TypeError, OverflowError):
            return

    threads = [Thread(target=one, args=(place,), daemon=True) for place in places]
    for thread in threads:
        thread.start()
    end = monotonic() + TIMEOUT
    for thread in threads:
        thread.join(max(end - monotonic(), 0.0))
    answered = dict(found)
    return tuple(Offset(place, answered.get(place)) for place in places)


def _at_home(parts: SplitResult) -> bool:
    return parts.scheme == "http" and parts.hostname in LOOPBACK
