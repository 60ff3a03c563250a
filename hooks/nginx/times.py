"""A pattern for nginx's `$msec` that fits from an instant on, and never a millisecond before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGIT = "[0-9]"


def milliseconds(instant: datetime) -> int:
    """Since 1970, rounded up so that nothing opens early; an earlier instant counts as 1970."""
    return max(0, -((_EPOCH - instant) // timedelta(milliseconds=1)))


def since(start: int) -> str:
    """A regular expression for ``SECONDS.mmm`` that fits every time from `start` (ms) on.

    Without braces, so that no configuration language can trip over them.
    """
    seconds, rest = divmod(start, 1000)
    whole = str(seconds)
    digits = f"{whole}{rest:03}"
    fits = [_shape(digits, len(whole))]
    for place, digit in enumerate(digits):
        if digit != "9":
            higher = "9" if digit == "8" else f"[{int(digit) + 1}-9]"
            tail = [_DIGIT] * (len(digits) - place - 1)
            fits.append(_shape([*digits[:place], higher, *tail], len(whole)))
    fits.append(f"[1-9]{_DIGIT * len(whole)}{_DIGIT}*\\.{_DIGIT * 3}")
    return f"^(?:{'|'.join(fits)})$"


def _shape(parts: list[str] | str, whole: int) -> str:
    """The digits with the full stop between seconds and milliseconds."""
    return "".join(parts[:whole]) + "\\." + "".join(parts[whole:])
