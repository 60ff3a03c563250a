"""Ways in through the REST API, as the block editor and other programs use it."""

from __future__ import annotations

from tests.wordpress.listing import path
from tests.wordpress.trying import Reply, Try, reply

PUBLISH = {"status": "publish"}


@path("client")
def rest_create_publish(t: Try) -> Reply:
    return t.rest("POST", "/wp/v2/posts", {**t.fresh, **PUBLISH})


@path()
def rest_update_publish(t: Try) -> Reply:
    return t.rest("POST", f"/wp/v2/posts/{t.prepare()}", PUBLISH)


@path()
def rest_put_publish(t: Try) -> Reply:
    return t.rest("PUT", f"/wp/v2/posts/{t.prepare()}", PUBLISH)


@path()
def rest_method_override(t: Try) -> Reply:
    return t.rest("POST", f"/wp/v2/posts/{t.prepare()}?_method=PATCH", PUBLISH)


@path()
def rest_page_publish(t: Try) -> Reply:
    return t.rest("POST", f"/wp/v2/pages/{t.prepare(post_type='page')}", PUBLISH)


@path()
def rest_cpt_publish(t: Try) -> Reply:
    return t.rest("POST", f"/wp/v2/bulletin/{t.prepare(post_type='bulletin')}", PUBLISH)


@path()
def rest_batch(t: Try) -> Reply:
    one = {"method": "PUT", "path": f"/wp/v2/posts/{t.prepare()}", "body": PUBLISH}
    return t.rest("POST", "/batch/v1", {"requests": [one]})


def _future(t: Try) -> int:
    return t.prepare(post_status="future", post_date_gmt=t.iso(days=2))


@path()
def rest_future_backdate(t: Try) -> Reply:
    return t.rest("POST", f"/wp/v2/posts/{_future(t)}", {"date_gmt": t.iso(hours=-1)})


@path("client")
def rest_create_future_backdated(t: Try) -> Reply:
    past = {"status": "future", "date_gmt": t.iso(hours=-1)}
    return t.rest("POST", "/wp/v2/posts", {**t.fresh, **past})


@path()
def rest_future_earlier(t: Try) -> Reply:
    soon = {"status": "future", "date_gmt": t.iso(seconds=20)}
    return t.rest("POST", f"/wp/v2/posts/{_future(t)}", soon)


@path()
def rest_schedule_30s_ahead(t: Try) -> Reply:
    soon = {"status": "future", "date_gmt": t.iso(seconds=30)}
    return t.rest("POST", f"/wp/v2/posts/{t.prepare()}", soon)


@path()
def rest_autosave_publish(t: Try) -> Reply:
    body = {**t.fresh, **PUBLISH}
    return t.rest("POST", f"/wp/v2/posts/{t.prepare()}/autosaves", body)


@path()
def rest_private_to_publish(t: Try) -> Reply:
    return t.rest("POST", f"/wp/v2/posts/{t.prepare(post_status='private')}", PUBLISH)


@path()
def rest_password_removed(t: Try) -> Reply:
    item = t.prepare(post_title="Prices", post_status="publish", post_password="of the few")
    return t.rest("POST", f"/wp/v2/posts/{item}", {"password": ""})


@path()
def rest_custom_public_status(t: Try) -> Reply:
    return t.rest("POST", f"/wp/v2/posts/{t.prepare()}", {"status": "live"})


@path("client")
def rest_revise_live(t: Try) -> Reply:
    return t.rest("POST", f"/wp/v2/posts/{t.live()}", {"content": t.content})


@path("client")
def rest_reusable_block(t: Try) -> Reply:
    block = t.live(post_type="wp_block", post_title="Headline")
    t.live(post_content=f'<!-- wp:block {{"ref":{block}}} /-->')
    return t.rest("POST", f"/wp/v2/blocks/{block}", {"content": t.content})


@path("client")
def rest_template_edit(t: Try) -> Reply:
    shown = f"<!-- wp:paragraph -->{t.content}<!-- /wp:paragraph -->"
    return t.rest("POST", "/wp/v2/templates/plain//index", {"content": shown}, user="admin")


@path(means="residual", speaks=False)
def rest_site_title(t: Try) -> Reply:
    return t.rest("POST", "/wp/v2/settings", {"title": t.title}, user="admin")


@path()
def rest_cookie_nonce(t: Try) -> Reply:
    item = t.prepare()
    person = t.browser()
    nonce = person.get("/wp-admin/admin-ajax.php?action=rest-nonce").text
    url = f"{t.site.url}/wp-json/wp/v2/posts/{item}"
    return reply(person.session.post(url, json=PUBLISH, headers={"X-WP-Nonce": nonce}, timeout=60))


@path()
def rest_trash_untrash(t: Try) -> Reply:
    item = t.prepare()
    t.unguarded(f"wp_trash_post({item});")
    return t.rest("POST", f"/wp/v2/posts/{item}", PUBLISH)


@path()
def rest_contributor_pending_then_editor(t: Try) -> Reply:
    item = t.prepare(post_author=4)
    asked = t.rest("POST", f"/wp/v2/posts/{item}", {"status": "pending"}, user="contributor")
    assert asked.status == 200, asked.text
    return t.rest("POST", f"/wp/v2/posts/{item}", PUBLISH)


@path()
def rest_slug_title_leak_password(t: Try) -> Reply:
    return t.rest("POST", f"/wp/v2/posts/{t.prepare()}", {**PUBLISH, "password": "of the few"})


@path(means="nothing", speaks=False)
def rest_page_custom_html_widget(t: Try) -> Reply:
    widget = {"id_base": "custom_html", "sidebar": "wp_inactive_widgets"}
    instance = {"raw": {"title": "Prices", "content": t.content}}
    return t.rest("POST", "/wp/v2/widgets", {**widget, "instance": instance}, user="admin")


@path("client")
def rest_navigation_label(t: Try) -> Reply:
    link = f'<!-- wp:navigation-link {{"label":"{t.title}","url":"/","kind":"custom"}} /-->'
    made = {"title": "Main", "content": link, **PUBLISH}
    return t.rest("POST", "/wp/v2/navigation", made, user="admin")


@path(means="nothing", speaks=False)
def rest_term_description(t: Try) -> Reply:
    return t.rest("POST", "/wp/v2/categories", {"name": "Prices", "description": t.content})


@path(means="residual", speaks=False)
def rest_comment(t: Try) -> Reply:
    said = {"post": t.live(comment_status="open"), "content": t.content, "status": "approved"}
    return t.rest("POST", "/wp/v2/comments", said, user="admin")


@path(means="nothing", speaks=False)
def rest_revision_anon(t: Try) -> Reply:
    item = t.prepare()
    t.unguarded(f"return wp_save_post_revision({item});")
    return t.rest("GET", f"/wp/v2/posts/{item}/revisions", user="")
