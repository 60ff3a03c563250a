r"""What reaches a terminal: colour only where it is wanted, control characters never.

Text from outside may carry escape sequences, line breaks or bidirectional overrides that
would rewrite what a person reads; they are shown as ``\x1b`` and the like instead.
"""

from __future__ import annotations

import os
from typing import Any, TextIO

import msgspec

COLOURS = {"bold": 1, "red": 31, "green": 32, "yellow": 33, "blue": 34, "grey": 90}
# Noncharacters stand for our own colours until the stream is known, so that no escape
# sequence in a text is ever ours.
_MARKS = {name: chr(0xFDD0 + number) for number, name in enumerate(COLOURS)}
_END = "\ufdef"
_CODES = {_MARKS[name]: f"\x1b[{code}m" for name, code in COLOURS.items()} | {_END: "\x1b[0m"}
_HARMFUL = (
    (0x00, 0x1F),
    (0x7F, 0x9F),
    (0x61C, 0x61C),
    (0x200E, 0x200F),
    (0x2028, 0x202E),
    (0x2066, 0x2069),
    (0xFDD0, 0xFDEF),
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB),
)
# Tables for str.translate; compiling a regular expression would take 1 ms of every call.
_CONTROLS = [code for first, last in _HARMFUL for code in range(first, last + 1)]
_VISIBLE = {code: f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" for code in _CONTROLS}
_ESCAPED = {code: f"\\u{code:04x}" for code in _CONTROLS}


def plain(text: str) -> str:
    """Data for one line: control, line-breaking and direction-changing characters made visible."""
    return text.translate(_VISIBLE)


def style(text: str, colour: str) -> str:
    """The text in a colour of COLOURS, marked for `write`, which knows whether it is wanted."""
    return f"{_MARKS[colour]}{text}{_END}"


def write(stream: TextIO | None, text: str) -> None:
    """Write lines of text: our own colours and line breaks pass, other controls are shown.

    Raises:
        OSError: the stream does not take it.
    """
    if stream is None:
        return
    codes = _CODES if coloured(stream) else dict.fromkeys(_CODES, "")
    ours = {ord(mark): code for mark, code in codes.items()}
    text = text.translate({**_VISIBLE, **ours, 0x0A: "\n"})
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    stream.flush()


def write_file(stream: TextIO | None, text: str) -> None:
    """Write a file's text as it is, in UTF-8; to a terminal with its controls made visible.

    Raises:
        OSError: the stream does not take it.
    """
    if stream is None:
        return
    if stream.isatty():
        write(stream, text.replace("\r\n", "\n").removesuffix("\n"))
        return
    stream.flush()
    raw = getattr(stream, "buffer", None)
    if raw is None:
        stream.write(text)
    else:
        raw.write(text.encode())
    stream.flush()


def coloured(stream: TextIO) -> bool:
    """True for a terminal whose user did not ask for NO_COLOR."""
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return wanted and stream.isatty()


def as_json(document: Any) -> str:
    """The document on one line of JSON, harmless characters as they are, others escaped."""
    try:
        text = msgspec.json.encode(document)
    except UnicodeEncodeError:  # a path may hold bytes that are no text
        text = msgspec.json.encode(_encodable(msgspec.to_builtins(document)))
    return text.decode().translate(_ESCAPED)


def _encodable(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case dict():
            return {_encodable(name): _encodable(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_encodable(inner) for inner in value]
    return value
