"""`pubguard calendar`: read calendars, keep their dates, look at them."""

from __future__ import annotations

import click

from pubguard.cli.lazy import LazyGroup

_CHANGES = "pubguard.cli.calendar_changes"
TABLE = {
    "import": ("pubguard.cli.calendar_read:import_", "Read a calendar from its source."),
    "announce": ("pubguard.cli.calendar_announce:announce", "Put a release into the calendar."),
    "move": (f"{_CHANGES}:move", "Propose another date and time."),
    "cancel": (f"{_CHANGES}:cancel", "Say that a release will not come."),
    "reinstate": (f"{_CHANGES}:reinstate", "Say that a cancelled release is to come after all."),
    "agree": (f"{_CHANGES}:agree", "Agree a change as the second person, or keep the date."),
    "same": (f"{_CHANGES}:same", "Say that two ids are one release."),
    "export": ("pubguard.cli.calendar_export:export", "Print the calendar for others to read."),
    "lint": ("pubguard.cli.calendar_lint:lint", "Look for what will go wrong."),
    "holidays": ("pubguard.cli.calendar_holidays:holidays", "Show and refresh bank holidays."),
    "list": ("pubguard.cli.calendar_read:list_", "List all releases by date."),
    "show": ("pubguard.cli.calendar_read:show", "Show one release and its history."),
}


@click.group(cls=LazyGroup, table=TABLE, epilog="Example: pubguard calendar import ons --dry-run")
def calendar() -> None:
    """Read and keep the release calendar."""
