"""Readers of stored JSON."""

from __future__ import annotations

import subprocess
import sys

import pytest
from msgspec import MsgspecError

from pubguard.decoding import reader

CROWD = """
import sys
from threading import Barrier, Thread
from msgspec import Struct
from pubguard.decoding import reader
sys.setswitchinterval(1e-6)

def family():
    class Inner(Struct, frozen=True):
        x: int = 1
        y: dict[str, str] = {}
        z: tuple[str, ...] = ()
    class Outer(Struct, frozen=True):
        inner: Inner
        more: tuple[int, ...] = ()
    return Inner, Outer

def use(read, body):
    barrier.wait()
    for _ in range(3):
        read(body)

for _ in range(150):
    inner, outer = family()
    barrier = Barrier(16)
    one, two = reader(inner), reader(outer)
    crowd = [Thread(target=use, args=(one, b'{"x": 2, "y": {"a": "b"}}')) for _ in range(8)]
    crowd += [Thread(target=use, args=(two, b'{"inner": {"z": ["c"]}}')) for _ in range(8)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
print("alive")
"""


def test_a_crowd_that_reads_at_once_does_not_kill_the_process() -> None:
    """Sixteen threads that first meet a struct at the same moment all read it."""
    done = subprocess.run(
        [sys.executable, "-c", CROWD], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "alive\n", "")


def test_it_reads_what_it_says() -> None:
    """The type asked for comes out, and anything else raises."""
    read = reader(dict[str, int])
    assert read(b'{"a": 1}') == {"a": 1}
    with pytest.raises(MsgspecError):
        read(b'{"a": "b"}')
