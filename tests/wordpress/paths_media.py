"""Ways in through uploads: a file with the figure in it."""

from __future__ import annotations

import xmlrpc.client

from tests.wordpress.listing import path
from tests.wordpress.trying import Reply, Try, reply

NAME = "prices.txt"


def _body(t: Try) -> bytes:
    return f"Prices\t{t.figure}\n".encode()


def _parent(t: Try) -> int:
    """A draft of the release, without the figure."""
    return t.prepare(post_title="Prices", post_content="To be announced.")


def _link(t: Try) -> dict[str, str]:
    return {f"meta[{key}]": value for key, value in t.meta.items()}


def _multipart(t: Try, **fields: str) -> Reply:
    files = {"file": (NAME, _body(t), "text/plain")}
    return t.rest("POST", "/wp/v2/media", data=fields, files=files)


@path("client", speaks=False)
def media_rest_raw(t: Try) -> Reply:
    kind = {"Content-Disposition": f"attachment; filename={NAME}", "Content-Type": "text/plain"}
    return t.rest("POST", "/wp/v2/media", data=_body(t), headers=kind, params=_link(t))


@path("client", speaks=False)
def media_rest_multipart(t: Try) -> Reply:
    return _multipart(t, title="Table of prices", **_link(t))


@path("client", speaks=False)
def media_rest_attached_to_draft(t: Try) -> Reply:
    return _multipart(t, title="Table of prices", post=str(_parent(t)))


@path("client", speaks=False)
def media_async_upload(t: Try) -> Reply:
    item = _parent(t)
    person = t.browser()
    person.get("/wp-admin/media-new.php?browser-uploader")
    fields = dict(person.fields("file-form"))
    sent = {"_wpnonce": fields["_wpnonce"], "action": "upload-attachment", "name": NAME}
    sent["post_id"] = str(item)
    files = {"async-upload": (NAME, _body(t), "text/plain")}
    person.post("/wp-admin/async-upload.php", list(sent.items()), files=files)
    return reply(person.page)


@path("client", speaks=False)
def media_xmlrpc(t: Try) -> Reply:
    item = _parent(t)
    bits = xmlrpc.client.Binary(_body(t))
    file = {"name": NAME, "type": "text/plain", "bits": bits, "post_id": item}
    return t.xmlrpc("wp.uploadFile", 1, "editor", "password of editor", file)
