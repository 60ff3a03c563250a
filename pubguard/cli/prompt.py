"""Asks for a typed confirmation on the terminal, for two minutes."""

from __future__ import annotations

import select
import sys

from pubguard.decision import Challenge

PATIENCE = 120.0
"""Seconds that a prompt waits for an answer."""


def ask(challenge: Challenge) -> str | None:
    """What the person typed, or None when nothing came in two minutes or input ended."""
    sys.stderr.write(f"\nType {challenge.type_this} to go ahead (Ctrl-C to leave it): ")
    sys.stderr.flush()
    ready, _, _ = select.select([sys.stdin], [], [], PATIENCE)
    if not ready:
        sys.stderr.write("\nNo answer in two minutes: nothing was done.\n")
        return None
    return sys.stdin.readline().rstrip("\n") or None
