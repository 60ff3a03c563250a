"""Whatever is sent, the answer is a document, never a yes and never a fault of our own."""

from __future__ import annotations

import json

import pytest

from tests.http.conftest import AHEAD, Service, question
from tests.http.test_doors import is_problem

JSON = {"Content-Type": "application/json"}
GOOD = json.dumps(question()).encode()
BODIES = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "a number": b"1",
    "two documents": GOOD + GOOD,
    "not UTF-8": GOOD.replace(b"cron", b"cr\xffon"),
    "half a surrogate": GOOD.replace(b"cron", b"cr\\ud800on"),
    "a byte order mark": b"\xef\xbb\xbf" + GOOD,
    "NaN": GOOD.replace(b'"cron"', b"NaN"),
    "a name twice": GOOD.replace(b'"action":', b'"action": "withdraw", "action":'),
    "a name twice, inside": GOOD.replace(b'{"id":', b'{"id": "x", "id":'),
    "a name that is unknown": GOOD.replace(b"{", b'{"effectiveAt": "2037-12-15T09:30", ', 1),
    "an unknown action": GOOD.replace(b"publish", b"delete"),
    "no action": json.dumps({"release": AHEAD, "actor": {"id": "cron"}}).encode(),
    "an id with a slash": GOOD.replace(AHEAD.encode(), b"../x"),
    "an id with a line break": GOOD.replace(AHEAD.encode(), AHEAD.encode() + b"\\n"),
    "no digest": GOOD.replace(b"sha256:", b"md5:"),
    "both digests": GOOD[:-1] + b', "digests": {"a": "sha256:' + b"ab" * 32 + b'"}}',
    "a time that is none": GOOD[:-1] + b', "effective_at": "tomorrow morning"}',
    "a time that the clock skips": GOOD[:-1] + b', "effective_at": "2027-03-28T01:30"}',
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "a deep item": GOOD[:-1] + b', "item": {"id": ' + b'{"a":' * 500 + b"1" + b"}" * 502,
    "a long number": GOOD.replace(b'"cron"', b"9" * 5000),
    "another's clock": GOOD[:-1] + b', "at": "2037-12-15T09:30"}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_what_is_no_question_is_a_400(service: Service, body: bytes) -> None:
    """Nothing of it is recorded, and the service goes on."""
    before = len(service.office.events())
    is_problem(service.ask("POST", "/v1/check", data=body, headers=JSON), 400)
    assert len(service.office.events()) == before
    assert service.check().status_code == 200


def test_deep_properties_are_refused(service: Service) -> None:
    """AuthZEN's free-form parts have a floor too."""
    deep: object = 1
    for _ in range(40):
        deep = {"a": deep}
    body = {
        "subject": {"type": "user", "id": "x"},
        "action": {"name": "publish"},
        "resource": {"type": "release", "id": AHEAD},
        "context": deep,
    }
    assert "deep" in is_problem(service.post("/access/v1/evaluation", body), 400)["detail"]


def test_a_large_body_is_a_413_however_it_is_sent(service: Service) -> None:
    """Ten megabytes at once and in chunks; the connection can be used on."""
    body = b'{"a": "' + b"x" * 10_000_000 + b'"}'
    is_problem(service.ask("POST", "/v1/check", data=body, headers=JSON), 413)
    chunks = (body[i : i + 65536] for i in range(0, len(body), 65536))
    is_problem(service.ask("POST", "/v1/check", data=chunks, headers=JSON), 413)
    assert service.check().status_code == 200


def test_a_body_in_chunks_is_read(service: Service) -> None:
    """As one that comes at once."""
    response = service.ask("POST", "/v1/check", data=iter([GOOD[:9], GOOD[9:]]), headers=JSON)
    assert response.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {**JSON, "Content-Encoding": "gzip"},
        {"Content-Type": ""},
    ],
    ids=["text", "form", "compressed", "none"],
)
def test_only_plain_json_is_read(service: Service, headers: dict[str, str]) -> None:
    """What a web page could send across origins is not."""
    is_problem(service.ask("POST", "/v1/check", data=GOOD, headers=headers), 415)


def test_other_methods_and_addresses(service: Service) -> None:
    """405 names the method that is wanted; HEAD is GET without its body."""
    wrong = service.get("/v1/check")
    is_problem(wrong, 405)
    assert wrong.headers["allow"] == "POST"
    for method in ("PUT", "DELETE", "OPTIONS", "PATCH"):
        is_problem(service.ask(method, "/v1/releases"), 405)
    is_problem(service.get("/v1/"), 404)
    is_problem(service.get("/v1/check/"), 404)
    head = service.ask("HEAD", "/v1/releases")
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) > 0


MALFORMED = {
    "no HTTP": b"hello\r\n\r\n",
    "a length and chunks": b"POST /v1/check HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"POST /v1/check HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
    b"Content-Length: 5\r\n\r\nabcde",
    "a length that is none": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\nabcd",
    "a space before the colon": b"GET /healthz HTTP/1.1\r\nHost : a\r\n\r\n",
    "a folded header": b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n",
    "a chunk that is none": b"POST /v1/check HTTP/1.1\r\nHost: a\r\n"
    b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED)
def test_what_two_servers_could_read_differently_ends_the_connection(
    service: Service, data: bytes
) -> None:
    """No request can hide behind another: 400, closed, and nothing after it is answered."""
    smuggled = b"GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n"
    answer = service.raw(data + smuggled)
    assert b"openapi" not in answer
    assert b"200 OK" not in answer
    assert b"connection: close" in answer.lower() or not answer
    assert service.check().status_code == 200


def test_a_token_given_twice_is_none(service: Service) -> None:
    """A filter in front may have looked at the other one."""
    head = (
        "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
        f"Authorization: Bearer x\r\nAuthorization: Bearer {service.token}\r\n\r\n"
    )
    assert b"401 Unauthorized" in service.raw(head.encode())


def test_a_large_head_is_refused(service: Service) -> None:
    """A megabyte of headers is not read."""
    answer = service.raw(b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + b"X-A: b\r\n" * 8000)
    assert b" 431 " in answer
