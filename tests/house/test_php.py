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
PARSER = Path("/usr/share/php/PhpParser/autoload.php")
NEWER = {
    "nullsafe": "$a?->b;",
    "nullsafe call": "$a?->b();",
    "match": "$a = match(1) { default => 2 };",
    "union": "function f(int|string $a) {}",
    "promotion": "class A { public function __construct(public int $a) {} }",
    "a named argument": "f(a: 1);",
    "enum": "enum A {}",
    "readonly": "class A { public readonly int $a; }",
    "a catch without a variable": "try { f(); } catch (E) {}",
    "throw as an expression": "$a = $b ?? throw new E();",
    "a callable": "$a = f(...);",
    "mixed": "function f(mixed $a) {}",
    "static": "class A { function f(): static {} }",
    "an object's class": "$a = $b::class;",
    "an attribute": "#[A] function f() {}",
    "a function": "$a = \\str_contains('b', 'c');",
}
"""What PHP 7.4 does not know."""


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


def _newer(*paths: Path) -> str:
    php = shutil.which("php")
    if php is None or not PARSER.exists():
        pytest.skip("needs php and a parser for 7.4 (Debian packages php-cli, php-parser)")
    line = [php, Path(__file__).with_name("php74.php"), *paths]
    return subprocess.run(line, capture_output=True, text=True, check=True).stdout


def test_every_file_is_php_of_7_4() -> None:
    """A parser set to that version reads it, and finds nothing that came later."""
    assert _newer(*FILES) == ""


def test_what_is_newer_would_be_found(tmp_path: Path) -> None:
    """One file for each thing that 7.4 does not know; and its own syntax is not among them."""
    for name, code in NEWER.items():
        (tmp_path / f"{name}.php").write_text(f"<?php\n{code}\n")
    own = tmp_path / "own.php"
    own.write_text("<?php\nclass A { public ?int $a = null; }\n$f = fn($x) => $x ??= 1;\n")
    found = _newer(own, *(tmp_path / f"{name}.php" for name in NEWER))
    assert {name for name in NEWER if f"{name}.php:" not in found} == set()
    assert "own.php" not in found


def test_files_are_about_a_hundred_lines() -> None:
    """The median is."""
    assert statistics.median(len(path.read_text("utf-8").splitlines()) for path in FILES) <= 140
