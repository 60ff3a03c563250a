"""A typed confirmation, asked for by the guard: for one person, one content, once."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.wordpress.conftest import BEFORE, OPEN, Start
from tests.wordpress.listing import PATHS
from tests.wordpress.paths_admin import edit, quick_edit
from tests.wordpress.trying import Reply, Try

PUBLISH = {"status": "publish"}


@pytest.fixture
def t(start: Start) -> Try:
    """Two seconds after the slot of a release that nobody armed."""
    return start(OPEN, by="asking")


def publish(t: Try, item: int, asked: Any = None, typed: str | None = None, **more: Any) -> Reply:
    """Press Publish, with an answer to that question."""
    headers = {}
    if asked:
        text = asked["type_this"] if typed is None else typed
        told = urlsafe_b64encode(text.encode()).decode().rstrip("=")
        headers["X-Pubguard-Confirm"] = f"{asked['challenge']} {told}"
    user = more.pop("user", "editor")
    return t.rest("POST", f"/wp/v2/posts/{item}", {**PUBLISH, **more}, user, headers=headers)


def question(said: Reply) -> Any:
    assert said.status == 428, said
    body = json.loads(said.text)
    assert body["code"] == "pubguard_confirm"
    assert {"challenge", "prompt", "type_this", "expires_at", "release"} <= set(body["data"])
    assert body["data"]["type_this"] in body["message"]
    return body["data"]


def closed(t: Try, item: int) -> bool:
    return t.status(item) == "draft" and not t.seen()


def test_none_wrong_right(t: Try) -> None:
    """Without an answer and with a wrong one it stays a draft; the right one publishes it."""
    item = t.prepare()
    asked = question(publish(t, item))
    assert closed(t, item)
    again = question(publish(t, item, asked, "yes"))
    assert closed(t, item)
    assert publish(t, item, again).status == 200
    assert t.seen()


def test_before_the_slot_nothing_is_asked(start: Start) -> None:
    """What is early cannot be confirmed away."""
    t = start(BEFORE, by="asking")
    item = t.prepare()
    assert publish(t, item).status == 403
    assert closed(t, item)


def test_used_once(t: Try) -> None:
    """The same answer opens nothing again: not this item, and not another one."""
    item, other = t.prepare(), t.prepare(post_title="Wages")
    asked = question(publish(t, item))
    assert publish(t, item, asked).status == 200
    assert t.rest("POST", f"/wp/v2/posts/{item}", {"status": "draft"}).status == 200
    for each in (item, other):
        question(publish(t, each, asked))
        assert t.status(each) == "draft"


def test_somebody_elses(t: Try) -> None:
    """Who was asked has to answer."""
    item = t.prepare()
    asked = question(publish(t, item))
    question(publish(t, item, asked, user="admin"))
    assert closed(t, item)


def test_edited_after(t: Try) -> None:
    """An answer counts for the text that was asked about."""
    item = t.prepare()
    asked = question(publish(t, item))
    changed = t.rest("POST", f"/wp/v2/posts/{item}", {"content": f"{t.content}<p>More.</p>"})
    assert changed.status == 200
    question(publish(t, item, asked))
    assert closed(t, item)
    question(publish(t, item, asked, title="Another title"))
    assert closed(t, item)


def test_expired(t: Try) -> None:
    """After a quarter of an hour it has to be asked again."""
    item = t.prepare()
    asked = question(publish(t, item))
    t.go("2026-11-26T09:46:00")
    question(publish(t, item, asked))
    assert closed(t, item)


def test_many_at_once(t: Try) -> None:
    """Eight clicks at the same time publish it once, and none of them fails."""
    item = t.prepare()
    asked = question(publish(t, item))
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: publish(t, item, asked).status, range(8)))
    assert 200 in statuses
    assert set(statuses) <= {200, 428}
    assert t.status(item) == "publish"


def test_two_editors_at_once(start: Start) -> None:
    """Before the slot nothing comes out, however many press the button together."""
    t = start(BEFORE)
    item = t.prepare()
    with ThreadPoolExecutor(8) as pool:
        users = ["editor", "admin"] * 4
        said = list(pool.map(lambda user: publish(t, item, user=user).status, users))
    assert set(said) == {403}
    assert closed(t, item)


def test_in_the_classic_editor(t: Try) -> None:
    """The notice has a field for the answer; the button pressed again publishes."""
    item = t.prepare()
    shown = edit(t, item, publish="Publish")
    assert closed(t, item)
    challenge = re.search(r'name="pubguard_challenge" value="(\w+)"', shown.text)
    asked = re.search(r"type(?: this)?:? (\d+ \w+ \d{4}|prices-[\d-]+)", shown.words, re.IGNORECASE)
    assert challenge, shown.words
    assert asked, shown.words
    answer = {"pubguard_challenge": challenge[1], "pubguard_typed": asked[1]}
    edit(t, item, publish="Publish", **answer)
    assert t.status(item) == "publish"


def test_in_quick_edit(t: Try) -> None:
    """The row says that it has to be confirmed, and where."""
    item = t.prepare()
    said = quick_edit(t, item)
    assert "confirm" in said.words
    assert closed(t, item)


@pytest.mark.parametrize("way", ["xmlrpc_wp_editPost", "admin_bulk_edit", "code_wp_update_post"])
def test_where_nobody_can_be_asked(way: str, t: Try) -> None:
    """It stays closed."""
    PATHS[way].drive(t)
    assert not t.seen()
    assert t.stored()
