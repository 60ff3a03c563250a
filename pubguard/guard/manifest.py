"""A manifest: the outputs of a release with their stored digests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

import msgspec

from pubguard.errors import UsageError
from pubguard.ids import check_id
from pubguard.model import WHOLE

_HEX = frozenset("0123456789abcdefABCDEF")
MOST = 5000
"""Outputs that one manifest may name."""


def parse(digests: Iterable[str], output: str | None = None) -> dict[str, str]:
    """Reads ``[OUTPUT=]sha256:HEX`` texts; a bare digest is `output`'s, or the whole release's.

    Raises:
        UsageError: not a SHA-256 digest, or two for the same output.
        IdError: an output's name that is no id.
    """
    manifest: dict[str, str] = {}
    if output is not None:
        check_id(output)
    for text in digests:
        name, found, digest = text.rpartition("=")
        name = name if found else output or WHOLE
        if not _is_digest(digest):
            raise UsageError(
                f"{text[:100]!r} is not a digest.",
                "Write it as sha256: and 64 hex digits, with OUTPUT= before it for one output.",
            )
        if name != WHOLE:
            check_id(name)
        if manifest.setdefault(name, digest.lower()) != digest.lower():
            raise UsageError(
                f"Two different digests were given for {name or 'the whole release'}.",
                "Give each output once.",
            )
    if len(manifest) > MOST:
        raise UsageError(f"A manifest of {len(manifest)} outputs is too long.", f"Most: {MOST}.")
    return manifest


def digest(manifest: Mapping[str, str]) -> str:
    """The manifest's own digest, which approval, confirmation and permit bind."""
    body = msgspec.json.encode(dict(manifest), order="sorted")
    return "sha256:" + sha256(body).hexdigest()


def _is_digest(text: str) -> bool:
    method, _, digits = text.partition(":")
    return method.lower() == "sha256" and len(digits) == 64 and _HEX.issuperset(digits)
