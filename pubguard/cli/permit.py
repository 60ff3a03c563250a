"""`pubguard permit`: what lets an armed release out while the guard is away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from pubguard import clock
from pubguard.cli.check import ROLES, actor_of, resolve
from pubguard.cli.frame import Session, command
from pubguard.ids import check_id

if TYPE_CHECKING:
    from pubguard.permits.office import Issued, Verified

_ACTOR = click.option("--actor", required=True, metavar="ID", help="Who asks.")
_ROLES = click.option(
    "--role", "roles", multiple=True, type=ROLES, help="A role they have; repeatable."
)


@click.group(epilog="Example: pubguard permit issue cpi-october-2026 --actor a.jones")
def permit() -> None:
    """Issue, verify and revoke permits of armed releases. A permit is no secret."""


@command(group=permit, example="pubguard permit issue cpi-october-2026 --actor a.jones")
@click.argument("release")
@_ACTOR
@_ROLES
def issue(session: Session, release: str, actor: str, roles: tuple[str, ...]) -> None:
    """Print the permits of RELEASE, which has to be armed: one for each enforcement point.

    Good from the slot on, for two hours. Points that got a token since the arming get
    theirs now; without any there is one for the manual way.
    """
    found = session.workspace.permits.issue(check_id(release), actor_of(actor, roles))
    document = {"release": release, "permits": [_shown(each) for each in found]}
    session.emit(document, lambda: "\n\n".join(map(_text, found)))


@command(group=permit, example="pubguard permit verify env:PERMIT --audience wordpress")
@click.argument("token")
@click.option("--audience", metavar="NAME", help="The enforcement point that must be meant.")
def verify(session: Session, token: str, audience: str | None) -> None:
    """Say whether TOKEN (or env:NAME) counts at this very moment.

    Exit codes: 0 it does, 1 it does not, and why. Before its slot it does not.
    """
    found = session.workspace.permits.verify(resolve(token) or "", audience)
    session.emit(_verified(found), lambda: _words(found))
    session.exit(0 if found.valid else 1)


@command(
    group=permit,
    example='pubguard permit revoke 5f0c...e1 --actor c.lead --reason "wrong file"',
)
@click.argument("permit_id", metavar="ID")
@_ACTOR
@_ROLES
@click.option("--reason", required=True, metavar="TEXT", help="Why; it can be erased later.")
def revoke(
    session: Session, permit_id: str, actor: str, roles: tuple[str, ...], reason: str
) -> None:
    """End the permit ID. Enforcement points learn of it with the next signed status."""
    ended = session.workspace.permits.revoke(permit_id, actor_of(actor, roles), reason)
    document = {"id": ended.id, "release": ended.release, "revoked_at": ended.revoked_at}
    session.emit(document, lambda: f"Revoked: permit {ended.id} of {ended.release}.")


def _shown(each: Issued) -> dict[str, Any]:
    permit = each.permit
    return {
        "id": permit.id,
        "audience": permit.audience,
        "not_before": permit.slot,
        "expires_at": permit.expires_at,
        "digests": permit.digests,
        "token": each.token,
    }


def _text(each: Issued) -> str:
    permit = each.permit
    return (
        f"Permit {permit.id} for {permit.audience}\n"
        f"  {permit.action} {permit.release}, good from {clock.say(permit.slot)} until "
        f"{clock.say(permit.expires_at)}\n{each.token}"
    )


def _verified(found: Verified) -> dict[str, Any]:
    claims = found.claims
    known = (
        {
            "id": claims.jti,
            "audience": claims.audience,
            "release": claims.release,
            "action": claims.action,
            "digests": claims.digests,
            "not_before": claims.not_before,
            "expires_at": claims.expires_at,
        }
        if claims
        else {}
    )
    return {"valid": found.valid, "genuine": found.genuine, "reason": found.reason, **known}


def _words(found: Verified) -> str:
    if found.valid and found.claims:
        return (
            f"It counts: {found.claims.action} {found.claims.release} at {found.claims.audience}."
        )
    return f"It does not count. {found.reason}"
