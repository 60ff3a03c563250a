r"""What reaches a terminal: colour only where it is wanted, control characters never.

Text from outside may carry escape sequences, line breaks or bidirectional overrides that
would rewrite what a person reads; they are shown as ``\x1b`` and the like instead.
"""

from __future__ import annotations

import os
import re
from typing import Any, TextIO

import msgspec

COLOURS = {"bold": 1, "red": 31, "green": 32, "yellow": 33, "blue": 34, "grey": 90}
_HARMFUL = "\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb"
_ANY = re.compile(f"[{_HARMFUL}]")
_OURS = re.compile("\x1b\\[(?:0|1|31|32|33|34|90)m")
_LAYOUT = re.compile(f"(\x1b\\[(?:0|1|31|32|33|34|90)m|\n)|[{_HARMFUL}]")


def plain(text: str) -> str:
    """Data for one line: control, line-breaking and direction-changing characters made visible."""
    return _ANY.sub(_visible, text)


def style(text: str, colour: str) -> str:
    """The text in a colour of COLOURS; taken out again where colours are not wanted."""
    return f"\x1b[{COLOURS[colour]}m{text}\x1b[0m"


def write(stream: TextIO | None, text: str) -> None:
    """Write lines of text: our own colours and line breaks pass, other controls are shown.

    Raises:
        OSError: the stream does not take it.
    """
    if stream is None:
        return
    if not coloured(stream):
        text = _OURS.sub("", text)
    text = _LAYOUT.sub(lambda found: found[1] or _visible(found), text)
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    stream.flush()


def coloured(stream: TextIO) -> bool:
    """True for a terminal whose user did not ask for NO_COLOR."""
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return wanted and stream.isatty()


def as_json(document: Any) -> str:
    """The document on one line of JSON, harmless characters as they are, others escaped."""
    text = msgspec.json.encode(document).decode()
    return text if text.isascii() and "\x7f" not in text else _ANY.sub(_escaped, text)


def _visible(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
