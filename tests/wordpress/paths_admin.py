"""Ways in through the admin screens: forms and links as a person without JavaScript uses them."""

from __future__ import annotations

from datetime import datetime

from tests.wordpress.forms import Browser
from tests.wordpress.listing import path
from tests.wordpress.trying import Reply, Try, reply


def dated(at: datetime) -> dict[str, str]:
    """The fields of a form that set a date."""
    parts = {"aa": "%Y", "mm": "%m", "jj": "%d", "hh": "%H", "mn": "%M", "ss": "%S"}
    return {name: at.strftime(part) for name, part in parts.items()}


def _shown(person: Browser) -> Reply:
    return reply(person.page)


def edit(t: Try, item: int, user: str = "editor", **typed: str) -> Reply:
    """Open an item in the classic editor, press a button."""
    t.site.change(classic=True)
    person = t.browser(user)
    person.get(f"/wp-admin/post.php?post={item}&action=edit")
    person.post("/wp-admin/post.php", person.fields("post", **typed))
    return _shown(person)


@path()
def admin_classic_publish(t: Try) -> Reply:
    return edit(t, t.prepare(), publish="Publish")


@path()
def admin_classic_publish_post(t: Try) -> Reply:
    person = t.browser()
    person.get("/wp-admin/index.php")
    own = {"post_title": t.title, "content": t.content, "pubguard_release": t.release}
    hidden = {"action": "post", "post_type": "post", "publish": "Publish"}
    person.post("/wp-admin/post.php", person.fields("quick-press", **own, **hidden))
    return _shown(person)


@path()
def admin_classic_date_back(t: Try) -> Reply:
    past = t.local(hours=-2)
    item = t.prepare(post_status="future", post_date_gmt=t.iso(days=2))
    return edit(t, item, **dated(past), save="Update")


def quick_edit(t: Try, item: int, user: str = "editor", **typed: str) -> Reply:
    """The row of the list of posts, changed in place."""
    person = t.browser(user)
    person.get("/wp-admin/edit.php?post_type=post")
    nonce = dict(person.fields(""))["_inline_edit"]
    now = t.local()
    fields = {
        "action": "inline-save",
        "post_ID": str(item),
        "post_type": "post",
        "screen": "edit-post",
        "post_view": "list",
        "_inline_edit": nonce,
        "post_title": t.title,
        "post_name": "",
        "post_author": t.site.sql(f"SELECT post_author FROM wp_posts WHERE ID = {item}"),
        "_status": "publish",
        **dated(now),
    }
    person.post("/wp-admin/admin-ajax.php", list({**fields, **typed}.items()))
    return _shown(person)


@path()
def admin_quick_edit(t: Try) -> Reply:
    return quick_edit(t, t.prepare())


def bulk_edit(t: Try, *items: int, **typed: str) -> Reply:
    """Several rows ticked, one status chosen."""
    person = t.browser()
    person.get("/wp-admin/edit.php?post_type=post")
    nonce = dict(person.fields("posts-filter"))["_wpnonce"]
    fields = {
        "post_type": "post",
        "_wpnonce": nonce,
        "action": "edit",
        "action2": "-1",
        "screen": "edit-post",
        "post_view": "list",
        "bulk_edit": "Update",
        "post_author": "-1",
        "comment_status": "",
        "ping_status": "",
        "sticky": "-1",
        "post_format": "-1",
        "_status": "publish",
    }
    ticked = [("post[]", str(item)) for item in items]
    person.get("/wp-admin/edit.php", params=[*{**fields, **typed}.items(), *ticked])
    return _shown(person)


@path()
def admin_bulk_edit(t: Try) -> Reply:
    return bulk_edit(t, t.prepare())


@path()
def admin_quickpress(t: Try) -> Reply:
    person = t.browser()
    person.get("/wp-admin/index.php")
    own = {"post_title": t.title, "content": t.content, "pubguard_release": t.release}
    hidden = {"action": "post-quickdraft-save", "publish": "Publish", "save": "Save Draft"}
    person.post("/wp-admin/post.php", person.fields("quick-press", **own, **hidden))
    return _shown(person)


@path()
def admin_restore_revision(t: Try) -> Reply:
    item = t.prepare()
    old = t.unguarded(f"return wp_save_post_revision({item});")
    t.unguarded(
        f"wp_update_post(['ID' => {item}, 'post_status' => 'publish', 'post_title' => 'Prices',"
        " 'post_content' => 'To be announced.']);"
    )
    person = t.browser()
    person.get(f"/wp-admin/revision.php?revision={old.text}")
    person.get(person.link("action=restore", f"revision={old.text}"))
    return _shown(person)


@path()
def admin_untrash_prev_status(t: Try) -> Reply:
    t.site.change(untrash=True)
    item = t.prepare(post_status="publish")
    t.unguarded(f"wp_trash_post({item});")
    person = t.browser()
    person.get("/wp-admin/edit.php?post_status=trash&post_type=post")
    person.get(person.link("action=untrash", f"post={item}&"))
    return _shown(person)
