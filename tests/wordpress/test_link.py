"""Which release an item belongs to decides when it opens, so the link is guarded too."""

from __future__ import annotations

import json

import pytest

from tests.wordpress.conftest import BEFORE, OPEN, Start
from tests.wordpress.listing import PATHS
from tests.wordpress.paths_admin import edit, quick_edit
from tests.wordpress.trying import Try

PUBLISH = {"status": "publish"}
TYPES = {"post": "posts", "page": "pages", "bulletin": "bulletin"}


@pytest.mark.parametrize("kind", TYPES)
def test_without_a_release(kind: str, start: Start) -> None:
    """An item that belongs to no release is refused in words, whatever its type, at any time."""
    t = start(OPEN, "")
    item = t.prepare(post_type=kind)
    said = t.rest("POST", f"/wp/v2/{TYPES[kind]}/{item}", PUBLISH)
    assert said.status == 403
    assert "release" in said.words
    assert t.status(item) == "draft"
    assert not t.seen()
    assert not t.site.calls()


@pytest.mark.parametrize("way", ["admin_quick_edit", "admin_classic_publish", "xmlrpc_mt_publish"])
def test_without_a_release_elsewhere(way: str, start: Start) -> None:
    """The same in the other editors."""
    t = start(OPEN, "")
    said = PATHS[way].drive(t)
    assert "belongs to no release" in said.words
    assert not t.seen()


def test_a_release_that_nobody_announced(start: Start) -> None:
    """A release that is not on the calendar opens nothing."""
    t = start(OPEN, "nobody-announced-this")
    said = t.rest("POST", f"/wp/v2/posts/{t.prepare()}", PUBLISH)
    assert said.status == 403
    assert not t.seen()


def test_taken_out_and_published_in_one_request(start: Start) -> None:
    """Without its release it is refused as any other is."""
    t = start(BEFORE)
    item = t.prepare()
    said = t.rest("POST", f"/wp/v2/posts/{item}", {**PUBLISH, "meta": {"_pubguard_release": ""}})
    assert said.status == 403
    assert not t.seen()


def test_moved_to_one_that_is_open(start: Start, guard) -> None:
    """Whoever moves an item to a release that is out already leaves a trace in both logs."""
    guard.announce("2026-12-10T09:30", 1, "secret")
    t = start(OPEN)
    item = t.prepare(meta={"_pubguard_release": "secret-0"})
    moved = t.rest("POST", f"/wp/v2/posts/{item}", {"meta": {"_pubguard_release": t.release}})
    assert moved.status == 200, moved
    log = t.unguarded(f"return get_post_meta({item}, '_pubguard_link_log', true);").text
    assert [(row["from"], row["to"], row["who"]) for row in json.loads(log)][-1] == (
        "secret-0",
        t.release,
        "editor",
    )
    t.cron()
    told = [event for event in guard.office.events() if event["release"] == "secret-0"]
    assert "outcome.recorded" in {event["kind"] for event in told}


def test_a_contributor_cannot_move_it(start: Start) -> None:
    """Only who may edit the item may say where it belongs."""
    t = start(BEFORE)
    item = t.prepare()
    body = {"meta": {"_pubguard_release": "other"}}
    assert t.rest("POST", f"/wp/v2/posts/{item}", body, user="contributor").status == 403
    stored = f"SELECT meta_value FROM wp_postmeta WHERE post_id = {item}"
    assert t.release in t.site.sql(stored)


def test_only_some_types_are_guarded(start: Start) -> None:
    """PUBGUARD_TYPES names those that are; the others go out without a call."""
    t = start(BEFORE, "", PUBGUARD_TYPES="bulletin")
    assert t.rest("POST", f"/wp/v2/posts/{t.prepare()}", PUBLISH).status == 200
    assert t.seen()
    assert not t.site.calls()
    other = t.prepare(post_type="bulletin")
    assert t.rest("POST", f"/wp/v2/bulletin/{other}", PUBLISH).status == 403


def test_only_some_categories_are_guarded(start: Start) -> None:
    """PUBGUARD_CATEGORIES names those that are, also where the request itself takes it out."""
    t = start(BEFORE, PUBGUARD_CATEGORIES="statistics")
    make = "return wp_insert_term('Statistics', 'category', ['slug' => 'statistics'])['term_id'];"
    term = int(t.unguarded(make).text)
    t.meta = {}
    free = t.prepare(post_title="News", post_content="Of the office.")
    assert t.rest("POST", f"/wp/v2/posts/{free}", PUBLISH).status == 200
    guarded = t.prepare(post_category=[term])
    for body in (PUBLISH, {**PUBLISH, "categories": []}):
        assert t.rest("POST", f"/wp/v2/posts/{guarded}", body).status == 403
    both = {**PUBLISH, **t.fresh, "meta": {}, "categories": [term]}
    assert t.rest("POST", "/wp/v2/posts", both).status == 403
    assert not t.seen()


def test_a_link_to_be_chosen_in_the_same_request(start: Start) -> None:
    """The release that a request brings counts for that request."""
    t = start(OPEN)
    meta, t.meta = t.meta, {}
    said = t.rest("POST", f"/wp/v2/posts/{t.prepare()}", {**PUBLISH, "meta": meta})
    assert said.status == 200, said
    assert t.seen()


def chosen(t: Try, drive) -> None:
    t.meta = {}
    item = t.prepare()
    said = drive(item)
    assert t.status(item) == "publish", said.words


def test_chosen_on_the_screens(start: Start) -> None:
    """The same in the classic editor and in quick edit."""
    t = start(OPEN)
    chosen(t, lambda item: edit(t, item, publish="Publish", pubguard_release=t.release))
    t = start(OPEN)
    chosen(t, lambda item: quick_edit(t, item, pubguard_release=t.release))
