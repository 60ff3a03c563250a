"""The moment of the slot, to a tenth of a second, and the guard that cannot be switched off."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.wordpress.conftest import OPEN, Start
from tests.wordpress.listing import PATHS
from tests.wordpress.standin import Body, Handler, document, standing_in
from tests.wordpress.trying import Try

PUBLISH = {"status": "publish"}


def publish(t: Try) -> int:
    return t.rest("POST", f"/wp/v2/posts/{t.prepare()}", PUBLISH).status


def test_a_tenth_of_a_second_before(start: Start, guard) -> None:
    """By the guard's clock it is early, and by nothing else."""
    t = start("2026-11-26T09:29:58")
    guard.clock.stop("2026-11-26T09:29:59.9")
    assert publish(t) == 403
    assert not t.seen()


def test_on_the_slot(start: Start, guard) -> None:
    """At 09:30:00 it goes out."""
    t = start("2026-11-26T09:30:01")
    guard.clock.stop("2026-11-26T09:30:00")
    assert publish(t) == 200
    assert t.seen()


def hesitant(handler: Handler, asked: Body) -> None:
    """A no after more than a second."""
    handler.server.over.wait(1.2)
    handler.send(document(asked, decision="block"))


@pytest.mark.parametrize(
    "way", ["rest_update_publish", "code_wp_publish_post", "cron_future", "admin_restore_revision"]
)
def test_while_the_guard_thinks(way: str, start: Start) -> None:
    """Nobody sees it for a moment either: it is judged before it is written, not undone after."""
    with standing_in(hesitant) as guard, ThreadPoolExecutor(1) as pool:
        t = start(OPEN, PUBGUARD_URL=guard.url)
        begun = pool.submit(PATHS[way].drive, t)
        looks = 0
        while not begun.done():
            for place in ("/", "/?feed=rss2", "/wp-json/wp/v2/posts"):
                assert t.figure not in requests.get(t.site.url + place, timeout=60).text
                looks += 1
        assert looks
        assert guard.checks()
        assert not t.seen()


def test_a_site_whose_clock_is_fast(start: Start, guard) -> None:
    """The guard's clock counts: a site that is an hour ahead publishes nothing early."""
    t = start("2026-11-26T09:45:00")
    guard.clock.set("2026-11-26T08:45:00")
    item = t.prepare()
    assert publish(t) == 403
    t.unguarded(
        f"$wpdb->update($wpdb->posts, ['post_status' => 'future'], ['ID' => {item}]);"
        f"wp_schedule_single_event(time() - 5, 'publish_future_post', [{item}]);"
    )
    t.cron()
    assert not t.seen()


def test_it_cannot_be_switched_off(start: Start) -> None:
    """As a must-use plugin it is on no list of plugins, and no request can deactivate it."""
    t = start(OPEN)
    listed = t.rest("GET", "/wp/v2/plugins", user="admin")
    assert listed.status == 200
    assert "pubguard" not in listed.text
    off = t.rest("POST", "/wp/v2/plugins/pubguard", {"status": "inactive"}, user="admin")
    assert off.status == 404
    person = t.browser("admin")
    person.get("/wp-admin/plugins.php?plugin_status=mustuse")
    assert "pubguard" in person.page.text
    assert "deactivate" not in person.page.text.lower().split("pubguard", 1)[1][:600]


def test_another_plugin_that_fails(start: Start) -> None:
    """Code that throws in the middle of a publish leaves nothing public."""
    t = start("2026-11-26T08:00:00")
    item = t.prepare()
    t.code(
        "add_filter('wp_insert_post_data', function () { throw new Exception('x'); }, 5);"
        f"try {{ wp_update_post(['ID' => {item}, 'post_status' => 'publish']); }}"
        " catch (Exception $e) { return 'thrown'; }"
    )
    assert t.status(item) == "draft"
    assert not t.seen()
