"""Files on their way to the public: put in early, looked for by anybody."""

from __future__ import annotations

import json
import struct
import zlib
from typing import Any

import requests

from tests.servers.clock import ShiftedClock
from tests.wordpress.office import Guard
from tests.wordpress.test_sync import value
from tests.wordpress.trying import Try

LAST = "2026-11-26T09:29:59"
SIZES = "return Pubguard\\Files\\Names::of(%d);"


def png(width: int = 900, height: int = 600) -> bytes:
    """A picture that is large enough for WordPress to make smaller ones of it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = b"".join(b"\0" + bytes((x * y) % 251 for x in range(width * 3)) for y in range(height))
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


PICTURE = png()


def upload(t: Try, name: str = "prices.csv", body: bytes = b"2.4\n", **fields: str) -> Any:
    """A file by REST, as the block editor sends it."""
    kind = "image/png" if name.endswith("png") else "text/csv"
    files = {"file": (name, body, kind)}
    user = fields.pop("user", "editor")
    done = t.rest("POST", "/wp/v2/media", data=fields, files=files, user=user)
    assert done.status == 201, done.text
    return json.loads(done.text)


def public(t: Try, address: str) -> int:
    """What an anonymous reader gets there."""
    return requests.get(address, timeout=60).status_code


def addresses(t: Try, item: int) -> list[str]:
    """The public address of a file and of each of its sizes."""
    base = f"{t.site.url}/wp-content/uploads"
    return [f"{base}/{name}" for name in value(t, SIZES % item)]


def listed(t: Try) -> list[int]:
    """The media that REST shows to everybody."""
    return [each["id"] for each in json.loads(t.rest("GET", "/wp/v2/media", user="").text)]


def kept(t: Try) -> list[str]:
    return sorted(path.name for path in (t.site.state / "files").rglob("*") if path.is_file())


def show(t: Try, page: int, media: Any) -> None:
    """Put the file into the page as the editor does, by its address."""
    block = (
        f'<!-- wp:image {{"id":{media["id"]}}} --><figure><img src="{media["source_url"]}"'
        f' class="wp-image-{media["id"]}"/></figure><!-- /wp:image -->'
    )
    quoted = block.replace("'", "\\'")
    t.site.sql(f"UPDATE wp_posts SET post_content = '{quoted}' WHERE ID = {page}")


def go(t: Try, guard: Guard, site_clock: ShiftedClock, when: str) -> None:
    site_clock.set(when)
    guard.clock.set(when)
    t.cron()
