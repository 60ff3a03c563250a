from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable, Iterable
from urllib.parse import parse_qs, urlsplit

import pytest

from pubguard import __version__
from pubguard.calendar.addresses import check_address, redirected, shown
from pubguard.calendar.web import Limits, fetch_pages
from pubguard.errors import SourceError
from tests.calendar.conftest import table

Answer = Iterable[bytes]


class Asked:
    """One request as the server saw it."""

    def __init__(self, target: str, headers: dict[str, str]) -> None:
        self.target = target
        self.headers = headers


class Server(socketserver.ThreadingTCPServer):
    """A real HTTP server in a thread; `reply` gives the bytes of each answer."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, reply: Callable[[Asked], Answer]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.reply = reply
        self.asked: list[Asked] = []
        self.over = threading.Event()

    def address(self, path: str = "/calendar") -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


class Handler(socketserver.StreamRequestHandler):
    """Reads one request, writes one answer, closes."""

    def handle(self) -> None:
        target = self.rfile.readline().decode().split()[1]
        headers = {}
        while (line := self.rfile.readline().decode().strip()) != "":
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        asked = Asked(target, headers)
        self.server.asked.append(asked)
        try:
            for part in self.server.reply(asked):
                self.wfile.write(part)
                self.wfile.flush()
        except OSError:
            pass


def answer(body: bytes = b"", status: str = "200 OK", length: int | None = None, **headers: str):
    size = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {size}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ["\r\n".join([*lines, "", ""]).encode(), body]


@pytest.fixture
def serve():
    servers = []

    def start(reply: Callable[[Asked], Answer]) -> Server:
        server = Server(reply)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.over.set()
        server.shutdown()
        server.server_close()


QUICK = Limits(connect=2, read=2, whole=20, redirects=3, pages=5, pause=0)


def fetch(address: str, limits: Limits = QUICK, next_page=lambda _: None):
    return fetch_pages(address, next_page, limits=limits)


def refused(address: str, limits: Limits = QUICK, next_page=lambda _: None) -> str:
    with pytest.raises(SourceError) as caught:
        fetch(address, limits, next_page)
    assert caught.value.remedy
    return caught.value.message


def row(name: str) -> dict[str, object]:
    said = {"title": name, "release_date": "2026-11-26T09:30:00Z", "finalised": True}
    return {"uri": f"/releases/{name}", "description": said}


def ons_pages(count: int, size: int, total: int | None = None):
    """A calendar of `count` releases that answers `size` at a time."""

    def reply(asked: Asked) -> Answer:
        query = parse_qs(urlsplit(asked.target).query)
        offset = int(query.get("offset", ["0"])[0])
        rows = [row(f"r{number}") for number in range(offset, min(offset + size, count))]
        page = {"releases": rows, "breakdown": {"total": total or count}}
        return answer(json.dumps(page).encode(), Content_Type="application/json")

    return reply


def test_a_calendar_is_read_from_an_address(office, serve):
    """All pages come, in order, from a client that says who it is."""
    server = serve(ons_pages(5, 2))
    report = office.ask("calendar", "import", server.address("/search/releases?limit=2"))
    assert report["added"] == ["r0", "r1", "r2", "r3", "r4"]
    assert [asked.target for asked in server.asked] == [
        "/search/releases?limit=2",
        "/search/releases?limit=2&offset=2",
        "/search/releases?limit=2&offset=4",
    ]
    assert server.asked[0].headers["user-agent"] == f"pubguard/{__version__}"
    assert office.show("r0")["source"].startswith("ons:127.0.0.1_search_releases~")


def test_a_calendar_whose_pages_run_out_changes_nothing(office, serve):
    """Fewer releases than it counts is a cut-off source."""
    server = serve(ons_pages(3, 2, total=9))
    error = office.ask("calendar", "import", server.address(), code=1)["error"]
    assert "it counts 9 releases and holds 3" in error["message"]
    assert office.events() == []


def test_search_results_are_paged_too(office, serve):
    """GOV.UK pages by start and total."""

    def reply(asked: Asked) -> Answer:
        start = int(parse_qs(urlsplit(asked.target).query).get("start", ["0"])[0])
        result = {
            "link": f"/government/statistics/announcements/r{start}",
            "title": "R",
            "display_date": "26 November 2026 9:30am",
            "statistics_announcement_state": "confirmed",
        }
        return answer(json.dumps({"results": [result], "total": 3, "start": start}).encode())

    server = serve(reply)
    report = office.ask("calendar", "import", server.address("/api/search.json?count=1"))
    assert report["added"] == ["r0", "r1", "r2"]


def tagged(body: bytes, tag: str = '"v1"'):
    def reply(asked: Asked) -> Answer:
        if asked.headers.get("if-none-match") == tag:
            return answer(status="304 Not Modified", ETag=tag)
        return answer(body, ETag=tag)

    return reply


def test_what_is_unchanged_is_not_sent_again(office, serve):
    """The kept ETag is asked for; a 304 counts as read, and changes nothing."""
    server = serve(tagged((table("a") + table("b")).encode()))
    assert office.ask("calendar", "import", server.address())["added"] == ["a", "b"]
    before = office.events()
    report = office.ask("calendar", "import", server.address())
    assert report["unchanged"] == 2
    assert [asked.headers.get("if-none-match") for asked in server.asked] == [None, '"v1"']
    assert office.events() == [*before, ("calendar.imported", None)]


def test_an_etag_belongs_to_its_address(office, serve):
    """Another address is never asked with it."""
    server = serve(tagged(table().encode()))
    office.ask("calendar", "import", server.address("/a"))
    office.ask("calendar", "import", server.address("/b"))
    assert [asked.headers.get("if-none-match") for asked in server.asked] == [None, None]


def test_no_etag_is_kept_while_rows_are_refused(office, serve):
    """The refused rows are named again the next time."""
    server = serve(tagged((table("a") + table("b/c")).encode()))
    for _ in range(2):
        assert len(office.ask("calendar", "import", server.address(), code=1)["refused"]) == 1


def test_no_etag_is_kept_of_a_calendar_of_several_pages(serve):
    """That the first page is unchanged says nothing about the second."""
    pages = iter(["/2", None])

    def following(document):
        path = next(pages)
        return path and document.place.removesuffix("/1") + path

    server = serve(lambda _: answer(b"x", ETag='"v1"'))
    assert fetch(server.address("/1"), next_page=following).etag is None
    assert fetch(server.address("/1")).etag is not None


def test_a_redirect_is_followed(serve):
    """Within this machine, or to https."""

    def reply(asked: Asked) -> Answer:
        if asked.target == "/old":
            return answer(status="301 Moved Permanently", Location="/new")
        return answer(b"here")

    fetched = fetch(serve(reply).address("/old"))
    assert fetched.documents[0].body == b"here"


def test_redirects_have_an_end(serve):
    """A circle is an error."""
    server = serve(lambda _: answer(status="302 Found", Location="/calendar"))
    assert "redirects more than 3 times" in refused(server.address())
    assert len(server.asked) == 4


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("http://host.example/x", "is plain http"),
        ("file:///etc/passwd", "is no http or https address"),
        ("http://a:b@127.0.0.1/x", "user name or password"),
    ],
)
def test_a_redirect_is_checked_like_an_address(serve, target, words):
    """It cannot lead to plain http elsewhere, to a file, or carry a password."""
    server = serve(lambda _: answer(status="302 Found", Location=target))
    assert words in refused(server.address())


def test_a_redirect_from_outside_cannot_reach_this_machine():
    """A calendar must not make us ask our own services."""
    with pytest.raises(SourceError, match="redirects to this machine itself"):
        redirected("https://host.example/x", "https://127.0.0.1/admin")
    assert redirected("https://host.example/x", "/y") == "https://host.example/y"


def test_a_next_page_on_another_host_is_refused(serve):
    """Paging stays where it began."""
    server = serve(lambda _: answer(b"x"))
    message = refused(server.address(), next_page=lambda _: "https://elsewhere.example/2")
    assert "on another host" in message


def test_pages_have_an_end(serve):
    """Neither a circle nor an endless row of pages is followed."""
    server = serve(lambda _: answer(b"x"))
    assert "has no end" in refused(server.address(), next_page=lambda d: d.place)
    server.asked.clear()
    assert "has no end" in refused(server.address(), next_page=lambda d: d.place + "x")
    assert len(server.asked) == QUICK.pages


STATUSES = {
    "404 Not Found": "answered 404 Not Found",
    "503 Service Unavailable": "answered 503",
    "429 Too Many Requests": "answered 429",
    "204 No Content": "answered 204",
    "304 Not Modified": "answered 304",
    "302 Found": "answered 302",
}


@pytest.mark.parametrize(("status", "words"), STATUSES.items(), ids=STATUSES)
def test_any_answer_but_200_is_an_error(serve, status, words):
    """An error page is never read as a calendar."""
    server = serve(lambda _: answer(b"[[release]]", status=status))
    assert words in refused(server.address())


def test_a_server_that_asks_to_wait_is_heard(serve):
    """The remedy says how long."""
    server = serve(lambda _: answer(status="429 Too Many Requests", Retry_After="30"))
    with pytest.raises(SourceError) as caught:
        fetch(server.address())
    assert "wait 30 s" in caught.value.remedy


def test_a_body_that_is_cut_off_is_an_error(serve):
    """Fewer bytes than announced are not a calendar, even if they could be read."""
    body = table().encode()
    server = serve(lambda _: answer(body, length=len(body) + 10))
    assert "cut off" in refused(server.address())


def test_a_body_that_trickles_in_meets_the_deadline(serve):
    """No byte comes too late for its own time-out, all together do."""
    server = None

    def reply(_: Asked) -> Answer:
        yield answer(length=1_000_000)[0]
        while not server.over.wait(0.02):
            yield b"x"

    server = serve(reply)
    assert "took longer than 0.3 s" in refused(server.address(), Limits(whole=0.3))


def test_headers_that_trickle_in_meet_the_deadline(serve):
    """The deadline counts from the first moment."""
    server = None

    def reply(_: Asked) -> Answer:
        yield b"HTTP/1.1 200 OK\r\n"
        while not server.over.wait(0.02):
            yield b"X-Slow: 1\r\n"

    server = serve(reply)
    assert refused(server.address(), Limits(whole=0.3))


def test_a_server_that_falls_silent_is_given_up(serve):
    """After its read time-out."""
    server = None

    def reply(_: Asked) -> Answer:
        yield answer(length=100)[0]
        server.over.wait(20)

    server = serve(reply)
    message = refused(server.address(), Limits(read=0.1, whole=10))
    assert "fell silent" in message or "no connection" in message


def test_nobody_at_the_address_is_an_error(serve):
    """The message names the address."""
    server = serve(lambda _: answer())
    address = server.address()
    server.shutdown()
    server.server_close()
    assert f"{address} could not be read" in refused(address)


def test_more_than_fifty_megabytes_are_not_taken(serve):
    """Whether the length is announced or not, and however small it was packed."""
    import gzip

    chunk = b"x" * 1_000_000

    def endless(_: Asked) -> Answer:
        yield b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
        while True:
            yield chunk

    packed = gzip.compress(chunk * 60)
    assert "too large" in refused(serve(endless).address())
    bomb = serve(lambda _: answer(packed, Content_Encoding="gzip"))
    assert "too large" in refused(bomb.address())


def test_a_page_of_another_kind_is_an_error(office, serve):
    """A sign-in page with status 200 is named by its kind."""
    server = serve(lambda _: answer(b"<html>Sign in</html>", Content_Type="text/html"))
    error = office.ask("calendar", "import", server.address(), code=1)["error"]
    assert "(text/html) holds no calendar" in error["message"]


def test_what_a_query_keeps_secret_is_not_shown(office, serve):
    """Neither in an error, nor in a refusal, nor in the log."""
    server = serve(lambda _: answer((table("a") + table("b/c")).encode()))
    place = server.address("/calendar?api_key=hush&limit=9")
    result = office.run("calendar", "import", place, "--json")
    assert result.code == 1
    assert "limit=9" in result.out
    assert "hush" not in result.out + result.err
    workspace = office.workspace()
    assert b"hush" not in b"".join(body for _, _, body, _ in workspace.store.read())
    workspace.close()
    assert shown("https://u:p@h.example/?token=t#x") == "https://h.example/?token=(hidden)#x"


ALLOWED = ["https://h.example/x", "http://127.0.0.1:1/x", "http://localhost/x", "http://[::1]/x"]


@pytest.mark.parametrize("address", ALLOWED)
def test_https_and_this_machine_may_be_asked(address):
    """Plain http stays on the machine."""
    assert check_address(address).hostname


REFUSED = [
    "http://host.example/x",
    "http://127.0.0.1.example/x",
    "http://10.0.0.1/x",
    "http://[::2]/x",
    "https://user@h.example/x",
    "https://",
    "https://[::1",
    "gopher://h.example/",
]


@pytest.mark.parametrize("address", REFUSED)
def test_anything_else_is_refused(address):
    """Before any connection is made."""
    with pytest.raises(SourceError):
        check_address(address)
