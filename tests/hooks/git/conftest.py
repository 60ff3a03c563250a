from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Show
from tests.hooks.gitrepo import BOTH, Faked, Guarded


@pytest.fixture(params=[BOTH, BOTH[:1], BOTH[1:]], ids=["both", "pre-receive", "transaction"])
def each(request: pytest.FixtureRequest, tmp_path: Path, show: Show) -> Guarded:
    """A guarded repository with both hooks, and with either of them alone."""
    return Guarded(tmp_path, request.param, show)


@pytest.fixture
def server(tmp_path: Path, show: Show) -> Guarded:
    """A guarded repository with both hooks."""
    return Guarded(tmp_path, BOTH, show)


@pytest.fixture
def faked(tmp_path: Path) -> Faked:
    """One whose guard is a stand-in."""
    return Faked(tmp_path, BOTH)
