from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from pubguard_hooks.nginx.rendering import render

from pubguard.protocols import EdgeList
from tests.hooks.nginx.conftest import BEFORE, HOST, SLOT, closing, get, when
from tests.servers.backend import ETAG, FIGURES
from tests.servers.nginx import CONFS, server, status

PATH = "/releases/prices-october"
HEAD = f"Host: {HOST}\r\n"


def one(path: str, host: str = HOST, more: str = "", method: str = "GET") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}\r\n"
    return head.encode("latin-1")


def body(first: str, second: str) -> bytes:
    """Two requests as somebody would smuggle the second."""
    return f"POST /public HTTP/1.1\r\n{HEAD}{first}\r\n\r\n{second}".encode()


INNER = f"GET {PATH} HTTP/1.1\r\n{HEAD}Connection: close\r\n\r\n"
REQUESTS = {
    "plain": one(PATH),
    "query": one(f"{PATH}?draft=1&v=2"),
    "empty query": one(f"{PATH}?"),
    "query with slashes": one(f"{PATH}?/../../public"),
    "encoded letter": one("/releases/%70rices-october"),
    "encoded everything": one("/" + "".join(f"%{ord(c):02X}" for c in PATH[1:])),
    "encoded twice": one("/releases/%2570rices-october"),
    "encoded three times": one("/releases/%252570rices-october"),
    "encoded by %u": one("/releases/%25u0070rices-october"),
    "encoded slash": one("/releases%2Fprices-october"),
    "slash encoded twice": one("/releases%252Fprices-october"),
    "encoded backslash": one("/releases%5Cprices-october"),
    "backslash": one("/releases\\prices-october"),
    "double slash": one("//releases//prices-october"),
    "trailing slash": one(f"{PATH}/"),
    "trailing slashes": one(f"{PATH}///"),
    "trailing dot": one(f"{PATH}."),
    "trailing dots": one(f"{PATH}..."),
    "encoded trailing dot": one(f"{PATH}%2e"),
    "trailing space": one(f"{PATH}%20"),
    "dots in the middle": one("/releases./prices-october"),
    "dot segment": one("/releases/./prices-october"),
    "dot segments": one("/x/../releases/prices-october"),
    "encoded dot segments": one("/x/%2e%2e/releases/%2e/prices-october"),
    "dot segments encoded twice": one("/x/%252e%252e/releases/prices-october"),
    "dots and a parameter": one("/x/..;/releases/prices-october"),
    "encoded slash after dots": one("/x/..%2freleases/prices-october"),
    "dot segment at the end": one(f"{PATH}/."),
    "up and back": one(f"{PATH}/../prices-october"),
    "upper case": one("/RELEASES/PRICES-OCTOBER"),
    "mixed case": one("/Releases/Prices-October"),
    "path parameter": one(f"{PATH};x"),
    "session id": one(f"{PATH};jsessionid=0A1B?x=1"),
    "parameter in the middle": one("/releases;v=1/prices-october"),
    "encoded semicolon": one(f"{PATH}%3Bx"),
    "html": one(f"{PATH}.html"),
    "index page": one(f"{PATH}/index.html"),
    "below it": one(f"{PATH}/feed/"),
    "front controller": one(f"/index.php{PATH}"),
    "encoded question mark": one(f"{PATH}%3Fx"),
    "fragment": one(f"{PATH}#x"),
    "dots behind a fragment": one(f"/public#/..{PATH}"),
    "encoded hash": one(f"{PATH}%23"),
    "encoded line break": one(f"{PATH}%0a"),
    "encoded tab": one(f"{PATH}%09"),
    "encoded nothing": one(f"{PATH}%00"),
    "accent composed": one("/releases/pric%C3%A9s-october"),
    "accent apart": one("/releases/price%CC%81s-october"),
    "wide letters": one("/releases/%EF%BD%90rices-october"),
    "wide dots": one("/x/%EF%BC%8E%EF%BC%8E/releases/prices-october"),
    "wide slash": one("/releases%EF%BC%8Fprices-october"),
    "overlong": one("/releases/%C1%B0rices-october"),
    "overlong slash": one("/releases%C0%AFprices-october"),
    "overlong dots": one("/x/%C0%AE%C0%AE/releases/prices-october"),
    "latin-1": one("/releases/%FErices-october"),
    "bytes as they are": one("/releases/pric\xc3\xa9s-october"),
    "file stream": one(f"{PATH}::$DATA"),
    "head": one(PATH, method="HEAD"),
    "post": one(PATH, method="POST", more="Content-Length: 0\r\n"),
    "made-up method": one(PATH, method="FETCH"),
    "range": one(PATH, more="Range: bytes=0-9\r\n"),
    "if-range": one(PATH, more=f"Range: bytes=0-9\r\nIf-Range: {ETAG}\r\n"),
    "if-none-match": one(PATH, more=f"If-None-Match: {ETAG}\r\n"),
    "if-none-match any": one(PATH, more="If-None-Match: *\r\n"),
    "if-match": one(PATH, more='If-Match: "no"\r\n'),
    "modified since": one(PATH, more="If-Modified-Since: Thu, 26 Nov 2026 09:00:00 GMT\r\n"),
    "absolute": one(f"http://{HOST}{PATH}"),
    "absolute with another host": one(f"http://{HOST}{PATH}", host="other.example"),
    "absolute of another host": one(f"http://other.example{PATH}"),
    "absolute with a port": one(f"HTTP://{HOST}:80{PATH}"),
    "host upper case": one(PATH, host="STATISTICS.Example"),
    "host with port": one(PATH, host=f"{HOST}:8080"),
    "host with a dot": one(PATH, host=f"{HOST}."),
    "host with www": one(PATH, host=f"www.{HOST}"),
    "host unknown": one(PATH, host="127.0.0.1"),
    "host empty": one(PATH, host=""),
    "host in brackets": one(PATH, host="[::1]"),
    "two hosts": one(PATH, more="Host: other.example\r\n"),
    "no host, 1.0": f"GET {PATH} HTTP/1.0\r\n\r\n".encode(),
    "no host, 1.1": f"GET {PATH} HTTP/1.1\r\nConnection: close\r\n\r\n".encode(),
    "0.9": f"GET {PATH}\r\n".encode(),
    "line feeds alone": f"GET {PATH} HTTP/1.0\nHost: {HOST}\n\n".encode(),
    "original url": one("/public", more=f"X-Original-URL: {PATH}\r\n"),
    "rewrite url": one("/public", more=f"X-Rewrite-URL: {PATH}\r\n"),
    "pipelined": get("/public").replace(b"Connection: close\r\n", b"") + get(PATH),
    "CL and TE": body("Content-Length: 4\r\nTransfer-Encoding: chunked", f"0\r\n\r\n{INNER}"),
    "TE and CL": body("Transfer-Encoding: chunked\r\nContent-Length: 999", f"0\r\n\r\n{INNER}"),
    "TE twice": body("Transfer-Encoding: chunked\r\nTransfer-Encoding: x", f"0\r\n\r\n{INNER}"),
    "TE odd": body("Transfer-Encoding : chunked", f"0\r\n\r\n{INNER}"),
    "TE in a tab": body("Transfer-Encoding:\tchunked", f"0\r\n\r\n{INNER}"),
    "two lengths": body(f"Content-Length: 0\r\nContent-Length: {len(INNER)}", INNER),
    "two equal lengths": body(
        f"Content-Length: {len(INNER)}\r\nContent-Length: {len(INNER)}", INNER
    ),
    "length with a sign": body("Content-Length: +0", INNER),
    "length in the body": body("Content-Length: 0", INNER),
    "body is a request": body(f"Content-Length: {len(INNER)}", INNER),
    "folded header": body(f"X-A: 1\r\n Content-Length: {len(INNER)}", INNER),
    "bare return": body("X-A: 1\rContent-Length: 0", INNER),
    "space before the path": f"GET  {PATH} HTTP/1.1\r\n{HEAD}Connection: close\r\n\r\n".encode(),
    "tab before the path": f"GET\t{PATH} HTTP/1.1\r\n{HEAD}Connection: close\r\n\r\n".encode(),
    "empty line first": b"\r\n\r\n" + one(PATH),
    "path without slash": one(PATH[1:]),
    "connect": one(f"{HOST}:443", method="CONNECT"),
}


@pytest.fixture
def nginx(start):
    return start(closing(PATH))


def told(answer: bytes) -> bytes:
    """An answer without its date."""
    return re.sub(rb"\r\nDate: [^\r]*", b"", answer)


def test_before_the_slot_no_spelling_gets_a_byte_and_after_it_all_do(nginx, show, backend) -> None:
    """Each request is refused at 09:29:59.999; at 09:30 it gets what a site without lock gives.

    The refusal is the lock's own, never kept by a cache and never a 304 or a part;
    the site behind has not even been asked for the page.
    """
    show(BEFORE)
    leaks = {}
    for name, request in REQUESTS.items():
        answer = nginx.ask(request)
        if backend.given or FIGURES[:10] in answer or b" 304 " in answer or b" 206 " in answer:
            leaks[name] = answer, backend.given[:]
            backend.given.clear()
    assert leaks == {}
    show(SLOT)
    nginx.ask(get("/.tick"))
    late = {}
    for name, request in REQUESTS.items():
        locked, free = nginx.ask(request), nginx.ask(request, "open.sock")
        if told(locked) != told(free):
            late[name] = (locked, free)
    assert late == {}
    served = [name for name, request in REQUESTS.items() if FIGURES[:10] in nginx.ask(request)]
    assert len(served) > 60


@pytest.mark.parametrize(
    "name", ["plain", "query", "head", "if-none-match", "range", "upper case", "pipelined"]
)
def test_a_refusal_is_kept_by_nobody(nginx, name) -> None:
    """404 with no-store, without validators, and the same for a page that is not there."""
    answer = nginx.ask(REQUESTS[name])
    last = answer[answer.rindex(b"HTTP/1.1") :]
    assert status(last) == 404
    assert b"\r\nCache-Control: no-store\r\n" in last
    assert b"ETag" not in last
    assert b"Last-Modified" not in last


@pytest.mark.parametrize("header", ["X-Original-URL", "X-Rewrite-URL"])
def test_a_path_in_a_header_is_refused_while_anything_is_closed(
    start, backend, header, show
) -> None:
    """Also where the site behind gets the client's headers as they are."""
    plain = server(backend.port).replace(f"include {CONFS}/pubguard-proxy.conf;", "")
    nginx = start(closing(PATH), http=plain)
    request = one("/public", more=f"{header}: {PATH}\r\n")
    assert status(nginx.ask(request)) == 404
    assert status(nginx.ask(get("/public"))) == 200
    show(SLOT)
    nginx.ask(get("/.tick"))
    assert status(nginx.ask(request)) == 200


def test_a_client_cannot_speak_for_nginx(start, backend) -> None:
    """What it says of host, address and way in headers of its own does not reach the site."""
    lies = ["X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "X-Pubguard-Actor"]
    lies += ["X-Forwarded-Prefix", "X-Original-Host", "X-Pubguard-Target", "X-Http-Method-Override"]
    nginx = start(closing(PATH))
    more = "".join(f"{name}: a-lie\r\n" for name in lies)
    assert status(nginx.ask(one("/public", more=more))) == 200
    assert b"a-lie" not in backend.asked[-1]
    assert b"X-Forwarded-Host: statistics.example\r\n" in backend.asked[-1]


def test_an_error_page_of_the_site_does_not_serve_it_after_all(start, backend) -> None:
    """`error_page 404` asks the site for a page, with the address of the request in hand."""
    pages = (
        f"error_page 404 = @site; location @site {{ proxy_pass http://127.0.0.1:{backend.port}; }}"
    )
    nginx = start(closing(PATH), http=server(backend.port, after=pages))
    assert status(nginx.ask(get(PATH))) == 404
    assert backend.given == []


def test_an_internal_redirect_is_judged_by_where_it_leads(start, backend, tmp_path) -> None:
    """A folder's index page and a page without its ending are files of a listed name."""
    (tmp_path / "docs" / "new").mkdir(parents=True)
    (tmp_path / "docs" / "i").mkdir()
    (tmp_path / "docs/new/index.html").write_bytes(FIGURES)
    (tmp_path / "docs/start.html").write_bytes(FIGURES)
    files = (
        f"root {tmp_path}/docs; location /new {{ }} location /start {{ try_files $uri.html =404; }}"
    )
    files += "location /i { index /new/index.html; }"
    http = server(backend.port, after=files)
    closed = closing("/new/index.html"), closing("/start")
    nginx = start(*closed, http=http)
    for path in ("/new/", "/new/index.html", "/start", "/start.html", "/i/"):
        assert FIGURES not in nginx.ask(get(path)), path


def test_the_refusal_can_be_403(start) -> None:
    """Where a site says so."""
    nginx = start(closing(PATH), refusal=403)
    answer = nginx.ask(get(PATH))
    assert status(answer) == 403
    assert b"Cache-Control: no-store" in answer


PUBLIC = ["/", "/releases", "/releases/", "/releases/prices-novembe", "/releases/prices-octobe"]


def test_what_is_not_listed_is_left_alone(start, backend) -> None:
    """Neighbours, folders above, longer names, and evergreen pages are served before the slot."""
    backend.words = ("no such word",)
    nginx = start(closing(PATH))
    for path in (*PUBLIC, "/releases/prices-october-2", "/x;y=1/z", "/dat%C5%B5m", "/a.b/c~d/e"):
        assert status(nginx.ask(get(path))) == 200, path


def test_an_address_that_cannot_be_listed_is_closed_with_all_doubtful_ones(start, show) -> None:
    """Its spelling is refused until its slot, though nothing else is closed."""
    listed = EdgeList((), (when(SLOT),), 7, "")
    text = render(listed, case_sensitive=False, per_host=False, refusal=404)
    nginx = start(text=text)
    assert status(nginx.ask(one("/releases/%2570rices-october"))) == 404
    assert status(nginx.ask(get("/public"))) == 200
    show(SLOT)
    nginx.ask(get("/.tick"))
    assert FIGURES in nginx.ask(one("/releases/%2570rices-october"))


def test_without_an_opening_time_it_never_opens(start, show) -> None:
    """Unknown means closed, on any day."""
    nginx = start(closing(PATH, None))
    show("2030-01-01T00:00")
    nginx.ask(get("/.tick"))
    assert status(nginx.ask(get(PATH))) == 404


def test_a_front_page_goes_by_its_host_alone(start, backend) -> None:
    """A new site's front page closes no other site's."""
    backend.words = ("no such word",)
    nginx = start(closing("/", host="new.example"))
    assert [status(nginx.ask(get("/", host))) for host in ("new.example", HOST)] == [404, 200]
    for path in ("/index.html", "/INDEX.PHP", "//", "/?x", "/x/.."):
        assert status(nginx.ask(get(path, "www.New.example."))) == 404, path
        assert status(nginx.ask(get(path))) == 200, path


def test_a_path_can_go_by_its_host_too(start) -> None:
    """With --per-host another site on the same nginx may have the same path."""
    nginx = start(closing(PATH), closing("/", host="new.example"), per_host=True)
    found = [(PATH, HOST), (PATH, "other.example"), ("/", "new.example"), (PATH, "new.example")]
    assert [status(nginx.ask(get(*each))) for each in found] == [404, 200, 404, 200]


def test_case_can_count(start) -> None:
    """With --case-sensitive only the spelling given is closed, accents and all."""
    nginx = start(closing("/releases/Prices-October"), case_sensitive=True)
    found = ["/releases/Prices-October", PATH, "/releases/Pric%C3%A9s-October"]
    assert [status(nginx.ask(get(each))) for each in found] == [404, 200, 404]


def test_pages_below_may_have_slots_of_their_own(start, show) -> None:
    """The deepest listed address counts, whether it opens earlier or later."""
    later, sooner = "2026-12-01T09:30", "2026-11-01T09:30"
    nginx = start(
        closing("/a"), closing("/a/later", later), closing("/a/sooner/x", sooner), now=BEFORE
    )
    paths = ["/a", "/a/other", "/a/later/", "/a/sooner", "/a/sooner/x/y"]
    assert [status(nginx.ask(get(each))) for each in paths] == [404, 404, 404, 404, 200]
    show(SLOT)
    nginx.ask(get("/.tick"))
    assert [status(nginx.ask(get(each))) for each in paths] == [200, 200, 404, 200, 200]


WELSH = [
    "/ystadegau/pris\u0175",
    "/ystadegau/prisw\u0302",
    "/YSTADEGAU/PRIS\u0174",
    "/ystadegau/prisw",
]


@pytest.mark.parametrize("asked", WELSH)
@pytest.mark.parametrize("listed", WELSH[:2])
def test_accents_are_one_address_in_every_form(start, listed, asked) -> None:
    """Composed, taken apart, in capitals or dropped, whichever the calendar wrote."""
    nginx = start(closing(listed))
    assert status(nginx.ask(get(quote(asked)))) == 404
