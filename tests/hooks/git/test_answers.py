"""What a guard answers that is no clear yes, on a stand-in: the real one does not do it."""

from __future__ import annotations

import pytest

from tests.hooks.conftest import OUTPUT, RELEASE
from tests.hooks.gitrepo import Faked, refused


@pytest.mark.parametrize("answer", ["confirm", "lies", "other", "stale", "crash", "mute", "error"])
def test_only_a_clear_yes_lets_it_in(faked: Faked, answer: str) -> None:
    """Any other answer, and none, is a no with words."""
    faked.start()
    faked.commit()
    faked.answer(answer)
    before = faked.refs()
    done = faked.push("main")
    assert done.returncode
    assert "remote: pubguard: REFUSED" in done.stderr
    assert faked.refs() == before


def test_a_record_that_nobody_takes_waits(faked: Faked) -> None:
    """In the form that the shell hook sends."""
    faked.start()
    faked.commit()
    (faked.folder / "records").write_text("4")
    assert "The record waits" in faked.push("main").stderr
    (kept,) = (faked.bare / "pubguard" / "queue").iterdir()
    assert f"outcome published\nrelease {RELEASE}\noutput {OUTPUT}\n" in kept.read_text()


def test_a_guard_that_hangs_lets_nothing_in(faked: Faked) -> None:
    """It is not waited for without end, and nothing of it is left running."""
    faked.start()
    faked.commit()
    faked.answer("hang")
    refused(faked, "main", words="did not answer in 15 s")
