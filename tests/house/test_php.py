"""What a file of the WordPress hook looks like."""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
from pathlib import Path

import pytest

from tests.house.tree import ROOT

FILES = sorted((ROOT / "hooks" / "wordpress").rglob("*.php"))
NEWER = re.compile(
    r"\?->|\bmatch \(|\benum \w+|\breadonly |\bstr_(contains|starts_with|ends_with)\("
    r"|\(\.\.\.\)|: (mixed|static|never)\b|\|null\b(?=.*\{$)|catch \([\w\\]+\)"
)
"""What PHP 7.4 does not know; a comment may."""


def _id(path: Path) -> str:
    return str(path.relative_to(ROOT / "hooks" / "wordpress"))


@pytest.mark.parametrize("path", FILES, ids=_id)
def test_a_file_is_small_and_strict(path: Path) -> None:
    """At most 300 lines, strict types, one class, and no use for who calls its address."""
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 300
    assert "declare(strict_types=1);" in text
    assert "defined('ABSPATH') || exit;" in text
    assert len(re.findall(r"^(?:final )?class ", text, re.MULTILINE)) <= 1


@pytest.mark.parametrize("path", FILES, ids=_id)
def test_a_file_is_php_of_7_4(path: Path) -> None:
    """It parses, and uses nothing newer."""
    code = re.sub(r"^\s*(\*|//|/\*).*$", "", path.read_text("utf-8"), flags=re.MULTILINE)
    assert not NEWER.search(code), NEWER.search(code)
    php = shutil.which("php")
    if php is None:
        pytest.skip("needs php (Debian package php-cli), to parse it")
    done = subprocess.run([php, "-l", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_files_are_about_a_hundred_lines() -> None:
    """The median is."""
    assert statistics.median(len(path.read_text("utf-8").splitlines()) for path in FILES) <= 140
