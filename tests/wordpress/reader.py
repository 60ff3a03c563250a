"""An anonymous reader who looks for a figure wherever a site shows things."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import requests

from tests.servers.wordpress import WordPress

WORD = "rose"
"""A word that stands beside every figure, so that a search page does not repeat the figure."""
TYPES = ("post", "page", "bulletin")
PLACES = (
    "/",
    "/?feed=rss2",
    "/?feed=atom",
    "/bulletin/",
    "/bulletin/feed/",
    f"/?s={WORD}",
    f"/?s={WORD}&feed=rss2",
    "/wp-json/",
    f"/wp-json/wp/v2/search?search={WORD}&per_page=100",
    "/wp-json/wp/v2/posts?per_page=100",
    "/wp-json/wp/v2/pages?per_page=100",
    "/wp-json/wp/v2/bulletin?per_page=100",
    "/wp-json/wp/v2/media?per_page=100",
    "/wp-json/wp/v2/comments?per_page=100",
    "/wp-json/wp/v2/types",
    "/wp-sitemap.xml",
    *(f"/wp-sitemap-posts-{kind}-1.xml" for kind in TYPES),
)
BASES = {
    "post": "posts",
    "page": "pages",
    "bulletin": "bulletin",
    "attachment": "media",
    "wp_block": "blocks",
}
"""What REST calls the types."""
ATTACHMENTS = (
    "return array_map('wp_get_attachment_url',"
    " get_posts(['post_type' => 'attachment', 'post_status' => 'any', 'fields' => 'ids',"
    " 'numberposts' => -1]));"
)


def seen(site: WordPress, figure: str) -> list[str]:
    """The addresses at which anybody sees the figure now."""
    places = [*PLACES, *_items(site), *_files(site)]
    with ThreadPoolExecutor(4) as pool:
        texts = pool.map(lambda place: _read(site, place), places)
        return [place for place, text in zip(places, texts, strict=True) if figure in text]


def _read(site: WordPress, place: str) -> str:
    """What is at this address, and where it led to."""
    answer = requests.get(site.url + place, timeout=60)
    led = [*answer.history, answer][1:]
    return "\n".join([*(part.url for part in led), answer.text])


def _items(site: WordPress) -> list[str]:
    """The addresses of everything that is not a revision."""
    rows = site.sql("SELECT ID, post_type FROM wp_posts WHERE post_type <> 'revision'")
    found: list[str] = []
    for row in rows.splitlines():
        item, kind = row.split("\t")
        if kind not in BASES:
            continue
        found += [f"/?p={item}&post_type={kind}", f"/wp-json/wp/v2/{BASES[kind]}/{item}"]
        own = quote(f"{site.url}/?p={item}", safe="")
        found.append(f"/wp-json/oembed/1.0/embed?url={own}")
    return found


def _files(site: WordPress) -> list[str]:
    """Every file among the uploads, and the addresses that attachments say they have."""
    root = site.root
    found = [f"/{path.relative_to(root)}" for path in site.uploads.rglob("*") if path.is_file()]
    answer = requests.post(f"{site.url}/run.php", data=ATTACHMENTS, timeout=60)
    urls = answer.json() if answer.ok else []
    return [*found, *(url.removeprefix(site.url) for url in urls if url)]
