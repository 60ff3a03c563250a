"""Whether the clock can be trusted: the kernel's word, and second clocks on this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import msgspec
import pytest
from pubguard_plugins.facts import second_clocks
from pubguard_plugins.facts.clocks import Clocks, ClockSync, Offset, kernel
from pubguard_plugins.facts.second_clocks import NTP_EPOCH

from pubguard.clock import SystemClock
from pubguard.errors import ConfigError
from pubguard.plugins import load
from pubguard.testing import FactContract
from pubguard.testing.builders import make_attempt, make_record

HOUR = timedelta(hours=1)
NEAR = 1_500_000


class TestClocks(FactContract):
    """It holds to the contract of all looks at the world."""

    source = Clocks()


def ntp_reply(question: bytes, offset: timedelta, first: int = 0x24, stratum: int = 2) -> bytes:
    """What an NTP server answers whose clock is `offset` from ours."""
    since = SystemClock().now() + offset - NTP_EPOCH
    whole = since // timedelta(seconds=1)
    fraction = ((since % timedelta(seconds=1)) // timedelta(microseconds=1) << 32) // 1_000_000
    theirs = (whole % (1 << 32)).to_bytes(4, "big") + fraction.to_bytes(4, "big")
    return bytes([first, stratum]) + bytes(22) + question[40:48] + theirs + theirs


@contextmanager
def ntp_server(answer: Callable[[bytes], bytes | None]) -> Iterator[str]:
    """A server on this machine; `answer` makes a reply of a question, or None."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))

        def serve() -> None:
            while (found := line.recvfrom(512))[0] != b"end":
                reply = answer(found[0])
                if reply is not None:
                    line.sendto(reply, found[1])

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"ntp://127.0.0.1:{line.getsockname()[1]}"
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
                other.sendto(b"end", line.getsockname())
            thread.join()


@contextmanager
def web_server(offset: timedelta) -> Iterator[str]:
    """A web server whose Date is `offset` from our clock."""

    class Answer(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response_only(204)
            theirs = (SystemClock().now() + offset).replace(microsecond=0)
            self.send_header("Date", format_datetime(theirs, usegmt=True))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _offset(place: str) -> int | None:
    from time import monotonic

    (found,) = second_clocks.ask([place], SystemClock().now(), monotonic())
    assert found.clock == place
    return found.us


@pytest.mark.parametrize("offset", [-HOUR, timedelta(0), HOUR, timedelta(days=3650)], ids=str)
def test_an_ntp_server_is_read(offset):
    """To well under a second, and past the end of NTP's first era in 2036."""
    with ntp_server(lambda question: ntp_reply(question, offset)) as place:
        us = _offset(place)
    assert us is not None
    assert abs(us - offset // timedelta(microseconds=1)) < NEAR


@pytest.mark.parametrize("offset", [-HOUR, timedelta(0), HOUR], ids=str)
def test_a_web_servers_date_is_read(offset):
    """To about a second."""
    with web_server(offset) as place:
        us = _offset(place)
    assert us is not None
    assert abs(us - offset // timedelta(microseconds=1)) < NEAR


BAD = {
    "short": lambda question: ntp_reply(question, HOUR)[:47],
    "empty": lambda _: b"",
    "to somebody else's question": lambda _: ntp_reply(bytes(48), HOUR),
    "from a client": lambda question: ntp_reply(question, HOUR, first=0x23),
    "not synchronised": lambda question: ntp_reply(question, HOUR, first=0xE4),
    "refused": lambda question: ntp_reply(question, HOUR, stratum=0),
    "silence": lambda _: None,
}


@pytest.mark.parametrize("answer", BAD.values(), ids=BAD)
def test_an_answer_that_is_none_counts_as_none(answer):
    """Forged, cut off, unsynchronised or missing: unknown, never a number."""
    with ntp_server(answer) as place:
        assert _offset(place) is None


def test_nobody_there_is_unknown():
    """A refused connection gives no offset."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert _offset(f"http://127.0.0.1:{free.getsockname()[1]}") is None


def test_clocks_are_asked_at_the_same_time():
    """A silent one does not cost the others their second."""
    with (
        ntp_server(lambda _: None) as silent,
        ntp_server(lambda question: ntp_reply(question, HOUR)) as good,
    ):
        from time import monotonic

        found = second_clocks.ask([silent, good], SystemClock().now(), monotonic())
    assert [offset.us is None for offset in found] == [True, False]


@pytest.mark.parametrize(
    "place",
    [
        "http://www.example.org",
        "ftp://example.org",
        "example.org",
        "ntp://",
        "https://user:password@example.org",
        "ntp://example.org:70000",
    ],
)
def test_what_is_no_clock_is_a_configuration_error(place):
    """Refused when the configuration is read, without repeating a password."""
    with pytest.raises(ConfigError) as caught:
        load(("time_rules",)).make("facts", "clocks", {"clocks": (place,)})
    assert "password@" not in str(caught.value)


def _gather(clocks, **attempt):
    at = attempt.pop("at", SystemClock().now())
    return Clocks(clocks=clocks).gather(make_attempt(at=at, **attempt), make_record())


@pytest.fixture
def asked():
    """A second clock that counts how often it is asked."""
    questions: list[bytes] = []

    def answer(question: bytes) -> bytes:
        questions.append(question)
        return ntp_reply(question, HOUR)

    with ntp_server(answer) as place:
        yield place, questions


WHEN = {
    "before the slot": ({"at": "2026-11-26T09:29:59"}, False),
    "at the slot": ({"at": "2026-11-26T09:30"}, True),
    "in a rehearsal, whose time is made up": ({"at": "2026-11-26T09:30", "rehearsal": True}, False),
}


@pytest.mark.parametrize(("attempt", "comes"), WHEN.values(), ids=WHEN)
def test_a_second_clock_is_asked_only_when_it_matters(asked, attempt, comes):
    """When the slot has come and the kernel does not vouch for the clock."""
    place, questions = asked
    sync = _gather((place,), **attempt)
    assert len(questions) == (comes and not sync.synchronised)
    assert len(sync.offsets) == len(questions)


def test_the_kernel_is_asked():
    """It says yes, no or nothing, and how far the clock may be out."""
    sync = kernel()
    assert sync.synchronised in (True, False, None)
    assert sync.max_error_us is None or sync.max_error_us >= 0


def test_the_fact_can_be_replayed():
    """It survives the log."""
    sync = ClockSync(None, 5, (Offset("ntp://one", -7), Offset("ntp://two")))
    assert msgspec.convert(msgspec.to_builtins(sync), ClockSync) == sync
