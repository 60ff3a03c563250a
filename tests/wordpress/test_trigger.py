"""The database itself says no to whoever writes past WordPress."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pubguard_hooks
import pytest

from tests.servers.wordpress import WordPress
from tests.wordpress.conftest import BEFORE, OPEN, Start
from tests.wordpress.listing import PATHS
from tests.wordpress.listing import Path as Way
from tests.wordpress.reader import seen
from tests.wordpress.test_sync import value
from tests.wordpress.trying import Reply, Try

SCRIPTS = Path(pubguard_hooks.__file__).parent / "wordpress" / "pubguard" / "trigger"
PERMITS, WRITER = "pubguard_permits", "pubguard_writer"
OPENED = "'post'),('page'),('bulletin'),('attachment'),('wp_block'),('wp_navigation'"
"""The types that tests put there unguarded."""
SECRET = {
    "PUBGUARD_DB_USER": WRITER,
    "PUBGUARD_DB_PASSWORD": "of the writer",
    "PUBGUARD_DB_NAME": PERMITS,
}
WORDS = "so the database refused it. Publish it in WordPress."
ADD = "INSERT INTO wp_postmeta (post_id, meta_key, meta_value) VALUES (%d, '%s', '2.4')"
SOME = ("rest_update_publish", "cron_future", "admin_classic_publish", "code_wp_publish_post")


class Fence:
    """The scripts of the trigger, at one site."""

    def __init__(self, site: WordPress) -> None:
        self.site = site

    def run(self, name: str) -> None:
        """One of the scripts, as its first lines say."""
        text = (SCRIPTS / name).read_text()
        places = {
            "DATABASE": self.site.name,
            "PREFIX": "wp_",
            "PERMITS": PERMITS,
            "WRITER": WRITER,
            "HOST": "localhost",
            "PASSWORD": "of the writer",
            "USER": self.site.name,
        }
        for mark, own in places.items():
            text = text.replace(f"@{mark}@", own)
        assert not re.search(r"@[A-Z]+@", text)
        self.site.database.sql(text)

    def raw(self, text: str) -> str:
        """What the database says to WordPress's own user; '' if it did it."""
        place = self.site
        own = {"user": place.name, "password": "of this site"}
        return place.database.run(text, place.name, **own).stderr

    def permits(self) -> int:
        return int(self.site.sql(f"SELECT COUNT(*) FROM {PERMITS}.permits"))


@pytest.fixture
def fence(site: WordPress, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fence]:
    """The trigger, installed; what a test prepares unguarded passes it."""
    made = Fence(site)
    made.run("install.sql")
    site.sql(f"INSERT INTO {PERMITS}.public_statuses VALUES ('live')")
    past = Try.unguarded

    def unguarded(t: Try, code: str) -> Reply:
        site.sql(f"INSERT IGNORE INTO {PERMITS}.free_types VALUES ({OPENED})")
        try:
            return past(t, code)
        finally:
            types = OPENED.replace("),(", ",")
            site.sql(f"DELETE FROM {PERMITS}.free_types WHERE type IN ({types})")

    monkeypatch.setattr(Try, "unguarded", unguarded)
    yield made
    made.run("remove.sql")


Begin = Callable[[str], Try]


@pytest.fixture
def begin(start: Start, fence: Fence) -> Begin:
    assert fence
    return lambda now, **more: start(now, **SECRET, **more)


def test_raw_sql_is_refused(begin: Begin, fence: Fence) -> None:
    """Whatever would show readers something new."""
    t = begin(OPEN)
    draft, locked = t.prepare(), t.prepare(post_status="publish", post_password="x")
    live = t.live()
    t.unguarded(f"add_post_meta({live}, 'headline', 'old'); return 1;")
    update = "UPDATE wp_posts SET %s WHERE ID = %d"
    columns = "(post_title, post_content, post_excerpt, post_status, to_ping, pinged, {0}_filtered)"
    columns = columns.format("post_content")
    refused = (
        update % ("post_status = 'publish'", draft),
        update % ("post_status = 'live'", draft),
        update % ("post_password = ''", locked),
        update % ("post_content = '2.4'", live),
        update % ("post_title = CONCAT(post_title, ' 2.4')", live),
        update % ("post_title = UPPER(post_title)", live),
        update % ("post_excerpt = '2.4'", live),
        update % ("post_type = 'page'", live),
        f"INSERT INTO wp_posts {columns} VALUES ('x', '2.4', '', 'publish', '', '', '')",
    )
    for text in refused:
        assert WORDS in fence.raw(text), text
    fields = (
        f"UPDATE wp_postmeta SET meta_value = '2.4' WHERE post_id = {live} AND meta_key <> 'x'",
        ADD % (live, "headline"),
        ADD % (live, "_thumbnail_id"),
        f"UPDATE wp_postmeta SET post_id = {live} WHERE post_id = {draft}",
    )
    t.unguarded(f"add_post_meta({draft}, 'note', '2.4'); return 1;")
    for text in fields:
        assert "nothing permits the change" in fence.raw(text), text
    assert not seen(t.site, "2.4")


def test_what_nobody_sees_is_free(begin: Begin, fence: Fence) -> None:
    """Drafts, revisions, their fields, and what changes nothing of a public page."""
    t = begin(BEFORE)
    draft, live = t.prepare(), t.live()
    free = (
        f"UPDATE wp_posts SET post_content = '2.4' WHERE ID = {draft}",
        f"UPDATE wp_posts SET post_status = 'future' WHERE ID = {draft}",
        f"UPDATE wp_posts SET comment_count = 7, post_content = post_content WHERE ID = {live}",
        f"UPDATE wp_posts SET post_status = 'draft', post_content = 'x' WHERE ID = {live}",
        ADD % (draft, "headline"),
        ADD % (live, "_edit_lock"),
        f"DELETE FROM wp_posts WHERE ID = {live}",
    )
    for text in free:
        assert fence.raw(text) == "", text


def test_a_permit_cannot_be_forged(begin: Begin, fence: Fence) -> None:
    """WordPress's user reaches nothing of that schema; a permit is for one content and short."""
    t = begin(BEFORE)
    draft = t.prepare()
    for text in (
        f"SELECT * FROM {PERMITS}.permits",
        f"INSERT INTO {PERMITS}.permits (kind) VALUES ('post')",
        f"INSERT INTO {PERMITS}.free_types VALUES ('post')",
        f"DELETE FROM {PERMITS}.public_statuses",
        f"SELECT {PERMITS}.is_permitted('post', 1, 'x')",
        f"DROP DATABASE {PERMITS}",
    ):
        assert "denied" in fence.raw(text), text
    content = (
        "SHA2(CONCAT_WS(CHAR(0), 'publish', post_type, post_password, post_title, post_excerpt,"
        " post_content), 256)"
    )
    give = (
        f"INSERT INTO {PERMITS}.permits (kind, post_id, digest, until_at) SELECT 'post', %s,"
        f" {content}, UTC_TIMESTAMP(6) + INTERVAL %d SECOND FROM wp_posts WHERE ID = {draft}"
    )
    publish = f"UPDATE wp_posts SET post_status = 'publish'%s WHERE ID = {draft}"
    t.site.sql(give % (draft, -1))
    assert WORDS in fence.raw(publish % "")
    t.site.sql(give % (draft + 1, 10))
    assert WORDS in fence.raw(publish % "")
    t.site.sql(give % (draft, 10))
    assert WORDS in fence.raw(publish % ", post_content = '2.4'")
    assert fence.raw(publish % "") == ""


def test_a_permit_is_written_for_ten_seconds(begin: Begin, fence: Fence) -> None:
    """And those that are over are cleared away."""
    t = begin(OPEN)
    first, second = t.prepare(), t.prepare()
    t.rest("PUT", f"/wp/v2/posts/{first}", {"status": "publish"})
    assert t.status(first) == "publish"
    left = t.site.sql(
        f"SELECT MAX(TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), until_at)) FROM {PERMITS}.permits"
    )
    assert 0 < int(left) <= 10
    t.site.sql(f"UPDATE {PERMITS}.permits SET until_at = until_at - INTERVAL 1 MINUTE")
    t.rest("PUT", f"/wp/v2/posts/{second}", {"status": "publish"})
    late = f"SELECT COUNT(*) FROM {PERMITS}.permits WHERE until_at < UTC_TIMESTAMP(6)"
    assert t.site.sql(late) == "0"


def test_nothing_is_permitted_before_the_slot(begin: Begin, fence: Fence) -> None:
    """What the gates refuse gets no permit."""
    t = begin(BEFORE)
    draft = t.prepare()
    t.rest("PUT", f"/wp/v2/posts/{draft}", {"status": "publish"})
    t.code(f"wp_publish_post({draft}); return 1;")
    t.rest("PUT", f"/wp/v2/posts/{t.live()}", {"content": "2.4"})
    assert fence.permits() == 0
    assert not t.seen()


@pytest.mark.newer(SOME)
def test_every_way_still_publishes(path: Way, begin: Begin) -> None:
    """From the slot on, beside the trigger."""
    t = begin(OPEN)
    said = path.drive(t)
    if path.means == "publish":
        assert t.seen(), (said, t.site.log())


@pytest.mark.parametrize("name", [way.name for way in PATHS.values() if way.means == "trigger"])
def test_the_ways_past_wordpress_are_closed(name: str, begin: Begin) -> None:
    """Those that only a trigger can stop."""
    t = begin(BEFORE)
    PATHS[name].drive(t)
    assert not t.seen()


def test_anonymous_page_views_still_work(begin: Begin) -> None:
    """What core itself makes for a block theme is let through."""
    t = begin(BEFORE)
    assert t.rest("GET", "/wp/v2/posts", user="").status == 200
    import requests

    assert requests.get(t.site.url, timeout=60).status_code == 200


def test_without_its_user_nothing_is_published(start: Start, fence: Fence) -> None:
    """The second connection fails: the database says no, and people are told."""
    t = start(OPEN, **{**SECRET, "PUBGUARD_DB_PASSWORD": "wrong"})
    draft = t.prepare()
    done = t.rest("PUT", f"/wp/v2/posts/{draft}", {"status": "publish"})
    assert done.status >= 400, done.text
    assert not t.seen()
    said = value(t, "return implode(' ', array_column(Pubguard\\Alarm::all(), 'text'));")
    assert "cannot be reached" in said


def test_the_site_knows_whether_it_is_there(begin: Begin, start: Start, fence: Fence) -> None:
    """All of it, a part of it, with every public status, or not at all."""
    t = begin(BEFORE)
    installed, wrong = (f"return Pubguard\\Trigger::{name}();" for name in ("installed", "wrong"))
    assert value(t, installed) is True
    assert value(t, wrong) == ""
    t.site.sql(f"DELETE FROM {PERMITS}.public_statuses WHERE status = 'live'")
    assert "the status live" in value(t, wrong)
    t.site.sql("DROP TRIGGER pubguard_meta_update")
    assert value(t, installed) is False
    assert "install.sql" in value(t, wrong)
    fence.run("install.sql")
    assert value(t, installed) is True
    assert value(start(BEFORE), installed) is False


def test_wordpress_cannot_remove_it(begin: Begin, fence: Fence) -> None:
    """With its rights restricted; and it gets them back for an update."""
    t = begin(BEFORE)
    fence.run("restrict.sql")
    for text in (
        "DROP TRIGGER pubguard_posts_update",
        "ALTER TABLE wp_posts ADD x int",
        "DROP TABLE wp_posts",
        "TRUNCATE wp_posts",
        "RENAME TABLE wp_posts TO x",
    ):
        assert "denied" in fence.raw(text), text
    draft = t.prepare()
    assert fence.raw(f"UPDATE wp_posts SET post_title = 'x' WHERE ID = {draft}") == ""
    fence.run("relax.sql")
    assert fence.raw("ALTER TABLE wp_posts ADD x int; ALTER TABLE wp_posts DROP x") == ""


def test_removed_it_is_gone(begin: Begin, fence: Fence) -> None:
    """Triggers, schema and user."""
    t = begin(BEFORE)
    draft = t.prepare()
    fence.run("remove.sql")
    assert t.site.sql("SHOW TRIGGERS") == ""
    assert PERMITS not in t.site.sql("SHOW DATABASES").split()
    assert t.site.sql(f"SELECT COUNT(*) FROM mysql.user WHERE user = '{WRITER}'") == "0"
    assert fence.raw(f"UPDATE wp_posts SET post_status = 'publish' WHERE ID = {draft}") == ""
    fence.run("install.sql")
