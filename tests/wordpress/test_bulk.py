"""Many at once: each is judged for itself, and the page names those that were refused."""

from __future__ import annotations

from tests.wordpress.conftest import BEFORE, OPEN, Start
from tests.wordpress.office import SAID
from tests.wordpress.paths_admin import bulk_edit

MANY = 50


def test_one_allowed_and_one_blocked(start: Start, guard) -> None:
    """Exactly one is public; one message names the other, and the text of both is there."""
    t = start(OPEN)
    guard.announce("2026-12-10T09:30", 1, "later")
    allowed = t.prepare(post_title="An allowed one")
    blocked = t.prepare(post_title="A blocked one", meta={"_pubguard_release": "later-0"})
    said = bulk_edit(t, blocked, allowed)
    assert [t.status(item) for item in (allowed, blocked)] == ["publish", "draft"]
    assert "10 December 2026" in said.words
    assert said.words.count("A blocked one") >= 1
    assert "2 posts updated" not in said.words


def test_fifty_before_the_slot(start: Start) -> None:
    """None of fifty comes out, and one page says why."""
    t = start(BEFORE)
    items = [t.prepare() for _ in range(MANY)]
    said = bulk_edit(t, *items)
    assert {t.status(item) for item in items} == {"draft"}
    assert SAID in said.words
    assert f"{MANY} posts updated" not in said.words
    assert not t.seen()


def test_fifty_from_the_slot_on(start: Start) -> None:
    """All fifty come out, for at most two calls each."""
    t = start(OPEN)
    items = [t.prepare() for _ in range(MANY)]
    before = len(t.site.calls())
    bulk_edit(t, *items)
    assert {t.status(item) for item in items} == {"publish"}
    assert len(t.site.calls()) - before <= 2 * MANY
