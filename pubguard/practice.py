"""The Code of Practice by edition: which practice a duty stood under on a given day.

Paraphrases are ours; the Code is never quoted. Where a number was only remembered or
has not been seen, the nearest certain heading is cited instead.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from msgspec import Struct


class Edition(Struct, frozen=True):
    """One edition: its number, its first London day in force, and its name."""

    number: str
    since: date
    name: str
    heading: str


class Place(Struct, frozen=True):
    """Where a duty stands in one edition: the citation, and the document it is in.

    `certain` is False where the practice's own number is not known for certain; the
    citation then names the heading only.
    """

    edition: str
    since: date
    citation: str
    source: str
    certain: bool


FIRST = Edition(
    "1.0",
    date(2009, 1, 1),
    "Code of Practice for Official Statistics 1.0, January 2009",
    "Protocol 2",
)
SECOND = Edition(
    "2.0", date(2018, 2, 22), "Code of Practice for Statistics 2.0, 22 February 2018", "T3"
)
AMENDED = Edition("2.1", date(2022, 5, 5), "Code of Practice for Statistics 2.1, 5 May 2022", "T3")
THIRD = Edition(
    "3.0", date(2025, 11, 4), "Code of Practice for Statistics 3.0, 4 November 2025", "Standard 3"
)
EDITIONS = (FIRST, SECOND, AMENDED, THIRD)
"""All editions, the oldest first; each is in force until the next one's first day."""

_HEADING = "~"
"""Marks a duty whose number in that edition is not certain."""

# duty: paraphrase, citation in 1.0, in 2.0 and 2.1, in 3.0; "" where it has none
_TABLE: dict[str, tuple[str, str, str, str]] = {
    "announce": (
        "Announce each release in a calendar, with its date at least four weeks ahead "
        "where practicable.",
        "Protocol 2, Practice 2",
        "T3.1",
        "Standard 3.1",
    ),
    "change": (
        "A change of date or time is agreed by the lead official and announced promptly, "
        "with the reason.",
        _HEADING,
        "T3.2",
        "Standard 3.2",
    ),
    "access-production": (
        "Before release only those who produce, check or operate have access, and records "
        "of it are kept.",
        _HEADING,
        "T3.3",
        "Standard 3.3",
    ),
    "access-prerelease": (
        "Final figures go before release only to people who are eligible and listed, each "
        "with a reason.",
        "Protocol 2, Practices 7 and 8",
        "T3.4",
        "Standard 3.3 and 3.4",
    ),
    "timely": (
        "Release as soon as the statistics are ready.",
        "Protocol 2, Practice 1",
        "T3.5",
        "Standard 3.5",
    ),
    "time": (
        "Release to everybody at the same moment: 09:30 on a weekday unless another time was "
        "agreed.",
        "Protocol 2, Practice 4",
        "T3.6",
        _HEADING,
    ),
    "contact": (
        "Name the responsible statistician in the release.",
        _HEADING,
        "T3.7",
        _HEADING,
    ),
    "statements": (
        "Press, policy and ministers' statements stand apart from the release and do not "
        "come before it.",
        _HEADING,
        "T3.8",
        _HEADING,
    ),
    "corrections": ("Corrections are prompt and explained.", "", _HEADING, _HEADING),
    "policy": ("Publish how releases are handled.", "", "", "Standard 3.11"),
}
DUTIES = frozenset(_TABLE)
"""The ids that a rule may name as its duty."""
_COLUMN = {FIRST: 1, SECOND: 2, AMENDED: 2, THIRD: 3}


def edition(day: date) -> Edition | None:
    """The edition in force on a London day; None before the first."""
    return next((each for each in reversed(EDITIONS) if each.since <= day), None)


@lru_cache(maxsize=1024)
def cite(duty: str | None, day: date) -> str | None:
    """The practice that a duty stood under on a London day, such as ``T3.6``.

    None for no duty, an unknown one, and where that day's edition does not have it.
    """
    current = edition(day)
    if duty not in _TABLE or current is None:
        return None
    return _citation(duty, current) or None


def paraphrase(duty: str) -> str:
    """What the duty asks for, in our words; empty for an unknown one."""
    return _TABLE[duty][0] if duty in _TABLE else ""


def places(duty: str | None) -> tuple[Place, ...]:
    """Where a duty stands in each edition that has it, the oldest first."""
    if duty not in _TABLE:
        return ()
    return tuple(
        Place(
            edition=each.number,
            since=each.since,
            citation=_citation(duty, each),
            source=each.name,
            certain=_TABLE[duty][_COLUMN[each]] != _HEADING,
        )
        for each in EDITIONS
        if _TABLE[duty][_COLUMN[each]]
    )


def _citation(duty: str, current: Edition) -> str:
    text = _TABLE[duty][_COLUMN[current]]
    return current.heading if text == _HEADING else text
