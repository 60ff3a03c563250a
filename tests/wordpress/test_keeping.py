"""What a refusal leaves behind: all of the text, in a status that no reader sees."""

from __future__ import annotations

import json
import xmlrpc.client
from pathlib import Path

import pytest

from tests.wordpress.conftest import BEFORE, OPEN, Start
from tests.wordpress.office import SAID
from tests.wordpress.paths_admin import bulk_edit, edit, quick_edit
from tests.wordpress.trying import Try

PUBLISH = {"status": "publish"}


def row(t: Try, item: int, column: str) -> str:
    return t.site.sql(f"SELECT {column} FROM wp_posts WHERE ID = {item}")


@pytest.mark.parametrize("status", ["draft", "pending", "private"])
def test_the_status_stays(status: str, start: Start) -> None:
    """What waited for review or was private is that still, with the new text."""
    t = start(BEFORE)
    item = t.prepare(post_status=status, post_content="<p>Old.</p>")
    said = t.rest("POST", f"/wp/v2/posts/{item}", {**PUBLISH, "content": t.content})
    assert said.status == 403
    assert t.status(item) == status
    assert t.content in row(t, item, "post_content")
    assert json.loads(said.text)["data"]["kept"] == status


def test_a_new_item_by_rest(start: Start) -> None:
    """It is a draft with its release, and the answer names it."""
    t = start(BEFORE)
    said = t.rest("POST", "/wp/v2/posts", {**t.fresh, **PUBLISH})
    data = json.loads(said.text)["data"]
    assert said.status == 403
    assert t.status(data["post"]) == "draft"
    meta = f"SELECT meta_value FROM wp_postmeta WHERE post_id = {data['post']}"
    assert t.site.sql(f"{meta} AND meta_key = '_pubguard_release'") == t.release


def test_a_new_item_by_xml_rpc(start: Start) -> None:
    """The same, though core would have stored its fields only after the fault."""
    t = start(BEFORE)
    fields = [{"key": "_pubguard_release", "value": t.release}]
    body = {"title": t.title, "description": t.content, "custom_fields": fields}
    said = t.xmlrpc("metaWeblog.newPost", "1", "editor", "password of editor", body, True)
    assert "<int>403</int>" in said.text
    own = "post_type = 'post'"
    item = int(t.site.sql(f"SELECT ID FROM wp_posts WHERE {own} AND post_title = '{t.title}'"))
    assert t.status(item) == "draft"
    meta = f"SELECT meta_value FROM wp_postmeta WHERE post_id = {item}"
    assert t.site.sql(f"{meta} AND meta_key = '_pubguard_release'") == t.release


def test_scheduled_stays_scheduled(start: Start) -> None:
    """Re-dated to the past it keeps the time that it had."""
    t = start(BEFORE)
    item = t.prepare(post_status="future", post_date_gmt=t.iso(days=2))
    due = row(t, item, "post_date_gmt")
    assert t.rest("POST", f"/wp/v2/posts/{item}", {"date_gmt": t.iso(hours=-1)}).status == 403
    assert (t.status(item), row(t, item, "post_date_gmt")) == ("future", due)


def test_a_draft_gets_the_time_at_which_it_goes(start: Start) -> None:
    """The date of a refused try is not the date of the publication."""
    t = start(BEFORE)
    item = t.prepare()
    t.rest("POST", f"/wp/v2/posts/{item}", PUBLISH)
    t.go(OPEN)
    assert t.rest("POST", f"/wp/v2/posts/{item}", PUBLISH).status == 200
    assert row(t, item, "post_date_gmt").startswith("2026-11-26 09:30")


@pytest.mark.parametrize("way", ["rest", "classic", "xmlrpc"])
def test_new_words_for_something_public(way: str, start: Start) -> None:
    """They lie beside it as an autosave, which whoever edits it next is offered."""
    t = start(BEFORE)
    item = t.live()
    if way == "rest":
        said = t.rest("POST", f"/wp/v2/posts/{item}", {"content": t.content})
    elif way == "classic":
        said = edit(t, item, content=t.content, save="Update")
    else:
        body = {"post_content": t.content}
        said = t.xmlrpc("wp.editPost", 1, "editor", "password of editor", item, body)
    assert SAID in said.words, said
    assert "stays as it was" in said.words
    assert "Post updated" not in said.words
    saved = (
        f"SELECT post_content FROM wp_posts WHERE post_parent = {item} AND post_name LIKE '%auto%'"
    )
    assert t.content in t.site.sql(saved)
    assert not t.seen()


def test_nothing_else_of_a_refused_change(start: Start) -> None:
    """Fields, terms and picture of the same request stay as they were too."""
    t = start(BEFORE)
    item = t.live(meta={"headline": "Old"})
    body = {"content": t.content, "meta": {"headline": t.title}, "sticky": True}
    assert t.rest("POST", f"/wp/v2/posts/{item}", body).status == 403
    assert not t.seen()
    assert '"sticky": false' in t.rest("GET", f"/wp/v2/posts/{item}").text


def test_a_field_of_something_public_by_rest(start: Start) -> None:
    """Refused in words, not with a fault of the server."""
    t = start(BEFORE)
    item = t.live(meta={"headline": "Old"})
    said = t.rest("POST", f"/wp/v2/posts/{item}", {"meta": {"headline": t.title}})
    assert said.status == 403
    assert SAID in said.words
    assert not t.seen()


def test_fields_come_along(start: Start) -> None:
    """What is published with a field is asked about once, and the field is there."""
    t = start(OPEN)
    item = t.prepare()
    body = {**PUBLISH, "meta": {"headline": t.figure}}
    assert t.rest("POST", f"/wp/v2/posts/{item}", body).status == 200
    assert t.seen()
    checks = [call for call in t.site.calls() if call.endswith("/v1/check")]
    assert len(checks) == 1


@pytest.mark.parametrize("words", ["Post published", "Post updated", "Post scheduled"])
def test_nothing_untrue_is_said(words: str, start: Start) -> None:
    """Not by the classic editor, not by a list of posts, not by quick edit."""
    t = start(BEFORE)
    assert words not in edit(t, t.prepare(), publish="Publish").words
    assert words not in quick_edit(t, t.prepare()).words
    assert words not in bulk_edit(t, t.prepare()).words


def test_a_batch(start: Start) -> None:
    """Each part has its own answer; a refusal of one is none of the others."""
    t = start(BEFORE)
    first, second = t.prepare(), t.prepare(post_title="Another")
    parts = [
        {"method": "PUT", "path": f"/wp/v2/posts/{first}", "body": PUBLISH},
        {"method": "PUT", "path": f"/wp/v2/posts/{second}", "body": {"title": "A third"}},
    ]
    said = t.rest("POST", "/batch/v1", {"requests": parts})
    assert said.status == 207
    statuses = [part["status"] for part in json.loads(said.text)["responses"]]
    assert statuses == [403, 200]


def test_withdrawing(start: Start) -> None:
    """Taking something down is never refused, and nobody is asked; it is recorded."""
    t = start(BEFORE, PUBGUARD_URL="http://127.0.0.1:9")
    item = t.live()
    assert t.rest("POST", f"/wp/v2/posts/{item}", {"status": "draft"}).status == 200
    other = t.live()
    assert t.rest("DELETE", f"/wp/v2/posts/{other}").status == 200
    third = t.live()
    assert t.rest("DELETE", f"/wp/v2/posts/{third}?force=true").status == 200
    assert not t.site.calls()
    told = t.site.sql("SELECT body FROM wp_pubguard_queue").splitlines()
    assert [json.loads(body)["outcome"] for body in told] == ["withdrawn"] * 3


@pytest.mark.parametrize("missing", ["PUBGUARD_URL", "PUBGUARD_TOKEN_FILE"])
def test_not_set_up(missing: str, start: Start) -> None:
    """Without settings everything is closed, and the words say which one is missing."""
    t = start(OPEN, **{missing: ""})
    said = t.rest("POST", f"/wp/v2/posts/{t.prepare()}", PUBLISH)
    assert said.status == 403
    assert missing in said.words
    assert not t.seen()


@pytest.mark.parametrize("url", ["http://guard.example", "ftp://127.0.0.1", "https://", "//x"])
def test_an_address_that_anybody_could_answer(url: str, start: Start) -> None:
    """Plain http to another machine is no setting."""
    t = start(OPEN, PUBGUARD_URL=url)
    said = t.rest("POST", f"/wp/v2/posts/{t.prepare()}", PUBLISH)
    assert said.status == 403
    assert "PUBGUARD_URL" in said.words
    assert not t.site.calls()


def test_types_that_are_guarded(start: Start) -> None:
    """PUBGUARD_TYPES narrows it; a change of type is judged by the new one."""
    t = start(BEFORE, PUBGUARD_TYPES="post")
    page = t.prepare(post_type="page", post_title="About", post_content="")
    assert t.rest("POST", f"/wp/v2/pages/{page}", PUBLISH).status == 200
    assert t.rest("POST", f"/wp/v2/posts/{t.prepare()}", PUBLISH).status == 403
    t.code(f"set_post_type({page}, 'post');")
    assert row(t, page, "post_type") == "page"


def test_categories_that_are_guarded(start: Start) -> None:
    """PUBGUARD_CATEGORIES narrows it; one with a release is guarded in every category."""
    t = start(BEFORE, PUBGUARD_CATEGORIES="statistics")
    term = json.loads(t.unguarded("return wp_insert_category(['cat_name' => 'Statistics']);").text)
    assert t.rest("POST", f"/wp/v2/posts/{t.prepare()}", PUBLISH).status == 403
    t.meta = {}
    news = t.prepare(post_title="News", post_content="")
    assert t.rest("POST", f"/wp/v2/posts/{news}", PUBLISH).status == 200
    stats = t.prepare(post_category=[term])
    assert t.rest("POST", f"/wp/v2/posts/{stats}", PUBLISH).status == 403
    late = {**PUBLISH, "categories": [term]}
    assert t.rest("POST", f"/wp/v2/posts/{t.prepare()}", late).status == 403


def test_several_calls_in_one(start: Start) -> None:
    """Of a system.multicall each call has its own answer; a refused one holds up no other."""
    t = start(BEFORE)
    first, second = t.prepare(post_title="Prices & <b>wages</b>"), t.prepare()
    who = (1, "editor", "password of editor")
    calls = [
        {"methodName": "wp.editPost", "params": [*who, first, {"post_status": "publish"}]},
        {"methodName": "wp.editPost", "params": [*who, second, {"post_title": "A third"}]},
    ]
    said = t.xmlrpc("system.multicall", calls)
    ((refused, done),), _ = xmlrpc.client.loads(said.text)
    assert refused["faultCode"] == 403
    assert SAID in refused["faultString"]
    assert "&lt;" not in refused["faultString"]
    assert done == [True]
    assert row(t, second, "post_title") == "A third"


def test_menus_of_visitors(start: Start) -> None:
    """Nobody who is not logged in makes a menu of other words than core's: no row, no question."""
    t = start(OPEN)
    made = {"post_type": "wp_navigation", "post_status": "publish", "post_content": t.content}
    for title in (t.title, "Navigation"):
        code = json.dumps(json.dumps({**made, "post_title": title})).replace("$", "\\$")
        said = t.code(f"return wp_insert_post(json_decode({code}, true), true);")
        assert "errors" in said.text
    assert not t.stored()
    assert not t.site.calls()


def test_taken_down_to_be_scheduled(start: Start) -> None:
    """Something public that is dated ahead at a wrong time is not scheduled, but it is down."""
    t = start(BEFORE)
    item = t.prepare(post_status="publish")
    said = t.rest("POST", f"/wp/v2/posts/{item}", {"date_gmt": t.iso(days=2), "status": "future"})
    assert said.status == 403
    assert SAID in said.words
    assert t.status(item) == "draft"
    assert not t.seen()
    assert [call.rpartition("/")[2] for call in t.site.calls()] == ["check", "record"]


def test_locked_with_other_words(start: Start) -> None:
    """A password is set at once, whatever is said to the new words of the same request."""
    t = start(BEFORE)
    item = t.live()
    body = {"password": "of the few", "title": t.title}
    assert t.rest("POST", f"/wp/v2/posts/{item}", body).status == 403
    assert row(t, item, "post_password") == "of the few"
    assert not t.seen()


def test_the_words_of_a_picture(start: Start) -> None:
    """What is read out in place of a public picture is part of it."""
    t = start(BEFORE)
    code = "'post_title' => 'Prices', 'post_mime_type' => 'image/png'"
    item = int(t.unguarded(f"return wp_insert_attachment([{code}]);").text)
    t.unguarded(f"update_post_meta({item}, '_pubguard_release', '{t.release}');")
    said = t.rest("POST", f"/wp/v2/media/{item}", {"alt_text": t.title})
    assert said.status == 403, said
    assert not t.seen()


def test_a_person_in_other_letters(start: Start) -> None:
    """Somebody whose login the guard cannot take is named by number, and can publish."""
    t = start(OPEN)
    code = "'user_login' => 'x', 'user_pass' => 'x', 'role' => 'editor'"
    who = int(t.unguarded(f"return wp_insert_user([{code}]);").text)
    t.site.sql(f"UPDATE wp_users SET user_login = '\u7d71\u8a08' WHERE ID = {who}")
    item = t.prepare(post_author=who)
    assert t.rest("POST", f"/wp/v2/posts/{item}", PUBLISH).status == 200


def test_a_token_that_was_taken_back(start: Start, tmp_path: Path) -> None:
    """The guard's own words on it come along."""
    token = tmp_path / "token"
    token.touch(mode=0o600)
    token.write_text("pg_nobody")
    t = start(OPEN, PUBGUARD_TOKEN_FILE=str(token))
    said = t.rest("POST", f"/wp/v2/posts/{t.prepare()}", PUBLISH)
    assert said.status == 403
    assert "HTTP 401" in said.words
    assert "token" in said.words
    assert "pg_nobody" not in said.text
