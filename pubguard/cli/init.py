"""`pubguard init`: a workspace of one's own."""

from __future__ import annotations

from pathlib import Path

import click

from pubguard.cli.frame import Session, command
from pubguard.cli.terminal import plain
from pubguard.config import Nation
from pubguard.errors import UsageError
from pubguard.founding import Founded, found

NATIONS = click.Choice([nation.value for nation in Nation])


@command(
    example='pubguard init guard --organisation "Office for Example Statistics" --nation england'
)
@click.argument("folder", type=click.Path(path_type=Path), default=".", metavar="[DIR]")
@click.option("--organisation", metavar="NAME", help="Who publishes.")
@click.option("--nation", type=NATIONS, help="Whose bank holidays count.")
def init(session: Session, folder: Path, organisation: str | None, nation: str | None) -> None:
    """Set up a workspace in DIR, the current folder unless told.

    Writes a commented pubguard.toml, two key pairs and an empty log; overwrites nothing.
    """
    if session.interactive:
        organisation = organisation or click.prompt("Organisation", err=True)
        nation = nation or click.prompt("Nation", type=NATIONS, err=True)
    missing = {"--organisation": organisation, "--nation": nation}
    if not (organisation and nation):
        names = " and ".join(name for name, value in missing.items() if not value)
        raise UsageError(
            f"init needs {names}.",
            'For example: pubguard init --organisation "Office for Example Statistics" '
            "--nation england",
        )
    founded = found(folder, organisation, Nation(nation))
    session.emit(founded, lambda: _text(founded))


def _text(founded: Founded) -> str:
    lines = [f"A workspace is ready in {plain(founded.folder)}:"]
    lines += [f"  {plain(name)}" for name in founded.files]
    return "\n".join([*lines, "Next:", *(f"  {step}" for step in founded.next)])
