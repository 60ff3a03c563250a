"""When the guard is asked: for what becomes public, seldom, and never for a draft or a reader."""

from __future__ import annotations

import re

import pytest
import requests

from tests.wordpress.conftest import BEFORE, OPEN, Start
from tests.wordpress.listing import PATHS
from tests.wordpress.paths_admin import edit, quick_edit
from tests.wordpress.reader import PLACES
from tests.wordpress.trying import Try

WAYS = ("rest_update_publish", "admin_classic_publish", "admin_quick_edit", "cron_future")
SYNC = re.compile("/v1/(sync|releases|keys|permits)")
ROWS = "SELECT COUNT(*) FROM wp_posts"


def test_drafts_ask_nobody(start: Start) -> None:
    """Saving a draft in any of the editors, an autosave and a submission for review call nobody."""
    t = start(BEFORE)
    made = t.rest("POST", "/wp/v2/posts", t.fresh)
    assert made.status == 201, made
    item = t.prepare()
    for body in ({"content": t.content + "<p>More.</p>"}, {"status": "pending"}):
        assert t.rest("POST", f"/wp/v2/posts/{item}", body).status == 200
    saved = t.rest("POST", f"/wp/v2/posts/{item}/autosaves", {"content": "<p>Later.</p>"})
    assert saved.status == 200, saved
    edit(t, item, save="Save Draft", post_title="Another title")
    quick_edit(t, item, _status="draft", post_title="A third title")
    t.xmlrpc("wp.editPost", 1, "editor", "password of editor", item, {"post_title": "A fourth"})
    t.rest("DELETE", f"/wp/v2/posts/{item}")
    assert not t.site.calls()
    assert not t.seen()


def test_readers_ask_nobody(start: Start) -> None:
    """Page views call nobody, and leave no more rows behind than without the guard."""
    t = start(BEFORE)
    t.live()
    requests.get(t.site.url, timeout=60)
    rows = t.site.sql(ROWS)
    for place in PLACES:
        requests.get(t.site.url + place, timeout=60)
    assert not t.site.calls()
    assert t.site.sql(ROWS) == rows


def test_the_front_page_makes_its_menu(start: Start) -> None:
    """WordPress itself makes a menu for the first visitor: that is let through without a call."""
    t = start(BEFORE)
    t.live(post_type="page", post_title="About")
    requests.get(t.site.url, timeout=60)
    count = "SELECT COUNT(*) FROM wp_posts WHERE post_type = 'wp_navigation'"
    first = t.site.sql(count)
    requests.get(t.site.url, timeout=60)
    assert t.site.sql(count) == first
    assert not t.site.calls()


def asked(t: Try, way: str) -> list[str]:
    """What this way asked about the item itself; a sync is not about one."""
    before = len(t.site.calls())
    PATHS[way].drive(t)
    return [call for call in t.site.calls()[before:] if not SYNC.search(call)]


@pytest.mark.parametrize("way", WAYS)
def test_a_publish_costs_two_calls(way: str, start: Start) -> None:
    """Check and record, in each of the editors."""
    t = start(OPEN)
    assert 1 <= len(asked(t, way)) <= 2
    assert t.seen()


@pytest.mark.parametrize("way", WAYS)
def test_a_blocked_publish_costs_one_call(way: str, start: Start) -> None:
    """However many filters look at it, the guard is asked once."""
    t = start(BEFORE)
    assert len(asked(t, way)) == 1


def test_what_went_out_is_recorded(start: Start, guard) -> None:
    """The guard's log says that it was published; nothing there looks like a bypass."""
    t = start(OPEN)
    PATHS["rest_update_publish"].drive(t)
    t.cron()
    mine = [event for event in guard.office.events() if event["release"] == t.release]
    recorded = [event for event in mine if event["kind"] == "outcome.recorded"]
    assert [event["data"]["outcome"] for event in recorded] == ["published"]
    assert "bypass" not in str(recorded).lower() or "'bypass': False" in str(recorded)
