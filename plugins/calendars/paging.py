"""Addresses of the pages of an answer that comes in parts."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit


def parameter(address: str, name: str) -> int:
    """The number that the address gives for a query parameter, 0 where it gives none."""
    text = dict(parse_qsl(urlsplit(address).query, keep_blank_values=True)).get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def with_parameter(address: str, name: str, number: int) -> str:
    """The address with that query parameter in the place of any other of its name."""
    parts = urlsplit(address)
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k != name]
    return urlunsplit(parts._replace(query=urlencode([*query, (name, str(number))])))
