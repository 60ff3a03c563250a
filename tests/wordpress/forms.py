"""A person at the admin screens: cookies, forms filled in and sent off, links followed."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import requests

Fields = list[tuple[str, str]]


class _Forms(HTMLParser):
    """Every form of a page with what a browser would send if nobody typed anything."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Fields] = {}
        self._form: Fields | None = None
        self._area = self._select = ""
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = self.found.setdefault(has.get("id", has.get("name", "")), [])
        elif tag == "textarea":
            self._area, self._text = has.get("name", ""), ""
        elif tag == "select":
            self._select = has.get("name", "")
        elif tag == "option" and "selected" in has and self._select:
            self._add(self._select, has.get("value", ""))
        elif tag == "input" and _is_sent(has):
            self._add(has["name"], has.get("value", "on"))

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            self._add(self._area, self._text)
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._form = None

    def _add(self, name: str, value: str) -> None:
        if self._form is not None:
            self._form.append((name, value))


def _is_sent(has: dict[str, str]) -> bool:
    kind = has.get("type", "text")
    if not has.get("name") or "disabled" in has or kind in {"submit", "button", "file", "image"}:
        return False
    return kind not in {"checkbox", "radio"} or "checked" in has


class Browser:
    """One person's session; `page` is what is on the screen."""

    def __init__(self, url: str, user: str) -> None:
        self.url = url
        self.user = user
        self.session = requests.Session()
        self.page: requests.Response
        self.session.cookies.set("wordpress_test_cookie", "WP Cookie check")
        self.post("/wp-login.php", [("log", user), ("pwd", f"password of {user}")])
        assert "wp-admin" in self.page.url, self.page.text

    def get(self, path: str, **more: Any) -> requests.Response:
        self.page = self.session.get(self._full(path), timeout=60, **more)
        return self.page

    def post(self, path: str, fields: Fields, **more: Any) -> requests.Response:
        self.page = self.session.post(self._full(path), data=fields, timeout=60, **more)
        return self.page

    def _full(self, path: str) -> str:
        return path if path.startswith("http") else self.url + path

    def fields(self, form: str, **typed: str) -> Fields:
        """That form of this page, filled in."""
        parser = _Forms()
        parser.feed(self.page.text)
        assert form in parser.found, f"{sorted(parser.found)}: {self.page.text[:2000]}"
        kept = [(name, value) for name, value in parser.found[form] if name not in typed]
        return [*kept, *typed.items()]

    def link(self, *parts: str) -> str:
        """The first address of this page in which all these parts are."""
        for found in self._addresses():
            if all(part in found for part in parts):
                return found
        raise AssertionError(f"no link with {parts} in {self.page.url}")

    def _addresses(self) -> Iterator[str]:
        for found in re.findall(r'(?:href="|restoreUrl":")([^"]+)"', self.page.text):
            address = html.unescape(found).replace("\\/", "/").replace("\\u0026", "&")
            yield address if address.startswith("http") else f"{self.url}/wp-admin/{address}"

    def close(self) -> None:
        self.session.close()
