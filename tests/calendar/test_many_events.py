from __future__ import annotations

import resource
import subprocess
import sys

import pytest

MANY = 100_000
GIB = 2**30
STARTS = {
    "in UTC": "DTSTART:20270701T083000Z",
    "in a Windows zone": "DTSTART;TZID=GMT Standard Time:20270701T093000",
}


def bound():
    """At most 1 GiB of address space, which is more than any memory that is used."""
    resource.setrlimit(resource.RLIMIT_AS, (GIB, GIB))


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_a_hundred_thousand_events_fit_into_a_gibibyte(office, start):
    """A real process reads them all, tells how far it is, and stores nothing."""
    path = office.folder / "many.ics"
    with path.open("w", newline="") as file:
        file.write("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n")
        for number in range(MANY):
            file.write(
                f"BEGIN:VEVENT\r\nUID:/releases/release-{number}\r\nDTSTAMP:20260901T100000Z\r\n"
                f"{start}\r\nSUMMARY:Prices\\, monthly: {number}\r\nSTATUS:Confirmed\r\n"
                f"DESCRIPTION:{'words ' * 20}\r\nEND:VEVENT\r\n"
            )
        file.write("END:VCALENDAR\r\n")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pubguard",
            "calendar",
            "import",
            path,
            "--dry-run",
            "--config",
            office.config,
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        preexec_fn=bound,
    )
    assert done.returncode == 0, done.stderr
    assert f"{MANY} added, 0 changed, 0 unchanged, 0 disappeared, 0 refused" in done.stdout
    assert "Thu 01 Jul 2027 09:30" in done.stdout
    told = done.stderr.splitlines()
    assert "50,000 of 100,000 releases read ..." in told
    assert 5 <= len(told) <= 20
    assert office.events() == []
