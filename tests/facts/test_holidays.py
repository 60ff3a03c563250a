"""What is known of a slot's day."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import msgspec
import pytest
from pubguard_plugins.facts.holidays import Day, Holidays
from pubguard_plugins.facts.holidays import load as load_data

from pubguard.config import Nation
from pubguard.model import State
from pubguard.plugins import load
from pubguard.testing import FactContract
from pubguard.testing.builders import make_attempt, make_record

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
        assert set(days) == {each["date"] for each in theirs.get_holidays(division)}


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
