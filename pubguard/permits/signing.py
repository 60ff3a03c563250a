"""Permits as JSON Web Tokens (RFC 7519) signed with Ed25519 (RFC 8037), and nothing else.

Whoever holds one can verify it with any library; only the permit key can make one.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pubguard import keys
from pubguard.errors import Refused
from pubguard.model import Permit

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ALGORITHM = "EdDSA"
TYPE = "pubguard-permit+jwt"
STATUS_TYPE = "pubguard-permit-status+jwt"
"""The header's `typ`, so that a status can never pass for a permit."""
STATUS_VALID = timedelta(hours=24)
"""How long a signed status may be relied on."""
LONGEST = 100_000
"""Characters that a token may have."""


class Claims(Struct, frozen=True):
    """What a genuine permit says; times in UTC, whole seconds."""

    jti: str
    issuer: str
    audience: str
    release: str
    action: str
    digests: dict[str, str]
    not_before: datetime
    expires_at: datetime


class Signer:
    """The permit key at work.

    Args:
        private: its file.
        issuer: whose permits these are.
    """

    def __init__(self, private: Path, issuer: str) -> None:
        self._private = private
        self._issuer = issuer

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        return keys.load_private(self._private)

    @cached_property
    def kid(self) -> str:
        """The key's id: its JWK thumbprint (RFC 7638)."""
        body = f'{{"crv":"Ed25519","kty":"OKP","x":"{self._x()}"}}'
        return _base64(sha256(body.encode()).digest())

    def jwks(self) -> dict[str, list[dict[str, Any]]]:
        """The public key as a JWK Set (RFC 7517).

        Raises:
            KeyFileError: the key is missing or cannot be used.
        """
        key = {"kty": "OKP", "crv": "Ed25519", "x": self._x(), "kid": self.kid}
        return {"keys": [{**key, "use": "sig", "alg": ALGORITHM}]}

    def permit(self, permit: Permit) -> str:
        """The permit's token; the same permit gives the same token.

        Raises:
            KeyFileError: the key is missing or cannot be used.
        """
        claims = {
            "iss": self._issuer,
            "aud": permit.audience,
            "sub": permit.release,
            "act": permit.action,
            "digests": permit.digests,
            "nbf": _whole(permit.slot),
            "exp": _whole(permit.expires_at),
            "iat": _whole(permit.issued_at),
            "jti": permit.id,
        }
        return self._signed(claims, TYPE)

    def status(self, revoked: list[str], now: datetime) -> str:
        """Which permits do not count any more, valid for a day.

        Raises:
            KeyFileError: the key is missing or cannot be used.
        """
        claims = {
            "iss": self._issuer,
            "iat": _whole(now),
            "exp": _whole(now + STATUS_VALID),
            "revoked": sorted(revoked),
        }
        return self._signed(claims, STATUS_TYPE)

    def read(self, token: str) -> Claims:
        """What a token of ours says, whatever the time.

        Raises:
            Refused: not ours, changed, or no permit.
            KeyFileError: the key is missing or cannot be used.
        """
        claims = self._decoded(token)
        try:
            found = Claims(
                jti=claims["jti"],
                issuer=claims["iss"],
                audience=claims["aud"],
                release=claims["sub"],
                action=claims["act"],
                digests=dict(claims["digests"]),
                not_before=datetime.fromtimestamp(claims["nbf"], UTC),
                expires_at=datetime.fromtimestamp(claims["exp"], UTC),
            )
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise _no("it does not say what a permit says") from error
        if found.issuer != self._issuer:
            raise _no("another organisation's guard issued it")
        return found

    def _decoded(self, token: str) -> dict[str, Any]:
        import jwt

        if len(token) > LONGEST:
            raise _no("it is too long")
        try:
            header = jwt.get_unverified_header(token)
            if header.get("typ") != TYPE:
                raise _no("it is no permit")
            # Times and audience are judged by the guard's own clock, by whoever asked for this.
            found: dict[str, Any] = jwt.decode(
                token,
                self._key.public_key(),
                algorithms=[ALGORITHM],
                options={
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_aud": False,
                    "verify_iat": False,
                },
            )
        except (jwt.PyJWTError, UnicodeError, ValueError) as error:
            raise _no("its signature does not hold") from error
        return found

    def _signed(self, claims: Mapping[str, Any], kind: str) -> str:
        import jwt

        return jwt.encode(
            dict(claims), self._key, algorithm=ALGORITHM, headers={"kid": self.kid, "typ": kind}
        )

    def _x(self) -> str:
        return _base64(self._key.public_key().public_bytes_raw())


def _no(why: str) -> Refused:
    return Refused(
        f"This permit does not count: {why}.",
        "Take it from the guard again (pubguard permit issue RELEASE); if that is refused, the "
        "release is not armed.",
    )


def _whole(instant: datetime) -> int:
    """Seconds since 1970, rounded up: a permit is never good a moment before its slot."""
    return -int(-instant.timestamp() // 1)


def _base64(body: bytes) -> str:
    return urlsafe_b64encode(body).rstrip(b"=").decode()
