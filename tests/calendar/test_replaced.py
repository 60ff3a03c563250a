"""A GOV.UK announcement that became a redirect to its publication is published."""

from __future__ import annotations

import json

import pytest

from tests.calendar.conftest import table

FOLDER = "/government/statistics/announcements/"
PLACE = "announcement.json"
ANNOUNCED = {
    "schema_name": "statistics_announcement",
    "base_path": f"{FOLDER}prices",
    "title": "Prices",
    "details": {"display_date": "26 November 2026 9:30am", "state": "confirmed"},
}


def redirect(to="/government/statistics/prices-october-2026", path=f"{FOLDER}prices"):
    return {
        "schema_name": "redirect",
        "base_path": path,
        "redirects": [{"path": path, "type": "exact", "destination": to}],
    }


def take(office, document, *, code=0):
    path = office.folder / PLACE
    path.write_text(json.dumps(document))
    return office.ask("calendar", "import", str(path), "--format", "govuk", code=code)


@pytest.fixture
def office(make_office):
    office = make_office()
    take(office, ANNOUNCED)
    return office


def test_after_its_slot_it_is_published(office):
    """The history says where; reading it again says nothing new."""
    office.clock.set("2026-11-26T09:31")
    assert take(office, redirect())["changed"] == ["prices"]
    item = office.show()
    assert item["state"] == "published"
    assert item["history"][-1]["changed"] == {
        "state": "published",
        "url": "https://www.gov.uk/government/statistics/prices-october-2026",
    }
    assert take(office, redirect())["unchanged"] == 1


def test_before_its_slot_it_is_an_alarm(office):
    """The gate stays as it is, and whoever reads the calendar is told to look at once."""
    office.clock.set("2026-11-26T09:29")
    (refused,) = take(office, redirect(), code=1)["refused"]
    assert "See at once whether it is public already" in refused["reason"]
    assert office.show()["state"] == "confirmed"


def test_a_date_that_was_never_confirmed_is_not_opened_by_it(office):
    """A publication without a slot is nobody's word that the date was agreed."""
    provisional = {"display_date": "November 2026", "state": "provisional"}
    path = f"{FOLDER}wages"
    take(office, [ANNOUNCED, {**ANNOUNCED, "base_path": path, "details": provisional}])
    office.clock.set("2026-12-01T09:30")
    (refused,) = take(office, redirect(path=path), code=1)["refused"]
    assert "never confirmed" in refused["reason"]
    assert office.show("wages")["state"] == "provisional"


NO_PUBLICATION = {
    "another announcement": redirect(f"{FOLDER}prices-november-2026"),
    "a page about many": redirect("/search/research-and-statistics"),
    "no announcement": redirect(path="/government/statistics/prices"),
    "two at once": {
        **redirect(),
        "redirects": [
            {"destination": "/government/statistics/a"},
            {"destination": "/government/statistics/b"},
        ],
    },
    "an unknown announcement": redirect(path=f"{FOLDER}wages"),
}


@pytest.mark.parametrize("document", NO_PUBLICATION.values(), ids=NO_PUBLICATION)
def test_other_redirects_are_refused(office, document):
    """What is not surely this release's publication changes nothing."""
    office.clock.set("2026-11-26T09:31")
    assert len(take(office, document, code=1)["refused"]) == 1
    assert office.show()["state"] == "confirmed"


def test_said_to_be_published_before_its_slot_is_an_alarm(make_office):
    """It stays confirmed, so it can be cancelled still, and its content is still its own."""
    office = make_office()
    office.take(table())
    office.clock.set("2026-11-26T09:29")
    for row in (table(state="published"), table("wages", state="published")):
        (refused,) = office.take(row, code=1)["refused"]
        assert "See at once whether it is public already" in refused["reason"]
    assert office.show()["state"] == "confirmed"
    cancel = ("calendar", "cancel", "prices", "--actor", "b.shah", "--reason", "Merged")
    assert office.ask(*cancel)["proposed"] is not None
