from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest

from pubguard.testing import call
from tests.house.tree import ROOT

HOOKS = sorted(path.parent.name for path in (ROOT / "hooks").glob("*/README.md"))


def test_what_there_is_is_listed() -> None:
    """Every folder of hooks that has a page, with its files and its first sentence."""
    listed = call("hooks", "--json").document
    assert [hook["name"] for hook in listed] == HOOKS
    assert {"ci", "git", "shell"} <= set(HOOKS)
    assert all(hook["what"] and hook["files"] for hook in listed)
    text = call("hooks").out
    assert all(re.search(rf"^  {name} ", text, re.MULTILINE) for name in HOOKS)
    assert "pubguard hooks write NAME DIR" in text


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_is_written_whole(name: str, tmp_path: Path) -> None:
    """Byte for byte, scripts executable, modules left where they are imported from."""
    done = call("hooks", "write", name, str(tmp_path / "new" / "place"), "--json")
    assert done.code == 0, done.out
    source, folder = ROOT / "hooks" / name, tmp_path / "new" / "place"
    written = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert written == set(done.document["files"])
    assert not any(path.endswith(".py") for path in written)
    for path in written:
        body = (folder / path).read_bytes()
        assert body == (source / path).read_bytes()
        mode = stat.S_IMODE((folder / path).stat().st_mode)
        assert mode == (0o755 if body.startswith(b"#!") else 0o644)
    assert len(done.document["next"]) >= 1


def test_the_next_steps_are_those_of_the_page(tmp_path: Path) -> None:
    """Numbered, for people; the page itself is the last."""
    done = call("hooks", "write", "git", str(tmp_path))
    assert "Next:\n  1. On the server, put pre-receive" in done.out
    assert "Read README.md" in done.out


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    """Files that are there already and the same are no hindrance."""
    first = call("hooks", "write", "shell", str(tmp_path), "--json").document
    (tmp_path / "pubguard-curl.sh").unlink()
    again = call("hooks", "write", "shell", str(tmp_path), "--json").document
    assert again["files"] == ["pubguard-curl.sh"]
    assert set(again["unchanged"]) == set(first["files"]) - {"pubguard-curl.sh"}


@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_nothing_is_overwritten(tmp_path: Path, kind: str) -> None:
    """Something else under one of the names stops everything, and is named."""
    place = tmp_path / "README.md"
    if kind == "file":
        place.write_text("mine")
    elif kind == "link":
        place.symlink_to(ROOT / "hooks" / "shell" / "README.md")
    else:
        place.mkdir()
    done = call("hooks", "write", "shell", str(tmp_path), "--json")
    assert done.code == 1
    assert "README.md" in done.document["error"]["message"]
    assert os.listdir(tmp_path) == ["README.md"]


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """The reason, and what to do; no traceback."""
    (tmp_path / "file").write_text("x")
    done = call("hooks", "write", "shell", str(tmp_path / "file" / "x"), "--json")
    assert done.code == 1
    assert "cannot be written" in done.document["error"]["message"]


def test_an_unknown_hook_is_told_what_there_is(tmp_path: Path) -> None:
    """A wrong name is a usage error that lists the right ones."""
    done = call("hooks", "write", "drupal", str(tmp_path), "--json")
    assert done.code == 2
    assert "git" in done.document["error"]["remedy"]
