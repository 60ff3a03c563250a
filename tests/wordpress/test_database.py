"""Writes past every filter of WordPress's but one: SQL that the code of a plugin builds itself."""

from __future__ import annotations

import json

import pytest

from tests.wordpress.conftest import BEFORE, OPEN, Start
from tests.wordpress.trying import Try

NOTED = """
add_action('transition_post_status', static function ($new, $old, $post) use (&$heard) {
    $heard[] = "$old $new $post->post_status";
}, 10, 3);
add_action('publish_post', static function () use (&$heard) { $heard[] = 'publish_post'; });
"""
PUBLISHING = (
    "UPDATE {posts} SET post_status = 'publish' WHERE ID = {item}",
    "update `{posts}` set `post_status`=\"publish\" where `ID`='{item}'",
    "/* UPDATE x */ UPDATE LOW_PRIORITY {posts} SET post_status='publish'"
    " WHERE post_title LIKE '%rose%'",
    "UPDATE {posts} SET post_title = 'it''s, \\'x\\'', post_status = 'publish'"
    " -- \\n WHERE ID = {item}\\n",
    "UPDATE {posts} SET post_status = CONCAT('pub', 'lish') WHERE ID = {item}",
    "UPDATE {posts} SET post_status = 'live' WHERE ID = {item}",
    "UPDATE {posts} p SET p.post_status = 'publish' WHERE p.ID = {item}",
    "UPDATE {posts} p JOIN wp_users u ON u.ID = p.post_author SET p.post_status = 'publish'",
    "UPDATE wp_users u, {posts} p SET p.post_status = 'publish' WHERE p.ID = {item}",
    "/*!50000 UPDATE {posts} SET post_status = 'publish' WHERE ID = {item} */",
    "UPDATE {posts} SET comment_count = 1 /*!, post_status = 'publish' */ WHERE ID = {item}",
    "WITH x AS (SELECT 1) UPDATE {posts} SET post_status = 'publish' WHERE ID = {item}",
    "REPLACE INTO {posts} (ID, post_status, post_title) VALUES ({item}, 'publish', '{title}')",
    "INSERT INTO {posts} (post_status, post_title) SELECT 'publish', post_title FROM {posts}",
    "INSERT INTO {posts} (ID, post_title) VALUES ({item}, 'x')"
    " ON DUPLICATE KEY UPDATE post_status = 'publish'",
    "INSERT INTO {posts} (post_status, post_title) VALUES ('draft', 'x'), ('publish', '{title}')",
    "INSERT INTO {posts} SET post_status = 'publish', post_title = '{title}'",
)
REVISING = (
    "UPDATE {posts} SET post_content = '{title}' WHERE ID = {item}",
    "UPDATE {posts} SET post_content = REPLACE(post_content, 'announced', '{title}')",
    "UPDATE {posts} SET post_title = '{title}'",
    "UPDATE {posts} SET post_excerpt = '{title}', post_content = '{title}' WHERE ID > 0 LIMIT 5",
)
HARMLESS = (
    "UPDATE {posts} SET comment_count = comment_count + 1 WHERE ID = {item}",
    "UPDATE {posts} p JOIN wp_users u ON u.ID = p.post_author SET p.menu_order = 3"
    " WHERE p.post_status = 'draft'",
    "UPDATE {posts} SET post_content = CONCAT(post_content, ' More.') WHERE post_status = 'draft'",
    "UPDATE {posts} SET post_parent = 0 WHERE post_type = 'page'",
    "INSERT INTO {posts} (post_status, post_type, post_title) VALUES ('draft', 'post', 'x')",
    "INSERT INTO wp_options (option_name, option_value) VALUES ('x', 'UPDATE {posts} SET x')",
    "UPDATE wp_options SET option_value = '{posts}' WHERE option_name = 'x'",
    "DELETE FROM {posts} WHERE ID = {item}",
)


def query(t: Try, sql: str, item: int) -> object:
    """What $wpdb->query() answers: how many rows, or false."""
    text = sql.format(posts="wp_posts", item=item, title=t.title).replace("\\n", "\n")
    return json.loads(
        t.code(f"return $wpdb->query({json.dumps(text)});".replace("$p", "\\$p")).text
    )


@pytest.mark.parametrize("sql", PUBLISHING)
def test_publishing_by_sql(sql: str, start: Start) -> None:
    """Before the slot no spelling of an UPDATE or INSERT makes it public."""
    t = start(BEFORE)
    item = t.prepare()
    assert query(t, sql, item) is False
    assert not t.seen()
    assert t.status(item) == "draft"


@pytest.mark.parametrize("sql", REVISING)
def test_revising_by_sql(sql: str, start: Start) -> None:
    """What is public keeps its words before the slot."""
    t = start(BEFORE)
    item = t.live()
    assert query(t, sql, item) is False
    assert not t.seen()


@pytest.mark.parametrize("sql", HARMLESS)
def test_other_sql(sql: str, start: Start) -> None:
    """What shows nothing to readers runs, and asks nobody."""
    t = start(BEFORE)
    item = t.prepare()
    assert query(t, sql, item) is not False
    assert not t.site.calls()


@pytest.mark.parametrize("sql", [PUBLISHING[0], PUBLISHING[1], PUBLISHING[2]])
def test_from_the_slot_on(sql: str, start: Start) -> None:
    """What can be judged item by item goes out when it is allowed."""
    t = start(OPEN)
    item = t.prepare()
    assert query(t, sql, item) is not False
    assert t.status(item) == "publish"


def test_nothing_is_announced(start: Start) -> None:
    """A refused wp_publish_post() sends no mail and no post: its hooks are not run."""
    t = start(BEFORE)
    item = t.prepare()
    said = t.code(f"$heard = []; {NOTED} wp_publish_post({item}); return $heard;")
    assert json.loads(said.text) == []
    assert t.status(item) == "draft"


def test_hooks_are_back_afterwards(start: Start) -> None:
    """The next item of the same run is announced as ever."""
    t = start(OPEN)
    good = t.prepare()
    t.meta = {}
    bad = t.prepare()
    said = t.code(
        f"$heard = []; {NOTED} wp_publish_post({bad}); wp_publish_post({good}); return $heard;"
    )
    assert json.loads(said.text) == ["draft publish publish", "publish_post"]
    assert (t.status(bad), t.status(good)) == ("draft", "publish")


def test_the_programmer_is_told(start: Start) -> None:
    """$wpdb->last_error and the log of PHP say why."""
    t = start(BEFORE)
    item = t.prepare()
    said = t.code(
        "$wpdb->suppress_errors();"
        f"$wpdb->update($wpdb->posts, ['post_status' => 'publish'], ['ID' => {item}]);"
        "return $wpdb->last_error;"
    )
    assert "26 November 2026" in said.words
    assert f"pubguard: item {item}" in t.site.log()
