"""`pubguard edge export`: the edge lock's list, in a web server's own language."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from pubguard.cli import terminal
from pubguard.cli.edge_formats import chosen, not_closed, renderer, written
from pubguard.cli.frame import Session, command

if TYPE_CHECKING:
    from pubguard.edge.listing import Listing


@command(
    example="""\
pubguard edge export --format nginx --output /etc/nginx/pubguard/pubguard-map.conf
nginx -t && nginx -s reload""",
)
@chosen
@click.option("--output", metavar="FILE", help="Where to write it (mode 640); else stdout.")
@written
def export(
    session: Session,
    name: str,
    output: str | None,
    **how: Any,
) -> None:
    """Write every embargoed address with the time at which it opens by itself.

    New outputs of a release are closed until its agreed slot, and without a time
    while it is provisional, cancelled or waits to be agreed. Evergreen outputs are
    left alone. The file holds embargoed addresses: keep it from readers. Export and
    reload after every change of the calendar, or let `pubguard edge sync` do it. Exit
    code 1: written, but an output's address cannot be closed by itself.
    """
    from pubguard.edge import writing
    from pubguard.edge.listing import EdgeLister

    found = EdgeLister(session.workspace.journal).listing()
    text = renderer(name, **how)(found.listed)
    if output:
        writing.write(output, text)
    for each in found.refused:
        session.say(not_closed(each))
    for releases in found.shared:
        session.say(
            f"{' and '.join(releases)} have one address, which stays closed until the last slot."
        )
    document = _document(found, name, output, None if output else text)
    if output or session.json:
        session.emit(document, lambda: _summary(found, output))
    else:
        terminal.write_file(sys.stdout, text)
    session.exit(1 if found.refused else 0)


def _document(found: Listing, name: str, output: str | None, text: str | None) -> dict[str, Any]:
    return {
        "format": name,
        "output": output,
        "addresses": len(found.listed.closings),
        "without_time": sum(each.opens_at is None for each in found.listed.closings),
        "size": found.listed.size,
        "root": found.listed.root,
        "refused": found.refused,
        "shared": found.shared,
        "text": text,
    }


def _summary(found: Listing, output: str | None) -> str:
    closings = found.listed.closings
    dated = sum(each.opens_at is not None for each in closings)
    return (
        f"Written: {output}, from {found.listed.size} log entries.\n"
        f"Addresses that open by themselves at their slot: {dated}; "
        f"that stay closed: {len(closings) - dated}.\n"
        "Now let nginx read it: nginx -t && nginx -s reload"
    )
