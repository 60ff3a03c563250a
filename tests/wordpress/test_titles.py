"""Titles with markup, quotes and marks that turn text around are judged and stored as they are."""

from __future__ import annotations

import json

import pytest

from tests.wordpress.conftest import BEFORE, OPEN, Start
from tests.wordpress.listing import PATHS
from tests.wordpress.office import SAID

TITLES = {
    "markup": "Prices & wages <em>up</em> <script>alert(7)</script>",
    "quotes": "\"Prices\" aren't 'up' \\ by 5% \\'",
    "right-to-left": "Prices \u202eslairt\u202c \u05de\u05d7\u05d9\u05e8\u05d9\u05dd \u2066x\u2069",
    "wide": "\U0001f4c8 Pre\u0301cis \u00e9 \u4ef7\u683c",
    "long": "Prices " * 400,
}
WAYS = ("rest_create_publish", "admin_classic_publish", "xmlrpc_wp_newPost", "code_wp_insert_post")


@pytest.fixture(params=TITLES)
def title(request: pytest.FixtureRequest) -> str:
    return TITLES[request.param]


@pytest.mark.parametrize("way", ["rest_create_publish", "admin_classic_publish", "admin_bulk_edit"])
def test_blocked(way: str, title: str, start: Start) -> None:
    """It is refused with our words, and no markup of the title is markup of ours."""
    t = start(BEFORE)
    t.title = f"{t.title} {title}"
    said = PATHS[way].drive(t)
    assert SAID in said.words
    assert not t.seen()
    if way.startswith("admin"):
        assert "<script>alert(7)" not in said.text


@pytest.mark.parametrize("way", ["rest_create_publish", "admin_classic_publish"])
def test_allowed(way: str, title: str, start: Start, guard) -> None:
    """It goes out, and the guard's log is whole."""
    t = start(OPEN)
    t.title = f"{t.title} {title}"
    said = PATHS[way].drive(t)
    assert t.seen(), said


def test_the_log_is_whole(start: Start, guard) -> None:
    """What such titles leave in the guard's log verifies, and is no line break or markup there."""
    t = start(OPEN)
    for title in TITLES.values():
        t.title = f"{t.title[:40]} {title}"
        t.rest("POST", "/wp/v2/posts", {**t.fresh, "title": t.title, "status": "publish"})
    assert guard.office.run("log", "verify").doc["ok"]
    assert all(json.dumps(event) for event in guard.office.events())


def test_stored_as_sent(title: str, start: Start) -> None:
    """A refused draft has the same title as without the guard: nothing is escaped twice."""
    t = start(BEFORE)
    guarded = t.prepare(post_title=title)
    t.rest("POST", f"/wp/v2/posts/{guarded}", {"status": "publish", "title": title})
    kept = t.rest("GET", f"/wp/v2/posts/{guarded}?context=edit")
    t.site.set(guarded=False)
    free = t.prepare(post_title=title)
    t.rest("POST", f"/wp/v2/posts/{free}", {"title": title})
    other = t.rest("GET", f"/wp/v2/posts/{free}?context=edit")
    raw = [json.loads(each.text)["title"]["raw"] for each in (kept, other)]
    assert raw[0] == raw[1]
