"""Gives out tokens and ends them, and writes both down."""

from __future__ import annotations

from collections.abc import Sequence

from pubguard.clock import Clock
from pubguard.errors import LogError
from pubguard.events import Data, Event, TokenAdded, TokenRevoked
from pubguard.journal import Journal
from pubguard.ledger import POINTS
from pubguard.model import Action
from pubguard.tokens import EVERY, Token, Tokens


class TokenOffice:
    """Adds and revokes tokens; the log has their names and what they may do, never a hash.

    Args:
        tokens: where they are kept.
        journal: where it is written down.
        clock: when.
        identity: who runs this, as the log says it.
    """

    def __init__(self, tokens: Tokens, journal: Journal, clock: Clock, identity: str) -> None:
        self._tokens = tokens
        self._journal = journal
        self._clock = clock
        self._identity = identity

    def add(
        self,
        name: str,
        *,
        actions: Sequence[Action] = EVERY,
        assert_roles: bool = False,
        read: bool = False,
    ) -> tuple[Token, str]:
        """Make a token; what it may do, and its text. One that cannot be written down ends.

        Raises:
            IdError, Refused, ConfigError: as `Tokens.add`.
            LogError: it could not be written down, so there is no such token.
        """
        made, secret = self._tokens.add(
            name, self._clock.now(), actions=actions, assert_roles=assert_roles, read=read
        )
        data = TokenAdded(name=name, actions=made.actions, assert_roles=assert_roles, reads=read)
        try:
            self._write(data)
        except LogError:
            self._tokens.revoke(name, self._clock.now())
            raise
        return made, secret

    def revoke(self, name: str) -> Token:
        """End a token at once; that is done even where it cannot be written down.

        Raises:
            Refused, ConfigError: as `Tokens.revoke`.
            LogError: it is revoked, but not written down.
        """
        ended = self._tokens.revoke(name, self._clock.now())
        self._write(TokenRevoked(name=name))
        return ended

    def _write(self, data: Data) -> None:
        event = Event(at=self._clock.now(), data=data, identity=self._identity, via="cli")
        self._journal.write([event], self._journal.read(POINTS))
