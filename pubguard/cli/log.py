"""`pubguard log`: read, verify, prove, erase and rebuild the event log."""

from __future__ import annotations

import click

from pubguard.cli.lazy import LazyGroup

TABLE = {
    "show": ("pubguard.cli.log_show:show", "Show entries for people, or as JSON lines."),
    "verify": ("pubguard.cli.log_verify:verify", "Recompute and compare everything."),
    "export": ("pubguard.cli.log_show:export", "Print every entry as it was hashed."),
    "checkpoint": ("pubguard.cli.log_proof:checkpoint", "Sign the log's size and root."),
    "prove": ("pubguard.cli.log_proof:prove", "Prove that one entry is in the log."),
    "verify-proof": ("pubguard.cli.log_proof:verify_proof", "Check a proof without the log."),
    "erase": ("pubguard.cli.log_change:erase", "Erase one sealed value."),
    "rebuild": ("pubguard.cli.log_change:rebuild", "Remake what follows from the entries."),
}


@click.group(
    cls=LazyGroup, table=TABLE, epilog="Example: pubguard log show --release cpi-october-2026"
)
def log() -> None:
    """Read, verify and export the event log."""
