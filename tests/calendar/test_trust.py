"""A source that may be trusted agrees a change by its own published reason, within limits."""

from __future__ import annotations

import json

import pytest

from tests.calendar.conftest import table

TRUST = """
[sources.office]
format = "toml"
place = "calendar.toml"
trust_reason = true
[sources.ons]
format = "ons"
place = "ons.json"
trust_reason = true
"""


@pytest.fixture
def office(make_office):
    office = make_office(TRUST)
    read(office, table())
    return office


def read(office, *tables):
    (office.folder / "calendar.toml").write_text("\n".join(tables))
    return office.ask("calendar", "import", "office")


TAKEN = {
    "later": table(at="2026-12-03T09:30:00", reason="Late returns"),
    "cancelled": table(state="cancelled", reason="Merged"),
}
WAITS = {
    "no reason": table(at="2026-12-03T09:30:00"),
    "brought forward": table(at="2026-11-25T09:30:00", reason="Ready early"),
    "cancelled without a reason": table(state="cancelled"),
    "provisional again": table(at=None, provisional="January 2027", reason="Late returns"),
}


@pytest.mark.parametrize("row", TAKEN.values(), ids=TAKEN)
def test_a_published_reason_agrees_it(office, row):
    """It takes effect at once, and the history says by whose word."""
    read(office, row)
    assert office.show()["proposed"] is None
    assert read(office, row)["unchanged"] == 1


@pytest.mark.parametrize("row", WAITS.values(), ids=WAITS)
def test_it_waits_for_a_lead_official(office, row):
    """The agreed date still shows."""
    read(office, row)
    item = office.show()
    assert item["proposed"]
    assert (item["state"], item["release_at"]) == ("confirmed", "2026-11-26T09:30:00Z")


def test_the_new_date_is_in_force(office):
    """Moved, and agreed by the source's reason, which is public anyway."""
    read(office, TAKEN["later"])
    item = office.show()
    assert item["release_at"] == "2026-12-03T09:30:00Z"
    assert [each["kind"] for each in item["history"]][-2:] == ["release.moved", "release.agreed"]
    assert item["history"][-2]["reason"] == "Late returns"


def test_a_date_within_a_day_waits(office):
    """Put off from this morning to tomorrow before this hour: a second person looks."""
    office.clock.set("2026-11-26T09:00")
    read(office, table(at="2026-11-27T08:30:00", reason="Late returns"))
    assert office.show()["proposed"]["release_at"] == "2026-11-27T08:30:00Z"


def test_an_old_reason_does_not_agree_a_new_change(office):
    """A notice that stays in the feed for ever is not the reason of the next slip."""
    read(office, TAKEN["later"])
    read(office, table(at="2026-12-10T09:30:00", reason="Late returns"))
    assert office.show()["release_at"] == "2026-12-03T09:30:00Z"
    assert office.show()["proposed"]["release_at"] == "2026-12-10T09:30:00Z"


def test_an_untrusted_source_agrees_nothing(make_office):
    """A reason alone, without the setting, waits."""
    office = make_office()
    office.take(table())
    office.take(TAKEN["later"])
    assert office.show()["proposed"]["reason"] == "Late returns"


def _ons(office, at, changes=(), **flags):
    said = {"title": "Prices", "release_date": at, "finalised": True, **flags}
    row = {"uri": "/releases/prices-ons", "description": said, "date_changes": list(changes)}
    (office.folder / "ons.json").write_text(
        json.dumps({"releases": [row], "breakdown": {"total": 1}})
    )
    office.ask("calendar", "import", "ons")
    return office.show("prices-ons")


def test_ons_change_notice_agrees_what_is_put_off(office):
    """`change_notice` is the published reason."""
    _ons(office, "2026-12-10T09:30:00.000Z")
    notice = {"previous_date": "2026-12-10T09:30:00.000Z", "change_notice": "Late returns"}
    item = _ons(office, "2026-12-17T09:30:00.000Z", [notice])
    assert (item["release_at"], item["proposed"]) == ("2026-12-17T09:30:00Z", None)


def test_ons_postponed_can_mean_earlier(office):
    """What is called postponed and comes nearer waits, whatever reason is given."""
    _ons(office, "2026-12-10T09:30:00.000Z")
    notice = {"previous_date": "2026-12-10T09:30:00.000Z", "change_notice": "Aligned"}
    item = _ons(office, "2026-12-03T09:30:00.000Z", [notice], postponed=True)
    assert item["release_at"] == "2026-12-10T09:30:00Z"
    assert item["proposed"] == {"release_at": "2026-12-03T09:30:00Z", "reason": "Aligned"}


def test_a_sources_reason_is_kept_beside_the_log(office):
    """It may name a person; the history shows it until it is erased."""
    read(office, table(at="2026-12-03T09:30:00", reason="Jane Doe is ill"))
    assert "Jane Doe" not in office.run("log", "export").out
    history = office.show()["history"]
    moved = next(each for each in history if each["kind"] == "release.moved")
    assert moved["reason"] == "Jane Doe is ill"
    erase = ("log", "erase", str(moved["index"]), "reason", "--actor", "d.p", "--reason", "asked")
    office.ask(*erase)
    assert "Jane Doe" not in office.run("calendar", "show", "prices").out


def test_an_erased_reason_is_not_taken_for_a_new_one(office):
    """Nobody can say any more whether it was given before, so people agree."""
    read(office, table(at="2026-12-03T09:30:00", reason="Jane Doe is ill"))
    history = office.show()["history"]
    index = next(each["index"] for each in history if each["kind"] == "release.moved")
    office.ask("log", "erase", str(index), "reason", "--actor", "d.p", "--reason", "asked")
    read(office, table(at="2026-12-10T09:30:00", reason="Jane Doe is ill"))
    assert office.show()["proposed"]["release_at"] == "2026-12-10T09:30:00Z"
