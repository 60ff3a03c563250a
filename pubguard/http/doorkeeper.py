"""Lets tokens in: the right ones always, wrong ones never and not for long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pubguard.errors import PubguardError
from pubguard.http import problems
from pubguard.http.limits import WRONG, Rates
from pubguard.http.problems import Problem

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from pubguard.http.state import State
    from pubguard.tokens import Token

_REMEDY = "Send the header Authorization: Bearer TOKEN; make one with: pubguard token add NAME"


class Doorkeeper:
    """Knows who comes in, and how often.

    Wrong tokens are counted by the address that they come from, which behind a proxy is the
    proxy's; so a right one is let in however many wrong ones came before it.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._wrong = Rates(WRONG)

    def enter(self, scope: MutableMapping[str, Any], *, reading: bool) -> Token:
        """The token that came with the request.

        Raises:
            Problem: 401 none or a wrong one; 403 one that may not read; 429 too many wrong
                ones; 503 the tokens cannot be read.
        """
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        if not given:
            raise _unknown("This address wants a token.", "Bearer")
        scheme, _, text = given[0].decode("latin-1").partition(" ")
        try:
            well_formed = len(given) == 1 and scheme.lower() == "bearer"
            token = self._state.tokens.find(text.strip()) if well_formed else None
        except PubguardError as error:
            raise problems.of(error) from error
        if token is None:
            self._refuse(str((scope.get("client") or ("none",))[0]))
            raise _unknown("That is no valid token.", 'Bearer error="invalid_token"')
        if reading and not token.read:
            raise Problem(
                403,
                f"The token {token.name!r} may not read.",
                "Make one that may: pubguard token add NAME --read",
                headers={"www-authenticate": 'Bearer error="insufficient_scope"'},
            )
        return token

    def pace(self, token: Token) -> None:
        """Hold back a token that asks more often than [service] rate allows.

        Raises:
            Problem: 429.
        """
        rates = self._state.rates
        if rates.rate and (seconds := rates.wait(token.name)):
            raise _slower(f"This token has asked more than {rates.rate} times a minute.", seconds)

    def _refuse(self, address: str) -> None:
        self._state.meter.refused()
        if seconds := self._wrong.wait(address):
            raise _slower("Too many wrong tokens came from this address.", seconds)
        self._state.lines.say("token.refused", "warning", address=address)


def _unknown(detail: str, challenge: str) -> Problem:
    return Problem(401, detail, _REMEDY, headers={"www-authenticate": challenge})


def _slower(detail: str, seconds: int) -> Problem:
    headers = {"retry-after": str(seconds)}
    return Problem(429, detail, f"Wait {seconds} s, then ask again.", headers=headers)
