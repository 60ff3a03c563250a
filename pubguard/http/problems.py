"""Refusals as problem documents (RFC 9457): what happened, and what to do now."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from msgspec import Struct

from pubguard.errors import (
    ConfigError,
    KeyFileError,
    LogError,
    PubguardError,
    Refused,
    UsageError,
)

MEDIA = "application/problem+json"


class ProblemDocument(Struct, frozen=True, kw_only=True):
    """Why there is no answer; `type` is stable, `request_id` finds it in the service's log."""

    type: str
    title: str
    status: int
    detail: str
    remedy: str
    request_id: str


class Problem(Exception):
    """A request that gets no answer but this."""

    def __init__(
        self,
        status: int,
        detail: str,
        remedy: str,
        *,
        code: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.remedy = remedy
        self.code = code or HTTPStatus(status).phrase.lower().replace(" ", "-")
        self.headers = dict(headers or {})

    def body(self, request_id: str) -> bytes:
        """The document."""
        return msgspec.json.encode(
            ProblemDocument(
                type=f"urn:pubguard:problem:{self.code}",
                title=HTTPStatus(self.status).phrase,
                status=self.status,
                detail=self.detail,
                remedy=self.remedy,
                request_id=request_id,
            )
        )


def of(error: PubguardError) -> Problem:
    """What an error of the guard is over HTTP. What cannot be recorded is a 503."""
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    headers = {"retry-after": "1"} if status == 503 else {}
    return Problem(status, error.message, error.remedy, code=error.code, headers=headers)


def internal(error: BaseException) -> Problem:
    """A fault of our own; says its kind and never its words, which may hold anything."""
    return Problem(
        500,
        f"pubguard failed in itself, so the answer is no: {type(error).__name__}.",
        "Report it, with what the service's log says of this request id.",
        code="internal",
    )


_STATUS: tuple[tuple[type[PubguardError], int], ...] = (
    (UsageError, 400),
    (Refused, 409),
    (LogError, 503),
    (ConfigError, 503),
    (KeyFileError, 503),
)
