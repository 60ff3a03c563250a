"""What `make` says and does on machines that lack something."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

WITHOUT = """#!/bin/sh
case "$*" in *ensurepip*|*virtualenv*) exit 1;; esac
exec {python} "$@"
"""
OLD = "#!/bin/sh\nexit 1\n"
SKIPPING = """
import pytest
@pytest.mark.skip(reason="needs a machine that has wings")
def test_one(): ...
def test_two(): ...
"""


@pytest.fixture
def bin_alone(tmp_path: Path) -> Path:
    """A folder with a shell's few tools and nothing else on the path."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "rm", "cat", "env", "id"):
        (folder / name).symlink_to(shutil.which(name) or "")
    return folder


def venv(folder: Path, script: str, *more: str) -> subprocess.CompletedProcess[str]:
    """Run .ci/venv in an empty folder with this as the only Python."""
    python = folder / "python3"
    python.write_text(script)
    python.chmod(0o755)
    return subprocess.run(
        [ROOT / ".ci" / "venv", python, *more],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=folder.parent,
        env={"PATH": str(folder)},
    )


def test_a_python_without_ensurepip_is_told_apart(bin_alone: Path) -> None:
    """A minimal Debian hears which package to install, and how make would install it."""
    done = venv(bin_alone, WITHOUT.format(python=sys.executable))
    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr
    assert "make INSTALL=1" in done.stderr
    assert not (bin_alone.parent / ".venv").exists()


def test_an_old_python_is_told(bin_alone: Path) -> None:
    """Without Python 3.11 make says so and names the way out."""
    done = venv(bin_alone, OLD)
    assert done.returncode == 1
    assert "Python 3.11 or newer" in done.stderr


def test_make_help_names_every_verb() -> None:
    """`make` alone lists what it can do, each with a line."""
    done = subprocess.run(
        ["make", "-C", ROOT, "--no-print-directory"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    named = re.findall(r"make (\w+)", done.stdout)
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    assert set(phony[1].split()) <= set(named)


@pytest.mark.parametrize(("strict", "code"), [("0", 0), ("1", 1)])
def test_what_is_left_out_is_named_and_can_fail_the_run(
    tmp_path: Path, strict: str, code: int
) -> None:
    """A skipped test is listed with its reason; in CI it fails the run."""
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_it.py").write_text(SKIPPING)
    done = subprocess.run(
        [
            Path(sys.executable).parent / "pytest",
            "-p",
            "no:cacheprovider",
            "--rootdir",
            tmp_path,
            "-c",
            os.devnull,
            tmp_path,
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PUBGUARD_NOTHING_LEFT_OUT": strict},
    )
    assert done.returncode == code, done.stdout
    assert "1  needs a machine that has wings" in done.stdout
