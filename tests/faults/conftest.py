"""How long the fault tests run, and the tools that they need."""

import os
import shutil

import pytest

LONG = os.environ.get("PUBGUARD_FAULTS") == "long"


@pytest.fixture
def many():
    """`many(short, long)`: how many times, in the form that was asked for."""
    return lambda short, long: long if LONG else short


@pytest.fixture
def strace():
    """The path of strace; without it, the test says what it leaves out."""
    return _tool("strace", "faults injected into system calls, and power cuts, are left out")


@pytest.fixture
def eatmydata():
    """The path of eatmydata; without it, the test says what it leaves out."""
    return _tool("eatmydata", "the proof that every append waits for the disk is left out")


def _tool(name, loss):
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed: {loss} (apt-get install {name})")
    return found
