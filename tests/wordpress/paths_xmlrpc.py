"""Ways in through XML-RPC, as desktop and mobile blogging programs use it."""

from __future__ import annotations

from tests.wordpress.listing import path
from tests.wordpress.trying import Reply, Try

WHO = ("editor", "password of editor")


def _fields(t: Try) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in t.meta.items()]


def _weblog(t: Try) -> dict[str, object]:
    return {"title": t.title, "description": t.content, "custom_fields": _fields(t)}


def _post(t: Try, **more: str) -> dict[str, object]:
    own = {"post_title": t.title, "post_content": t.content, "post_status": "publish"}
    return {**own, "custom_fields": _fields(t), **more}


@path("client")
def xmlrpc_metaweblog_new(t: Try) -> Reply:
    return t.xmlrpc("metaWeblog.newPost", "1", *WHO, _weblog(t), True)


@path()
def xmlrpc_metaweblog_edit(t: Try) -> Reply:
    body = {"title": t.title, "description": t.content}
    return t.xmlrpc("metaWeblog.editPost", str(t.prepare()), *WHO, body, True)


@path("client")
def xmlrpc_wp_newPost(t: Try) -> Reply:  # noqa: N802
    return t.xmlrpc("wp.newPost", 1, *WHO, _post(t))


@path()
def xmlrpc_wp_editPost(t: Try) -> Reply:  # noqa: N802
    return t.xmlrpc("wp.editPost", 1, *WHO, t.prepare(), {"post_status": "publish"})


@path()
def xmlrpc_mt_publish(t: Try) -> Reply:
    return t.xmlrpc("mt.publishPost", str(t.prepare()), *WHO)


@path()
def xmlrpc_blogger_edit(t: Try) -> Reply:
    text = f"<title>{t.title}</title>{t.content}"
    return t.xmlrpc("blogger.editPost", "key", str(t.prepare()), *WHO, text, True)


@path("client")
def xmlrpc_wp_newPage(t: Try) -> Reply:  # noqa: N802
    return t.xmlrpc("wp.newPage", 1, *WHO, {**_weblog(t), "page_status": "publish"}, True)
