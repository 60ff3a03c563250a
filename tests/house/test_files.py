"""What a file of the house looks like."""

from __future__ import annotations

import ast
import re
import shutil
import statistics
import subprocess
from pathlib import Path

import pytest

from tests.house.tree import PACKAGES, ROOT, parsed, sources

OURS = sources(*PACKAGES)
ALL = sources(*PACKAGES, "tests", "examples")
TESTS = [path for path in sources("tests") if path.name.startswith("test_")]
CLOCK_READS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("pendulum", "now"),
    ("pendulum", "today"),
}
TEXT = {".py", ".md", ".toml", ".sql", ".c", ".php", ".txt", ".sh", ""}


def _id(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _files() -> list[Path]:
    tops = [ROOT / top for top in (*PACKAGES, "tests", "examples", ".ci")]
    found = [path for top in tops for path in top.rglob("*")]
    found += [path for path in ROOT.iterdir() if path.name != ".git"]
    return [p for p in found if p.is_file() and p.suffix in TEXT and "__pycache__" not in p.parts]


@pytest.mark.skipif(
    not (shutil.which("git") and (ROOT / ".git").exists()), reason="this is no git checkout"
)
def test_git_leaves_no_module_out() -> None:
    """No module lies where .gitignore expects only what a build makes."""
    names = "\n".join(map(_id, ALL))
    ignored = subprocess.run(
        ["git", "check-ignore", "--no-index", "--stdin"],
        cwd=ROOT,
        input=names,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ignored.returncode == 1, ignored.stdout + ignored.stderr


def test_modules_are_small() -> None:
    """The median module has about 100 lines."""
    assert statistics.median(len(p.read_text("utf-8").splitlines()) for p in OURS) <= 120


@pytest.mark.parametrize("path", ALL, ids=_id)
def test_no_file_is_long(path: Path) -> None:
    """No module or example has more than 300 lines, no file of tests more than 500."""
    longest = 500 if path.is_relative_to(ROOT / "tests") else 300
    assert len(path.read_text("utf-8").splitlines()) <= longest


@pytest.mark.parametrize("path", ALL, ids=_id)
def test_a_name_says_what_is_inside(path: Path) -> None:
    """Nothing is called utils, helpers, common, base or misc."""
    forbidden = r"(^|_)(utils?|helpers?|common|base|misc)(_|$)"
    assert not any(
        re.search(forbidden, part) for part in path.relative_to(ROOT).with_suffix("").parts
    )


@pytest.mark.parametrize("path", OURS, ids=_id)
def test_every_module_says_what_it_is(path: Path) -> None:
    """Every module starts with a docstring."""
    assert ast.get_docstring(parsed(path))


@pytest.mark.parametrize("path", OURS, ids=_id)
def test_only_the_clock_reads_the_clock(path: Path) -> None:
    """The time comes from clock.py alone, so that a test can set it."""
    if path.name == "clock.py" and path.parent == ROOT / "pubguard":
        return
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, (ast.Name, ast.Attribute)):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            assert (owner, node.attr) not in CLOCK_READS, f"{path}:{node.lineno}"
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            assert not {name.name for name in node.names} & {"time", "time_ns"}, path


@pytest.mark.parametrize("path", TESTS, ids=_id)
def test_every_test_states_its_fact(path: Path) -> None:
    """A test's docstring is the fact that it proves."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            assert ast.get_docstring(node), f"{path.name}:{node.lineno} {node.name}"


def test_nothing_is_left_to_do() -> None:
    """No file promises work that is not done."""
    marks = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")
    assert [_id(p) for p in _files() if marks.search(p.read_text("utf-8"))] == []


def test_plain_ascii_dashes() -> None:
    """Dashes are hyphens, except where a format demands another, written as an escape."""
    dashes = re.compile("[\u2013\u2014]")
    found = [_id(p) for p in _files() if dashes.search(p.read_text("utf-8", "replace"))]
    assert found == []


def test_nothing_points_outside_the_tree() -> None:
    """Only .ci/run knows that there may be data beside the checkout."""
    outside = re.compile(r"\.\./sha" r"red|/work" r"/")
    found = [_id(p) for p in _files() if outside.search(p.read_text("utf-8", "replace"))]
    assert set(found) <= {".ci/run"}
