"""The programme `pubguard`, also ``python -m pubguard``: one command, and a quick end.

A command lives for a tenth of a second. Looking for garbage while modules load and
taking them apart at the end took a fifth of that.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn

_SELDOM = 100_000
"""Allocations between two looks for garbage: none in a check, enough in a long command."""


def run() -> NoReturn:
    """Run the command line and end with its exit code.

    The interpreter is not torn down: nothing is left to close by then, and a thread
    that a plugin keeps for ever cannot hold up the end.
    """
    gc.set_threshold(_SELDOM)
    from pubguard.cli import main

    code = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
