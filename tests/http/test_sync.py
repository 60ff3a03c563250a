"""The guard knows its enforcement points: what they hold, how their clocks run, who is silent."""

from __future__ import annotations

import pytest

from tests.guard.conftest import OTHER, PAGE
from tests.http.conftest import Service, add_token, question

SLOT = "2026-11-26T09:30"
RELEASE = "prices-october-2026"
MOVED = "2026-11-27T09:30"
NEW = "2026-11-27T09:30:00Z"


@pytest.fixture
def near(ahead, serve, show):
    """A service on the day before the slot, on a clock that the test sets."""
    ahead.announce(RELEASE, SLOT)
    return serve(**show("2026-11-25T10:00"))


def hold(service: Service, slot: str = f"{SLOT}:00Z", token: str | None = None, **more):
    items = [{"id": 7, "release": RELEASE, "output": "page", "digest": PAGE, "scheduled_at": slot}]
    body = {"version": "wp-1.0", "zone": "Europe/London", "items": items, **more}
    return service.post("/v1/sync", body, token=token)


def synced(service: Service) -> int:
    return sum(event["kind"] == "point.synced" for event in service.office.events())


def warned(service: Service) -> str:
    verdicts = service.check(release=RELEASE).json()["verdicts"]
    return " ".join(v["reason"] for v in verdicts if v["code"] == "PG604")


def test_a_point_hears_what_counts(near: Service) -> None:
    """The slots that it holds or that are near, and when to come again."""
    answer = hold(near).json()
    assert set(answer) == {"at", "permits", "status", "keys", "slots", "next_sync"}
    assert answer["at"] == "2026-11-25T10:00:00Z"
    (slot,) = answer["slots"]
    assert slot == {
        "release": RELEASE,
        "release_at": f"{SLOT}:00Z",
        "state": "confirmed",
        "held": False,
    }


PACES = {
    "2026-11-25T10:00": "2026-11-25T10:05",
    "2026-11-26T08:30": "2026-11-26T08:31",
    "2026-11-26T09:27": "2026-11-26T09:28",
    "2026-11-26T09:28": "2026-11-26T09:28:05",
    "2026-11-26T09:31": "2026-11-26T09:31:05",
}


@pytest.mark.parametrize(("now", "then"), PACES.items())
def test_it_comes_the_more_often_the_nearer_the_slot(near: Service, show, now, then) -> None:
    """Minutes, a minute from an hour before, five seconds from two minutes before."""
    show(now)
    assert hold(near).json()["next_sync"][:19].removesuffix(":00") in (then, f"{then}:00")


def test_only_news_are_recorded(near: Service, show) -> None:
    """The same again is no entry; another slot is, and an hour's silence is filled."""
    for _ in range(3):
        hold(near)
    assert synced(near) == 1
    hold(near, slot=NEW)
    assert synced(near) == 2
    show("2026-11-25T10:50")
    hold(near, slot=NEW)
    assert synced(near) == 2
    show("2026-11-25T11:01")
    hold(near, slot=NEW)
    assert synced(near) == 3
    assert near.office.run("log", "verify", "--replay").code == 0


def test_near_a_slot_what_is_wrong_is_pg604(near: Service, show) -> None:
    """Another slot, a wrong clock, an item without a release, and silence; a warning only."""
    show("2026-11-26T08:35")
    hold(near, clock="2026-11-26T08:35:00Z")
    assert warned(near) == ""
    hold(near, slot=NEW, clock="2026-11-26T08:35:00Z")
    assert "holds it for Friday 27 November 2026, 09:30" in warned(near)
    hold(near, clock="2026-11-26T09:35:00Z")
    assert "the clock of cms is 1 h ahead" in warned(near)
    hold(near, items=[{"id": 8}])
    assert "1 items that name no release" in warned(near)
    show("2026-11-26T09:00")
    assert "was last heard of" in warned(near)
    assert near.office.run("log", "verify", "--replay").code == 0


def test_silence_survives_a_restart(near: Service, serve, show) -> None:
    """It is seen from the log, and by another service on the same workspace."""
    hold(near)
    near.stop()
    again = serve(**show("2026-11-26T08:45"))
    assert "cms was last heard of" in warned(again)
    hold(again)
    assert warned(again) == ""


def test_a_revoked_point_is_missed_by_nobody(near: Service, show) -> None:
    """Its token ended, so nothing is expected of it."""
    other = add_token(near.office, "other")
    hold(near, token=other)
    near.office.run("token", "revoke", "other")
    show("2026-11-26T08:45")
    assert "other" not in warned(near)


def test_a_move_is_not_yet_everywhere_until_each_has_it(near: Service, show) -> None:
    """In the calendar's documents and on its page, until the point holds the new slot."""
    run = near.office.run
    hold(near)
    near.office.clock.set("2026-11-25T10:01")
    assert run("calendar", "show", RELEASE).doc.get("not_yet_everywhere") is None
    who = ("--role", "lead-official", "--reason", "Late returns")
    moved = run("calendar", "move", RELEASE, "--to", MOVED, "--actor", "c.lee", *who)
    assert moved.code == 0, moved.out
    agreed = run("calendar", "agree", RELEASE, "--actor", "d.khan", "--role", "lead-official")
    assert agreed.doc["not_yet_everywhere"] == ["cms"]
    assert "Not yet everywhere: cms." in agreed.err
    show("2026-11-25T10:05")
    (slot,) = hold(near).json()["slots"]
    assert slot["release_at"] == NEW
    assert run("calendar", "show", RELEASE).doc["not_yet_everywhere"] == ["cms"]
    page = run("calendar", "show", RELEASE, as_json=False)
    assert "not yet everywhere: cms" in page.out
    hold(near, slot=NEW)
    assert run("calendar", "show", RELEASE).doc.get("not_yet_everywhere") is None


def test_an_open_change_is_held(near: Service) -> None:
    """The last agreed slot still counts, and nothing goes out."""
    who = ("--actor", "c.lee", "--reason", "Late returns")
    near.office.clock.set("2026-11-25T10:01")
    near.office.run("calendar", "move", RELEASE, "--to", MOVED, *who)
    (slot,) = hold(near).json()["slots"]
    assert (slot["release_at"], slot["held"]) == (f"{SLOT}:00Z", True)


def test_what_is_newer_than_we_know_is_passed_over(near: Service) -> None:
    """A heartbeat is not refused for a field more."""
    assert hold(near, plugins=["x"]).status_code == 200
    assert near.get("/v1/permits/status").status_code == 200
    assert near.post("/v1/check", question(digest=OTHER)).status_code == 200


CALENDAR = """
[[release]]
id = "wages"
title = "Wages"
state = "confirmed"
release_at = 2026-11-26T09:30:00
[[release.output]]
id = "page"
url = "https://stats.example/wages+prices"
"""


def test_the_edge_is_told_when_an_address_opens(near: Service, show, tmp_path) -> None:
    """204 or 403 for auth_request, with the path as nginx has it or encoded; never cached."""
    calendar = tmp_path / "calendar.toml"
    calendar.write_text(CALENDAR)
    assert near.office.run("calendar", "import", str(calendar)).code == 0
    asked = (
        "host=stats.example&path=/wages+prices",
        "host=stats.example&path=/wages%2Bprices?a=1&b=2&host=other.example",
        "host=stats.example&path=%2FWAGES%2Bprices%3Fa%3D1",
        "path=/wages+prices&host=stats.example:443",
    )
    for query in asked:
        refused = near.get(f"/v1/edge?{query}")
        assert (refused.status_code, refused.headers["cache-control"]) == (403, "no-store"), query
    assert near.get("/v1/edge?host=stats.example&path=/").status_code == 204
    assert near.get("/v1/edge?host=stats.example").status_code == 400
    assert near.get("/v1/edge?path=/", token="").status_code == 401
    show("2026-11-26T09:30")
    for query in asked:
        assert near.get(f"/v1/edge?{query}").status_code == 204


def test_nginx_asks_in_headers(near: Service, tmp_path) -> None:
    """It cannot escape a value into a query; two headers of one name are nobody's word."""
    calendar = tmp_path / "calendar.toml"
    calendar.write_text(CALENDAR)
    assert near.office.run("calendar", "import", str(calendar)).code == 0

    def ask(target: str, host: str = "stats.example") -> int:
        told = {"X-Pubguard-Host": host, "X-Pubguard-Target": target}
        return near.get("/v1/edge", headers=told).status_code

    assert ask("/wages+prices?x=1") == 403
    assert ask("/WAGES+prices/", "made-up.example") == 403
    assert ask("/") == 204
    assert near.get("/v1/edge").status_code == 400
    head = f"GET /v1/edge HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {near.token}\r\n"
    twice = "X-Pubguard-Target: /wages+prices\r\nX-Pubguard-Target: /\r\nConnection: close\r\n\r\n"
    assert near.raw((head + twice).encode()).startswith(b"HTTP/1.1 400 ")


def test_letters_that_are_not_encoded_are_closed_too(near: Service, tmp_path) -> None:
    """A header's bytes are UTF-8, as a target's are for nginx; in a query they are no HTTP."""
    calendar = tmp_path / "calendar.toml"
    calendar.write_text(CALENDAR.replace("wages+prices", "pri\u00e7os"))
    assert near.office.run("calendar", "import", str(calendar)).code == 0
    rest = f" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {near.token}\r\n"
    path = "/pri\u00e7os".encode()
    header = b"GET /v1/edge" + rest.encode() + b"X-Pubguard-Target: " + path + b"\r\n\r\n"
    assert near.raw(header).startswith(b"HTTP/1.1 403 ")
    query = b"GET /v1/edge?host=stats.example&path=" + path + rest.encode() + b"\r\n"
    assert near.raw(query).startswith(b"HTTP/1.1 400 ")


def test_a_point_gets_its_permits_and_their_status(near: Service) -> None:
    """By sync and by asking; what is revoked stands in the status."""
    import jwt

    office = near.office
    answer = near.post("/v1/sync", {"items": [], "permits": []})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["permits"] == []
    status = jwt.decode(found["status"], options={"verify_signature": False})
    assert status["revoked"] == []
    assert found["keys"][0]["crv"] == "Ed25519"
    assert office.arm(PAGE).code == 0
    (permit,) = near.post("/v1/sync", {"items": [], "permits": []}).json()["permits"]
    claims = jwt.decode(permit, options={"verify_signature": False})
    assert (claims["sub"], claims["digests"]) == (RELEASE, {"": PAGE})
    revoke = ("permit", "revoke", claims["jti"], "--actor", "c.lead", "--reason", "wrong file")
    assert office.run(*revoke).code == 0
    after = near.post("/v1/sync", {"items": [], "permits": [claims["jti"]]}).json()
    assert after["permits"] == []
    assert (
        claims["jti"] in jwt.decode(after["status"], options={"verify_signature": False})["revoked"]
    )
