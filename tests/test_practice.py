"""Which practice a duty stood under, by the day concerned."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pubguard.practice import DUTIES, EDITIONS, cite, edition, paraphrase, places

OLD, SECOND, AMENDED, THIRD = (
    date(2013, 6, 27),
    date(2018, 4, 23),
    date(2022, 6, 1),
    date(2026, 1, 5),
)
CITED = {
    "announce": ("Protocol 2, Practice 2", "T3.1", "T3.1", "Standard 3.1"),
    "change": ("Protocol 2", "T3.2", "T3.2", "Standard 3.2"),
    "access-production": ("Protocol 2", "T3.3", "T3.3", "Standard 3.3"),
    "access-prerelease": ("Protocol 2, Practices 7 and 8", "T3.4", "T3.4", "Standard 3.3 and 3.4"),
    "timely": ("Protocol 2, Practice 1", "T3.5", "T3.5", "Standard 3.5"),
    "time": ("Protocol 2, Practice 4", "T3.6", "T3.6", "Standard 3"),
    "contact": ("Protocol 2", "T3.7", "T3.7", "Standard 3"),
    "statements": ("Protocol 2", "T3.8", "T3.8", "Standard 3"),
    "corrections": (None, "T3", "T3", "Standard 3"),
    "policy": (None, None, None, "Standard 3.11"),
}


@pytest.mark.parametrize("duty", CITED)
def test_each_duty_in_each_edition(duty):
    """What is not certain is cited by its heading only, and what is missing not at all."""
    assert tuple(cite(duty, day) for day in (OLD, SECOND, AMENDED, THIRD)) == CITED[duty]


def test_no_duty_is_left_out():
    """Every duty is in the table above, and has words of ours."""
    assert set(CITED) == DUTIES
    assert all(map(paraphrase, DUTIES))


@pytest.mark.parametrize(
    ("first", "before", "after"),
    [
        (date(2009, 1, 1), None, "1.0"),
        (date(2018, 2, 22), "1.0", "2.0"),
        (date(2022, 5, 5), "2.0", "2.1"),
        (date(2025, 11, 4), "2.1", "3.0"),
    ],
)
def test_an_edition_is_in_force_from_its_first_day(first, before, after):
    """The day before still belongs to the one before."""
    earlier, later = edition(first - timedelta(days=1)), edition(first)
    assert (earlier.number if earlier else None, later.number) == (before, after)


def test_what_is_not_a_duty_is_cited_nowhere():
    """Neither no duty nor a made-up one has a practice."""
    assert cite(None, THIRD) is None
    assert cite("tidiness", THIRD) is None
    assert places("tidiness") == ()
    assert paraphrase("tidiness") == ""


@pytest.mark.parametrize("duty", sorted(DUTIES))
def test_every_citation_names_its_source(duty):
    """Each edition that has the duty says which document it is, and whether it is certain."""
    found = places(duty)
    assert [place.citation for place in found] == [
        cited for cited in (cite(duty, each.since) for each in EDITIONS) if cited
    ]
    assert all("Code of Practice" in place.source for place in found)
    headings = {"Protocol 2", "T3", "Standard 3"}
    assert all(place.certain == (place.citation not in headings) for place in found)
