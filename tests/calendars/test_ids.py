from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubguard.errors import IdError
from pubguard.ids import LONGEST, check_id, nearest

ALLOWED = ["a", "7", "cpi-october-2026", "A_b.c-D", "x--1", "x" * LONGEST, "release.cy"]
REFUSED = {
    "": "empty",
    " ": "empty",
    "a b": "character 2 is a space",
    "a/b": "character 2 is a slash",
    "../etc/passwd": "character 3 is a slash",
    "..": "two full stops in a row",
    "a..b": "two full stops in a row",
    "-a": "starts with '-'",
    ".a": "starts with '.'",
    "_a": "starts with '_'",
    "a\x00": "control character U+0000",
    "a\n": "control character U+000A",
    "a\x1b[2J": "control character U+001B",
    "x" * 10_000: "10000 characters and may have 200",
    "\u0441pi": "character 1 is CYRILLIC SMALL LETTER ES (U+0441), which only looks like",
    "cp\u0131": "LATIN SMALL LETTER DOTLESS I",
    "a\u0661": "ARABIC-INDIC DIGIT ONE",
    "a\u200bb": "ZERO WIDTH SPACE",
    "a\u202eb": "RIGHT-TO-LEFT OVERRIDE",
    "a\ud800": "unnamed character (U+D800)",
    "a%2f": "PERCENT SIGN",
}


@pytest.mark.parametrize("text", ALLOWED)
def test_an_id_is_kept_as_it_is(text):
    """ASCII letters, digits, full stop, underscore and hyphen make an id."""
    assert check_id(text) == text


@pytest.mark.parametrize(("text", "reason"), REFUSED.items(), ids=ascii)
def test_what_is_no_id_is_refused_with_the_reason(text, reason):
    """Each refusal names the place and the character, and is itself plain short ASCII."""
    with pytest.raises(IdError) as caught:
        check_id(text)
    assert reason in caught.value.message
    assert caught.value.message.isascii()
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 300
    assert caught.value.exit_code == 2


@given(st.text(max_size=30))
def test_an_accepted_id_can_be_no_path_markup_or_line_break(text):
    """Whatever is accepted is harmless in a path, a page and a log line."""
    try:
        check_id(text)
    except IdError:
        return
    assert not set(text) & set("/\\<>&\"' \n\r\t\0%;$`|:")
    assert ".." not in text
    assert text[0] not in ".-_"


def test_the_nearest_ids_come_first():
    """A slip of the finger finds the release that was meant."""
    known = ["gdp-october-2026", "cpi-october-2026", "cpi-november-2026", "trade"]
    assert nearest("cpi-octobr-2026", known)[0] == "cpi-october-2026"
    assert nearest("zzzzzz", known) == ()
