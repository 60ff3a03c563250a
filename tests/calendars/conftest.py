from __future__ import annotations

import os
from pathlib import Path

import pytest

VARIABLE = "PUBGUARD_TEST_DATA"


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder with real calendars and GOV.UK documents."""
    folder = os.environ.get(VARIABLE)
    if not folder:
        pytest.skip(f"{VARIABLE} is not set: real calendars and GOV.UK documents are left out")
    return Path(folder)
