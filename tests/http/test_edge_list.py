"""The edge list over HTTP: whatever a web server's machine needs to render its own file."""

from __future__ import annotations

import pytest

from tests.http.conftest import Service, add_token

SLOT = "2026-11-26T09:30:00"
CALENDAR = f"""
[[release]]
id = "wages"
title = "Wages"
state = "confirmed"
release_at = {SLOT}
[[release.output]]
id = "page"
url = "https://www.stats.example/wages/./figures.html"
[[release.output]]
id = "query"
url = "https://stats.example/?p=12345"
[[release]]
id = "prices"
title = "Prices"
state = "provisional"
release_at = {SLOT}
[[release.output]]
id = "page"
url = "https://stats.example/prices"
"""


@pytest.fixture
def listing(ahead, serve, show, tmp_path) -> Service:
    calendar = tmp_path / "calendar.toml"
    calendar.write_text(CALENDAR)
    assert ahead.run("calendar", "import", str(calendar)).code == 0
    return serve(**show("2026-11-25T10:00"))


def test_the_list_says_what_is_closed_until_when(listing: Service) -> None:
    """Address by address, with whose it is, what has no time, what cannot be closed by itself."""
    answer = listing.get("/v1/edge/list")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    found = answer.json()
    host = "stats.example"
    assert found["closings"] == [
        {"host": host, "segments": ["prices"], "opens_at": None, "releases": ["prices"]},
        {
            "host": host,
            "segments": ["wages", "figures"],
            "opens_at": f"{SLOT}Z",
            "releases": ["wages"],
        },
    ]
    assert found["doubtful"] == [f"{SLOT}Z"]
    (refused,) = found["refused"]
    assert (refused["release"], refused["output"]) == ("wages", "query")
    assert "12345" not in answer.text


def test_it_is_of_the_log_as_it_is(listing: Service) -> None:
    """Size and root are the checkpoint's, and it is made again when the log has grown."""
    before = listing.get("/v1/edge/list").json()
    assert listing.check(release="wages").status_code == 200
    after = listing.get("/v1/edge/list").json()
    note = listing.get("/v1/log/checkpoint").text
    assert after["size"] > before["size"]
    assert f"\\n{after['size']}\\n" in note
    assert after["closings"] == before["closings"]


def test_only_a_token_that_may_read_gets_it(listing: Service) -> None:
    """The addresses are embargoed: none without a token, none for one that only asks."""
    assert listing.get("/v1/edge/list", token="").status_code == 401
    blind = add_token(listing.office, "blind")
    refused = listing.get("/v1/edge/list", token=blind)
    assert refused.status_code == 403
    assert "stats.example" not in refused.text
