"""A permit, verified offline: what was armed goes out from its slot on without the guard.

Reads the folder that ``pubguard-curl.sh sync`` keeps: permits/RELEASE.jwt, status.jwt, keys/KID.pem
and contact (Unix times at the last contact: ours before, ours after, the guard's).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

TYPE = "pubguard-permit+jwt"
STATUS_TYPE = "pubguard-permit-status+jwt"
AGREE = 2
"""Seconds by which the clocks may have differed at the last contact."""
LARGEST = 100_000
NAME = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


class NoPermit(Exception):
    """Why no permit stands in for the guard's answer."""


class Wanted(Struct, frozen=True):
    """What is to be published: an output of a release, with this content."""

    release: str
    output: str
    digest: str


class Permits:
    """The permits that lie on this machine.

    Args:
        state: the folder; none, and there is no permit.
        point: this enforcement point's name.
    """

    def __init__(self, state: str, point: str) -> None:
        self._state = Path(state) if state else None
        self._point = point

    def find(self, wanted: Wanted, now: datetime) -> str:
        """The id of the permit under which this may go out now.

        Raises:
            NoPermit: there is none, it does not fit, or it cannot be relied on.
        """
        if self._state is None or not self._point:
            raise NoPermit("pubguard.state and pubguard.point are not set in this repository")
        claims = self._read(self._state / "permits" / f"{wanted.release}.jwt", TYPE)
        status = self._read(self._state / "status.jwt", STATUS_TYPE)
        seconds = now.timestamp()
        ahead = self._ahead(seconds)
        audience = claims.get("aud")
        points = audience if isinstance(audience, list) else [audience]
        digests, revoked = claims.get("digests"), status.get("revoked")
        begins, ends = claims.get("nbf"), claims.get("exp")
        ok = (
            (claims.get("sub") == wanted.release, "it is for another release"),
            (claims.get("act") == "publish", "it is not for publishing"),
            (self._point in points, "it is for another enforcement point"),
            (
                isinstance(digests, Mapping) and digests.get(wanted.output) == wanted.digest,
                "it was given for other content",
            ),
            (type(begins) is int and type(ends) is int, "its times cannot be read"),
            (type(status.get("exp")) is int, "the list of revoked permits cannot be read"),
            (isinstance(revoked, list), "the list of revoked permits cannot be read"),
            (claims.get("iss") == status.get("iss"), "another guard lists the revoked ones"),
        )
        _all(ok)
        _all(
            (
                (seconds < status["exp"], "the signed list of revoked permits is too old"),
                (claims.get("jti") not in status["revoked"], "it was revoked"),
                (seconds >= claims["nbf"] + ahead, "the slot has not come"),
                (seconds < claims["exp"], "it has expired"),
            )
        )
        return str(claims.get("jti"))

    def _ahead(self, now: float) -> int:
        """Seconds by which our clock may be before the guard's."""
        assert self._state  # noqa: S101 - looked at before
        try:
            before, after, theirs = map(int, _own(self._state / "contact").split())
        except ValueError as error:
            raise NoPermit("the clocks at the last contact are not known") from error
        if after - theirs > AGREE or theirs - before > AGREE or now < after:
            raise NoPermit("the clocks did not agree at the last contact")
        return max(0, after - theirs)

    def _read(self, path: Path, kind: str) -> dict[str, Any]:
        assert self._state  # noqa: S101 - looked at before
        import jwt

        _check_own(self._state)
        token = _own(path).strip()
        try:
            header = jwt.get_unverified_header(token)
            kid = header.get("kid", "")
            if (
                header.get("typ") != kind
                or header.get("crit")
                or not (kid and NAME.issuperset(kid))
            ):
                raise NoPermit(f"{path.name} is no {kind}")
            _check_own(self._state / "keys")
            key = _own(self._state / "keys" / f"{kid}.pem")
            names = ("verify_exp", "verify_nbf", "verify_aud", "verify_iat")
            skipped: Any = dict.fromkeys(names, False)  # judged by find
            found: dict[str, Any] = jwt.decode(token, key, algorithms=["EdDSA"], options=skipped)
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise NoPermit(f"the signature of {path.name} does not hold") from error
        return found


def _all(conditions: tuple[tuple[bool, str], ...]) -> None:
    for holds, otherwise in conditions:
        if not holds:
            raise NoPermit(otherwise)


def _own(path: Path) -> str:
    _check_own(path)
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)[:LARGEST].decode("ascii")
    except (OSError, ValueError) as error:
        raise NoPermit(f"{path.name} cannot be read") from error


def _check_own(path: Path) -> None:
    """Only what we or root alone can write proves anything."""
    try:
        found = path.lstat()
    except OSError as error:
        raise NoPermit(f"there is no {path.name} here") from error
    others = found.st_uid not in (0, os.geteuid()) or found.st_mode & 0o022
    if others or path.is_symlink():
        raise NoPermit(f"others could have written {path.name}")
