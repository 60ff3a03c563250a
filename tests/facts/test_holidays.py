"""What is known of a slot's day."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import msgspec
import pytest
from pubguard_plugins.facts.holidays import Day, Holidays
from pubguard_plugins.facts.holidays import load as load_data
from pubguard_plugins.rules.day import ClosedDay

from pubguard.clock import parse, slot_on
from pubguard.config import Nation
from pubguard.errors import LogCorrupt
from pubguard.holidays import DIVISIONS, HolidayData
from pubguard.model import CLEAR, Effect, State
from pubguard.plugins import load
from pubguard.testing import FactContract
from pubguard.testing.builders import make_attempt, make_facts, make_record

ENGLAND, SCOTLAND, IRELAND = Nation.ENGLAND, Nation.SCOTLAND, Nation.NORTHERN_IRELAND
DAYS = {
    "boxing day observed": (ENGLAND, "2026-12-28T09:30", "Boxing Day"),
    "wales has england's days": (Nation.WALES, "2026-12-28T09:30", "Boxing Day"),
    "the uk has england's days": (Nation.UK, "2026-12-28T09:30", "Boxing Day"),
    "2 January is Scotland's": (SCOTLAND, "2025-01-02T09:30", "2nd January"),
    "2 January is not England's": (ENGLAND, "2025-01-02T09:30", None),
    "the Boyne is Northern Ireland's": (IRELAND, "2027-07-12T09:30", "Battle of the Boyne"),
    "the funeral of 2022": (ENGLAND, "2022-09-19T09:30", "State Funeral"),
    "added after the packaged copy": (SCOTLAND, "2026-06-15T09:30", "Extra bank holiday"),
    "added for Scotland alone": (ENGLAND, "2026-06-15T09:30", None),
    "an ordinary Thursday": (ENGLAND, "2026-11-26T09:30", None),
    "by London's calendar, in summer": (ENGLAND, "2026-08-30T23:30:00Z", "bank holiday"),
}


def _gather(slot, **settings):
    return Holidays(**settings).gather(make_attempt(), make_record(slot))


class TestHolidays(FactContract):
    """It holds to the contract of all looks at the world."""

    source = Holidays()


@pytest.mark.parametrize(("nation", "slot", "closed"), DAYS.values(), ids=DAYS)
def test_bank_holidays_by_nation(nation, slot, closed):
    """Each nation's own days, by London's calendar."""
    day = _gather(slot, nation=nation)
    assert day.covered
    assert (closed in day.closed) if closed else day.closed is None


@pytest.mark.parametrize("year", ["2011", "2029", "1900"])
@pytest.mark.parametrize("nation", Nation)
def test_a_year_outside_the_data_is_not_covered(nation, year):
    """Never "working day" (law 9)."""
    assert _gather(f"{year}-12-26T09:30", nation=nation).covered is False


@pytest.mark.parametrize("record", [None, make_record(None), make_record(state=State.PROVISIONAL)])
def test_without_a_slot_nothing_is_looked_up(record):
    """There is no day to ask about."""
    assert Holidays().gather(make_attempt(), record) == Day()


def test_the_office_has_days_of_its_own():
    """`extra_closed_days` are closed too, and keep a bank holiday's own name."""
    extra = (date(2026, 12, 24), date(2026, 12, 25))
    assert _gather("2026-12-24T09:30", extra_closed_days=extra).closed == "closed day of the office"
    assert "Christmas" in _gather("2026-12-25T09:30", extra_closed_days=extra).closed


def test_the_data_is_named():
    """Which file it was is recorded with each decision: its digest, and since when it is here."""
    day = _gather("2026-11-26T09:30")
    assert day.source == "govuk-bank-holidays"
    assert day.digest.startswith("sha256:")
    assert isinstance(day.dated, date)
    assert msgspec.convert(msgspec.to_builtins(day), Day) == day


def test_the_data_agrees_with_the_package_itself():
    """Read directly, the file says what govuk-bank-holidays says."""
    from govuk_bank_holidays.bank_holidays import BankHolidays

    theirs = BankHolidays(use_cached_holidays=True)
    for division, days in load_data().days.items():
        assert set(days) == {str(each["date"]) for each in theirs.get_holidays(division)}


def test_requests_is_not_imported():
    """A cold check cannot afford it: the file is read, the package is not run."""
    script = (
        "import sys\n"
        "from pubguard.testing.builders import make_attempt, make_record\n"
        "from pubguard_plugins.facts.holidays import Holidays\n"
        "assert Holidays().gather(make_attempt(), make_record()).covered\n"
        "print([m for m in ('requests', 'govuk_bank_holidays', 'pendulum') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


def test_settings_come_from_the_configuration():
    """Nation and closed days are the organisation's."""
    shared = {"nation": Nation.SCOTLAND, "extra_closed_days": (date(2026, 12, 24),), "name": "x"}
    made = load(("time_rules",)).make("facts", "holidays", shared)
    assert made == Holidays(nation=Nation.SCOTLAND, extra_closed_days=(date(2026, 12, 24),))


SUBDIVISIONS = {
    Nation.ENGLAND: "ENG",
    Nation.WALES: "WLS",
    Nation.UK: "ENG",
    Nation.SCOTLAND: "SCT",
    Nation.NORTHERN_IRELAND: "NIR",
}


@pytest.mark.parametrize("nation", Nation)
def test_every_holiday_of_every_nation_and_no_other_day_is_warned_about(nation):
    """PG204 agrees with the independent package holidays on every weekday, 2012 to 2028.

    The one known difference is at weekends: a holiday that falls there is moved to a
    weekday, and GOV.UK names that weekday alone, holidays both.
    """
    import holidays

    theirs = holidays.country_holidays("GB", subdiv=SUBDIVISIONS[nation], years=range(2012, 2029))
    source, rule = Holidays(nation=nation), ClosedDay()
    day, warned = date(2012, 1, 1), set()
    while day < date(2029, 1, 1):
        record = make_record(slot_on(day))
        facts = make_facts(record, source.gather(make_attempt(), record))
        if rule.judge(make_attempt(), facts) is not CLEAR:
            warned.add(day)
        day += timedelta(days=1)
    assert len(warned) > 130
    assert warned == {day for day in theirs if day.weekday() < 5}


def test_what_the_log_holds_goes_before_the_packaged_copy():
    """Its days, its name, its digest and its date are what a decision records."""
    days = {name: {"2026-11-26": "Jubilee"} for name in set(DIVISIONS.values())}
    kept = HolidayData("GOV.UK", "sha256:" + "2b" * 32, date(2026, 11, 1), days)
    day = _gather("2026-11-26T09:30", recorded_holidays=lambda: kept)
    assert (day.closed, day.source, day.digest, day.dated) == (
        "Jubilee",
        kept.source,
        kept.digest,
        kept.dated,
    )
    assert not _gather("2027-11-26T09:30", recorded_holidays=lambda: kept).covered


def _unread():
    raise AssertionError


@pytest.mark.parametrize("record", [None, make_record(None), make_record(state=State.PROVISIONAL)])
def test_without_a_slot_the_log_is_not_read(record):
    """A check pays for no row that it does not need."""
    assert Holidays(recorded_holidays=_unread).gather(make_attempt(), record) == Day()


EXAMINED = {
    "2026-11-26T12:00:00Z": Effect.ALLOW,
    "2027-12-31T12:00:00Z": Effect.ALLOW,
    "2028-01-01T12:00:00Z": Effect.WARN,
    "2029-01-01T12:00:00Z": Effect.BLOCK,
}


@pytest.mark.parametrize(("now", "effect"), EXAMINED.items(), ids=EXAMINED)
def test_the_doctor_hears_how_old_the_list_in_force_is(now, effect):
    """Old, or in its last year: advice. Over: wrong. The list is named."""
    days = {name: {"2028-12-26": "Boxing Day"} for name in set(DIVISIONS.values())}
    kept = HolidayData("the list", "sha256:" + "2b" * 32, date(2026, 11, 26), days)
    found = Holidays(recorded_holidays=lambda: kept).examine(parse(now))
    assert found.effect is effect
    assert "known to December 2028 (the list, 26 November 2026)" in found.reason
    assert (effect is Effect.ALLOW) or "calendar holidays --refresh" in found.remedy


def test_a_log_that_cannot_be_read_is_not_passed_over():
    """The packaged copy does not silently take the place of what the log holds."""

    def broken():
        raise LogCorrupt("The state is damaged.", "Run pubguard log verify.")

    found = Holidays(recorded_holidays=broken).examine(parse("2026-11-26T12:00:00Z"))
    assert found.effect is Effect.BLOCK
    assert "damaged" in found.reason
    with pytest.raises(LogCorrupt):
        _gather("2026-11-26T09:30", recorded_holidays=broken)
