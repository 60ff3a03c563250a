"""One try at making something public, by whatever way in."""

from __future__ import annotations

import html
import json
import re
import secrets
import xmlrpc.client
from base64 import b64encode
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import requests

from tests.servers.clock import ShiftedClock
from tests.servers.wordpress import WordPress
from tests.wordpress.forms import Browser
from tests.wordpress.reader import WORD, seen

LONDON = ZoneInfo("Europe/London")
PREPARE = """
$post = json_decode(base64_decode('%s'), true);
$id = wp_insert_post(wp_slash($post['fields']), true);
if (is_wp_error($id)) { return $id; }
foreach ($post['meta'] as $key => $value) { update_post_meta($id, $key, $value); }
return $id;
"""


class Reply(msgspec.Struct):
    """What the client got: a status and the text as a person or a program reads it."""

    status: int
    text: str

    @property
    def words(self) -> str:
        """Without markup, escapes and line breaks."""
        plain = re.sub(r"<(script|style).*?</\1>", " ", self.text, flags=re.DOTALL)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", plain)).split())


def reply(answer: requests.Response) -> Reply:
    kind = answer.headers.get("Content-Type", "")
    text = json.dumps(answer.json(), ensure_ascii=False) if "json" in kind else answer.text
    return Reply(answer.status_code, text)


class Try:
    """A figure on its way to the public of one site.

    Args:
        release: what the guard knows the release by; "" for none.
    """

    def __init__(self, site: WordPress, clock: ShiftedClock, release: str) -> None:
        self.site = site
        self.clock = clock
        self.release = release
        self.figure = str(10**11 + secrets.randbelow(9 * 10**11))
        self.title = f"Prices {WORD} {self.figure}"
        self.content = f"<p>Prices {WORD} by {self.figure} in October.</p>"
        self.meta = {"_pubguard_release": release} if release else {}
        self.clocks: list[ShiftedClock] = []
        self._browsers: dict[str, Browser] = {}

    def go(self, now: str) -> None:
        """Make it that London time for the site and for its guard."""
        for clock in (self.clock, *self.clocks):
            clock.set(now)

    def seen(self) -> list[str]:
        """Where anybody sees the figure."""
        return seen(self.site, self.figure)

    def stored(self) -> bool:
        """Whether the text with the figure is in the database, in whatever status."""
        rows = f"SELECT COUNT(*) FROM wp_posts WHERE post_content LIKE '%{self.figure}%'"
        return self.site.sql(rows) != "0"

    def status(self, item: int) -> str:
        return self.site.sql(f"SELECT post_status FROM wp_posts WHERE ID = {item}")

    def at(self, **ahead: float) -> datetime:
        """This much after now, in UTC."""
        return self.clock.now() + timedelta(**ahead)

    def iso(self, **ahead: float) -> str:
        """The same as REST's `date_gmt` wants it."""
        return self.at(**ahead).strftime("%Y-%m-%dT%H:%M:%S")

    def local(self, **ahead: float) -> datetime:
        """The same as a form of a site in London time wants it."""
        return self.at(**ahead).astimezone(LONDON)

    def prepare(self, **fields: Any) -> int:
        """An item that is there beforehand, made without the guard."""
        meta = {**self.meta, **fields.pop("meta", {})}
        own = {
            "post_title": self.title,
            "post_content": self.content,
            "post_status": "draft",
            "post_author": 2,
        }
        made = {"fields": {**own, **fields}, "meta": meta}
        text = b64encode(json.dumps(made).encode()).decode()
        return json.loads(self.unguarded(PREPARE % text).text)

    def live(self, **fields: Any) -> int:
        """An item that is public already and does not have the figure."""
        old = {"post_title": "Prices", "post_content": "<p>To be announced.</p>"}
        return self.prepare(**{**old, "post_status": "publish", **fields})

    def unguarded(self, code: str) -> Reply:
        """PHP that runs as if the guard were not installed; must work."""
        done = self._code(code, {"X-Unguarded": "1"})
        assert done.status == 200, done.text + self.site.log()
        return done

    def code(self, code: str) -> Reply:
        """PHP as another plugin would run it."""
        return self._code(code, {})

    def _code(self, code: str, headers: dict[str, str]) -> Reply:
        kind = {"Content-Type": "text/plain", **headers}
        url = f"{self.site.url}/run.php"
        return reply(requests.post(url, data=code.encode(), headers=kind, timeout=60))

    def rest(
        self, method: str, path: str, body: Any = None, user: str = "editor", **more: Any
    ) -> Reply:
        """One request with an application password."""
        auth = (user, self.site.passwords[user]) if user else None
        url = f"{self.site.url}/wp-json{path}"
        return reply(requests.request(method, url, json=body, auth=auth, timeout=60, **more))

    def browser(self, user: str = "editor") -> Browser:
        """That person, logged in."""
        if user not in self._browsers:
            self._browsers[user] = Browser(self.site.url, user)
        return self._browsers[user]

    def xmlrpc(self, method: str, *parameters: Any) -> Reply:
        body = xmlrpc.client.dumps(parameters, method).encode()
        headers = {"Content-Type": "text/xml"}
        return reply(
            requests.post(f"{self.site.url}/xmlrpc.php", data=body, headers=headers, timeout=60)
        )

    def cron(self) -> Reply:
        """What the system's own cron asks for every minute."""
        return reply(requests.get(f"{self.site.url}/wp-cron.php?doing_wp_cron", timeout=60))

    @cached_property
    def fresh(self) -> dict[str, Any]:
        """A new item as REST takes it."""
        return {"title": self.title, "content": self.content, "meta": self.meta}

    def close(self) -> None:
        for browser in self._browsers.values():
            browser.close()
