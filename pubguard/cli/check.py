"""`pubguard check`: one question, one recorded answer."""

from __future__ import annotations

import os
import signal

import click

from pubguard import clock
from pubguard.cli.frame import Session, command
from pubguard.decision import Decision
from pubguard.errors import UsageError
from pubguard.guard import manifest
from pubguard.ids import check_id
from pubguard.model import Action, Actor, Attempt, Effect, Role
from pubguard.people import asserted, person

ACTIONS = click.Choice([action.value for action in Action])
ROLES = click.Choice([role.value for role in Role])
LONGEST = 15.0
"""Seconds after which a check that hangs is ended by the kernel."""


@command(
    example="""\
pubguard check approve cpi-october-2026 --actor a.jones --role approver --author b.shah \\
    --effective-at 2026-11-18T09:30"""
)
@click.argument("action", type=ACTIONS, metavar="ACTION")
@click.argument("release")
@click.option("--actor", required=True, metavar="ID", help="Who wants to do it.")
@click.option("--role", "roles", multiple=True, type=ROLES, help="A role they have; repeatable.")
@click.option("--author", "authors", multiple=True, metavar="ID", help="Who wrote or last edited.")
@click.option("--effective-at", metavar="T", help="When it would be public; left out: at once.")
@click.option(
    "--digest",
    "digests",
    multiple=True,
    metavar="[OUTPUT=]sha256:HEX",
    help="The stored content's digest; repeatable.",
)
@click.option("--output", metavar="ID", help="Only this output of the release.")
@click.option("--recipient", "recipients", multiple=True, metavar="ADDRESS", help="For share.")
@click.option("--via", default="cli", metavar="TEXT", help="The system that asks.")
@click.option("--permit", metavar="TOKEN|env:NAME", help="A permit in hand; it never loosens.")
@click.option("--request-id", metavar="ID", help="The caller's own id, kept with the record.")
@click.option("--at", metavar="T", help="Rehearse: what would the answer be at that time?")
def check(
    session: Session,
    action: str,
    release: str,
    actor: str,
    roles: tuple[str, ...],
    authors: tuple[str, ...],
    effective_at: str | None,
    digests: tuple[str, ...],
    output: str | None,
    recipients: tuple[str, ...],
    via: str,
    permit: str | None,
    request_id: str | None,
    at: str | None,
) -> None:
    """Ask whether ACTION on RELEASE may go ahead now.

    ACTION is approve, schedule, publish, revise, upload, share, promote or withdraw.
    A time without an offset is London's; a past --effective-at means at once.

    Exit codes: 0 yes, 1 no, 2 the call is wrong, 3 a typed confirmation is needed,
    4 could not decide, 5 a rehearsal would be allowed. Anything but 0 is a no.
    """
    attempt = Attempt(
        action=Action(action),
        release=check_id(release),
        actor=actor_of(actor, roles),
        at=clock.parse(at) if at is not None else session.workspace.clock.now(),
        effective_at=clock.parse(effective_at) if effective_at is not None else None,
        digests=manifest.parse(digests, output),
        output=output,
        authors=tuple(person(author) for author in authors),
        recipients=recipients,
        via=via,
        permit=resolve(permit),
        request_id=request_id,
        rehearsal=at is not None,
    )
    decision = asked(session, attempt)
    if decision.challenge and session.interactive:
        decision = _confirmed(session, attempt, decision)
    session.emit(decision, lambda: _text(session, decision))
    session.exit(decision.exit_code)


def actor_of(name: str, roles: tuple[str, ...]) -> Actor:
    """Who the command line says is acting; how we know is the OS user who ran it."""
    return Actor(person(name), frozenset(map(Role, roles)), asserted())


def resolve(text: str | None) -> str | None:
    """The value itself, or with ``env:NAME`` the variable's.

    Raises:
        UsageError: that variable is not set.
    """
    if text is None or not text.startswith("env:"):
        return text
    value = os.environ.get(text[4:])
    if value is None:
        raise UsageError(f"The environment variable {text[4:]} is not set.", "Set it, then repeat.")
    return value


def _confirmed(session: Session, attempt: Attempt, decision: Decision) -> Decision:
    from pubguard.cli.prompt import ask

    session.say(_text(session, unasked(decision)))
    while decision.challenge and decision.decision is Effect.CONFIRM:
        typed = ask(decision.challenge)
        if typed is None:
            return decision
        answer = session.workspace.confirmer.answer(decision.challenge.id, attempt.actor, typed)
        if answer.confirmed:
            return asked(session, again(attempt, session))
        session.say(answer.reason)
        if not answer.tries_left:
            return unasked(decision)
    return decision


def asked(session: Session, attempt: Attempt) -> Decision:
    """The guard's answer, or an end by the kernel if there is none in LONGEST seconds.

    A plugin stuck in C never lets Python run again, so no deadline of ours would
    end it; the kernel's alarm does, and an ended process is a no.
    """
    signal.setitimer(signal.ITIMER_REAL, LONGEST)
    try:
        return session.workspace.guard.check(attempt)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def unasked(decision: Decision) -> Decision:
    """The answer as it reads where the question follows on the next line."""
    from msgspec import structs

    return structs.replace(decision, challenge=None)


def again(attempt: Attempt, session: Session) -> Attempt:
    """The same attempt, now."""
    from msgspec import structs

    return structs.replace(attempt, at=session.workspace.clock.now())


def _text(session: Session, decision: Decision) -> str:
    from pubguard.cli.verdicts import as_text

    return as_text(decision, _title(session, decision.release), session.style)


def _title(session: Session, release: str) -> str | None:
    from pubguard import ledger
    from pubguard.errors import LogError

    stream = ledger.release_stream(release)
    try:
        row = session.workspace.journal.read(stream).rows.get(stream)
    except LogError:
        return None
    return ledger.read_record(row.body).release.title if row else None
