"""What is scheduled: judged when it is scheduled and when it is due, and tried again."""

from __future__ import annotations

import json

import pytest

from tests.wordpress.conftest import BEFORE, OPEN, Start
from tests.wordpress.office import SAID, SLOT
from tests.wordpress.paths_code import due
from tests.wordpress.trying import Try

TASKS = (
    "return array_map(fn($t) => array_keys($t['publish_future_post'] ?? []), _get_cron_array());"
)


def schedule(t: Try, at: str, item: int | None = None):
    body = {"status": "future", "date_gmt": at}
    return t.rest("POST", f"/wp/v2/posts/{item or t.prepare()}", body)


def waiting(t: Try) -> bool:
    """Whether WordPress will try to publish something later."""
    found = json.loads(t.unguarded(TASKS).text)
    return any(found.values() if isinstance(found, dict) else found)


def told(t: Try) -> list[str]:
    """The letters about something that was not published."""
    texts = [letter["message"] for letter in t.site.letters()]
    return [text for text in texts if "was not published" in text]


def test_blocked_then_allowed(start: Start) -> None:
    """A due item that is blocked stays scheduled, and goes out on the next run after the slot."""
    t = start(BEFORE)
    item = due(t)
    t.cron()
    assert t.status(item) == "future"
    assert waiting(t)
    assert not t.seen()
    t.go(OPEN)
    t.cron()
    assert t.status(item) == "publish"
    assert t.seen()


def test_people_hear_of_it(start: Start) -> None:
    """Nobody looks at a screen when cron is refused, so somebody gets a letter, once."""
    t = start(BEFORE)
    item = due(t)
    t.cron()
    (letter,) = told(t)
    assert SAID in letter
    assert "<" not in letter
    t.unguarded(f"wp_schedule_single_event(time() - 5, 'publish_future_post', [{item}]);")
    t.cron()
    assert told(t) == [letter]


def test_one_blocked_item_holds_up_no_other(start: Start, guard) -> None:
    """Of two due items one is blocked; the other goes out."""
    t = start(OPEN)
    later = "prices-of-next-month"
    guard.announce("2026-12-17T09:30", 1, later)
    early = due(t)
    t.meta = {"_pubguard_release": f"{later}-0"}
    blocked = due(t)
    t.meta = {"_pubguard_release": t.release}
    last = due(t)
    t.cron()
    assert [t.status(item) for item in (early, blocked, last)] == ["publish", "future", "publish"]


def test_for_the_slot(start: Start) -> None:
    """Scheduled for the announced time it is accepted, and is public then, not before."""
    t = start(BEFORE)
    item = t.prepare()
    said = schedule(t, f"{SLOT}:00", item)
    assert said.status == 200, said
    assert t.status(item) == "future"
    t.cron()
    assert not t.seen()
    t.go(OPEN)
    t.cron()
    assert t.status(item) == "publish"


@pytest.mark.parametrize(
    "at", ["2026-11-26T09:29:00", "2026-11-26T08:30:00", "2026-11-27T09:30:00"]
)
def test_for_another_time(at: str, start: Start) -> None:
    """Scheduled for any other time than the announced one it is refused in words."""
    t = start(BEFORE)
    item = t.prepare()
    said = schedule(t, at, item)
    assert said.status == 403
    assert SAID in said.words
    assert t.status(item) == "draft"


def test_less_than_a_minute_ahead(start: Start) -> None:
    """WordPress would publish it at once, 45 seconds early: so it is judged as a publish."""
    t = start("2026-11-26T09:29:15")
    item = t.prepare()
    said = schedule(t, f"{SLOT}:00", item)
    assert said.status == 403
    assert t.status(item) == "draft"
    assert not t.seen()
