"""Which addresses may be fetched, and how they are shown."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urljoin, urlsplit

from pubguard.errors import SourceError

_PASSWORD = re.compile(r"://[^/?#]*@")
_SECRET = re.compile(r"(?i)([?&;][^=&;#]*(?:key|token|secret|passw|sig|auth)[^=&;#]*=)[^&;#]*")


def is_address(place: str) -> bool:
    """True for anything with a scheme, also one that is refused later."""
    return "://" in place


def shown(place: str) -> str:
    """The place as messages may show it: an address without its secrets."""
    if not is_address(place):
        return place
    return _SECRET.sub(r"\1(hidden)", _PASSWORD.sub("://", place))


def check_address(address: str) -> SplitResult:
    """The parts of an address that may be fetched.

    Raises:
        SourceError: not https (plain http only from this machine), with a password, or broken.
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise SourceError(
            f"{shown(address)[:200]!r} is no address: {error}.", "Check it."
        ) from error
    if parts.scheme not in ("http", "https") or not host:
        message = f"{shown(address)[:200]!r} is no http or https address."
        raise SourceError(message, "Give a file, a folder, or an https address.")
    if parts.username is not None or parts.password is not None:
        message = f"The address on {host} holds a user name or password."
        raise SourceError(message, "Take it out: addresses are shown and logged.")
    if parts.scheme == "http" and not is_loopback(host):
        message = f"{shown(address)[:200]!r} is plain http, which anybody on the way can change."
        raise SourceError(message, "Use https; plain http is only for this machine itself.")
    return parts


def is_loopback(host: str) -> bool:
    """True for this machine's own addresses, written as numbers or as localhost."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def redirected(at: str, target: str) -> str:
    """The address that a redirect leads to.

    Raises:
        SourceError: one that may not be fetched, or this machine itself from outside.
    """
    address = urljoin(at, target)
    there = check_address(address)
    if is_loopback(there.hostname or "") and not is_loopback(urlsplit(at).hostname or ""):
        message = f"{shown(at)} redirects to this machine itself."
        raise SourceError(message, "Nothing was fetched from there; check the address.")
    return address
