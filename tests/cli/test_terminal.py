"""What reaches a terminal."""

from __future__ import annotations

import io
import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pubguard.cli.terminal import as_json, plain, style, write

HARMFUL = "\x1b[2J\x07\x9b31m\u202e\u2066\u2028\x7f\r\n"


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def shown(text: str, stream: io.StringIO | None = None) -> str:
    stream = stream or io.StringIO()
    write(stream, text)
    return stream.getvalue()


@given(some.text())
def test_no_control_character_survives(text: str) -> None:
    """Whatever data holds, what is printed of it is one line without control characters."""
    assert not [c for c in plain(text) if unicodedata.category(c) in ("Cc", "Zl", "Zp")]
    assert not set(plain(text)) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@given(some.text(some.characters(exclude_categories=["Cs"])))
def test_json_has_no_control_character_either(text: str) -> None:
    """A document is one harmless line, and still the same document."""
    line = as_json({"x": text})
    assert json.loads(line) == {"x": text}
    assert not [c for c in line if unicodedata.category(c) in ("Cc", "Zl", "Zp")]


def test_harm_is_made_visible() -> None:
    """Escape sequences and overrides are shown as what they are."""
    told = plain(HARMFUL)
    assert told == "\\x1b[2J\\x07\\x9b31m\\u202e\\u2066\\u2028\\x7f\\x0d\\x0a"


def test_what_slips_through_is_stopped_at_the_stream() -> None:
    """Even text that nobody cleaned cannot clear the screen; line breaks are layout."""
    assert shown("a\nb\x1b[2J") == "a\nb\\x1b[2J\n"


def test_colour_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file gets plain text, a terminal gets colour, NO_COLOR and dumb ones do not."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    red = style("BLOCKED", "red")
    assert shown(red) == "BLOCKED\n"
    assert shown(red, Terminal()) == "\x1b[31mBLOCKED\x1b[0m\n"
    monkeypatch.setenv("TERM", "dumb")
    assert shown(red, Terminal()) == "BLOCKED\n"
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert shown(red, Terminal()) == "BLOCKED\n"
