"""Who comes in: tokens, what they may see, and what happens to those that are wrong."""

from __future__ import annotations

import pytest

from tests.http.conftest import AHEAD, Service, add_token, question

OPEN = ["/healthz", "/openapi.json", "/v1/keys"]
READING = [
    "/v1/releases",
    f"/v1/releases/{AHEAD}",
    "/v1/log/checkpoint",
    "/v1/log/proof/1",
    "/metrics",
]
POSTED = ["/v1/check", "/v1/confirm", "/v1/record", "/access/v1/evaluation"]


def is_problem(response, status: int) -> dict:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    assert document["status"] == status
    assert document["type"].startswith("urn:pubguard:problem:")
    assert document["title"]
    assert document["detail"]
    assert document["remedy"]
    assert document["request_id"] == response.headers["x-request-id"]
    return document


@pytest.mark.parametrize("path", OPEN)
def test_three_addresses_are_open(service: Service, path: str) -> None:
    """Health, the description and the public keys need no token."""
    assert service.get(path, token="").status_code == 200


@pytest.mark.parametrize("path", [*READING, *POSTED])
def test_everything_else_wants_a_token(service: Service, path: str) -> None:
    """None, a wrong one, and one in another scheme are 401, and say which scheme is wanted."""
    method = "POST" if path in POSTED else "GET"
    ways = [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic Y21zOmNtcw=="}]
    for headers in ways:
        response = service.ask(method, path, token="", headers=headers)
        is_problem(response, 401)
        assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", READING)
def test_reading_wants_a_token_made_for_it(service: Service, path: str) -> None:
    """A plain token asks and reads nothing."""
    plain = add_token(service.office, "plain")
    is_problem(service.get(path, token=plain), 403)
    assert service.get(path).status_code == 200


def test_two_tokens_in_one_request_are_none(service: Service) -> None:
    """What is in front may have looked at the other one."""
    bearer = f"Authorization: Bearer {service.token}\r\n"
    rest = "Host: x\r\nConnection: close\r\n"
    for headers in (bearer * 2, bearer + "Authorization: Bearer other\r\n"):
        asked = f"GET /v1/releases HTTP/1.1\r\n{rest}{headers}\r\n"
        assert service.raw(asked.encode()).startswith(b"HTTP/1.1 401 ")
    one = service.raw(f"GET /v1/releases HTTP/1.1\r\n{rest}{bearer}\r\n".encode())
    assert one.startswith(b"HTTP/1.1 200 ")


def test_a_revoked_token_ends_at_once(service: Service) -> None:
    """Without a restart, and on a connection that is open."""
    token = add_token(service.office, "soon")
    assert service.post("/v1/check", question(), token=token).status_code == 200
    service.office.run("token", "revoke", "soon")
    is_problem(service.post("/v1/check", question(), token=token), 401)


def test_a_token_of_another_workspace_is_unknown(service: Service, tmp_path) -> None:
    """Even one of the same name."""
    from tests.guard.conftest import Office

    foreign = add_token(Office(tmp_path / "other"), "cms")
    is_problem(service.post("/v1/check", question(), token=foreign), 401)


def test_wrong_tokens_are_slowed_down_and_right_ones_are_not(service: Service) -> None:
    """After some dozens in a minute 429 with a time to wait; a right token still comes in."""
    statuses = [service.get("/metrics", token=f"wrong-{n}").status_code for n in range(80)]
    assert statuses[0] == 401
    assert statuses[-1] == 429
    refused = service.get("/metrics", token="wrong")
    is_problem(refused, 429)
    assert int(refused.headers["retry-after"]) > 0
    assert service.check().status_code == 200


def test_a_rate_holds_back_a_token_but_no_withdrawal(service: Service) -> None:
    """Only where [service] sets one, for each token by itself."""
    path = service.office.folder / "pubguard.toml"
    path.write_text(path.read_text() + "\n[service]\nrate = 5\n")
    statuses = [service.check().status_code for _ in range(8)]
    assert statuses == [200] * 5 + [429] * 3
    assert service.check("withdraw").status_code == 200
    other = add_token(service.office, "other")
    assert service.post("/v1/check", question(), token=other).status_code == 200


def test_a_damaged_file_of_tokens_lets_nobody_in(service: Service) -> None:
    """It is a 503 that says what to do, not a 401 that blames the token."""
    file = service.office.folder / "tokens.json"
    kept = file.read_bytes()
    file.write_bytes(b"[{}]")
    assert "backup" in is_problem(service.check(), 503)["remedy"]
    file.write_bytes(kept)
    assert service.check().status_code == 200


def test_the_callers_request_id_comes_back(service: Service) -> None:
    """If it is one; anything else is replaced, and every line of the log has one."""
    good = service.get("/healthz", headers={"X-Request-Id": "abc-123"})
    assert good.headers["x-request-id"] == "abc-123"
    bad = service.get("/healthz", headers={"X-Request-Id": 'a"b{}'})
    assert bad.headers["x-request-id"] not in ("", 'a"b{}')
    service.stop()
    lines = [line for line in service.lines() if line["event"] == "request"]
    assert [line["request_id"] for line in lines] == [
        response.headers["x-request-id"] for response in (good, bad)
    ]


def test_nothing_says_what_serves(service: Service) -> None:
    """No server header, and nothing is kept by caches."""
    response = service.get("/healthz")
    assert "server" not in response.headers
    assert response.headers["cache-control"] == "no-store"
