"""`POST /v1/check`, `/v1/confirm`, `/v1/record` and the AuthZEN evaluation."""

from __future__ import annotations

from typing import Any

import msgspec

from pubguard import clock
from pubguard.decision import Decision
from pubguard.guard import manifest
from pubguard.guard.confirm import Answer
from pubguard.guard.drafting import BUDGET
from pubguard.guard.record import Recorded, Statement
from pubguard.http.answers import Evaluation
from pubguard.http.asked import Content, Evaluating, Question, Said, Typed
from pubguard.http.bodies import convert
from pubguard.http.problems import Problem
from pubguard.http.visits import Visit
from pubguard.ids import check_id
from pubguard.model import Action, Attempt, Effect
from pubguard.people import person

_OF_CHECK = frozenset(Question.__struct_fields__) - {"action", "release", "actor"}


def question(visit: Visit) -> Attempt:
    """What `POST /v1/check` asks."""
    return _attempt(visit, visit.body)


def check(visit: Visit, decision: Decision) -> Decision:
    """The guard's answer, recorded before it is given; exactly the document of `check --json`.

    Raises:
        Problem: 503, an allow that came too late: whoever asked may have stopped listening.
    """
    allowed = decision.decision is Effect.ALLOW and decision.action is not Action.WITHDRAW
    if allowed and visit.waited() > BUDGET:
        raise Problem(
            503,
            f"The decision took longer than {BUDGET:g} s to store, so nobody gets permission.",
            "Ask again; if it persists, see how fast the disk is and who else uses the log.",
            code="log-unwritable",
            headers={"retry-after": "1"},
        )
    visit.state.meter.decided(decision.action, decision.decision)
    return decision


def evaluation_question(visit: Visit) -> Attempt:
    """What an AuthZEN 1.0 evaluation asks."""
    body: Evaluating = visit.body
    given: dict[str, Any] = {}
    for properties in (body.resource.properties, body.action.properties, body.context):
        given |= {name: properties[name] for name in _OF_CHECK & properties.keys()}
    roles = body.subject.properties.get("roles", ())
    return _attempt(
        visit,
        convert(
            {
                **given,
                "action": body.action.name,
                "release": body.resource.id,
                "actor": {"id": body.subject.id, "roles": roles},
            },
            Question,
        ),
    )


def evaluate(visit: Visit, decision: Decision) -> Evaluation:
    """The same answer in the form of AuthZEN 1.0: true for an allow and nothing else."""
    decision = check(visit, decision)
    return Evaluation(decision.decision is Effect.ALLOW and not decision.rehearsal, decision)


def confirm(visit: Visit) -> Answer:
    """Hold the typed text against the challenge; the same check then passes once."""
    body: Typed = visit.body
    return visit.workspace.confirmer.answer(
        body.challenge, visit.actor(body.actor), body.typed, visit.door
    )


def record(visit: Visit) -> Recorded:
    """Write down what happened. Only an approval needs a token that is made for it."""
    body: Said = visit.body
    if body.outcome == "approved":
        visit.may(Action.APPROVE)
    return visit.workspace.recorder.record(
        Statement(
            outcome=body.outcome,
            release=check_id(body.release),
            actor=visit.actor(body.actor),
            authors=tuple(map(person, body.authors)),
            digests=_manifest(body),
            output=body.output,
            happened_at=clock.parse(body.occurred_at) if body.occurred_at else None,
            permit=body.permit,
            request_id=body.request_id,
            url=body.url,
            note=body.note,
            via=body.via or visit.door,
            once=visit.once(body.request_id),
            item=_item(body),
        )
    )


def _attempt(visit: Visit, body: Question) -> Attempt:
    visit.may(body.action)
    return Attempt(
        action=body.action,
        release=check_id(body.release),
        actor=visit.actor(body.actor),
        at=visit.workspace.clock.now(),
        effective_at=clock.parse(body.effective_at) if body.effective_at else None,
        digests=_manifest(body),
        output=body.output,
        authors=tuple(map(person, body.authors)),
        recipients=body.recipients,
        via=body.via or visit.door,
        door=visit.door,
        permit=body.permit,
        request_id=body.request_id,
        once=visit.once(body.request_id),
        item=_item(body),
    )


def _manifest(body: Content) -> dict[str, str]:
    if body.digest and body.digests:
        raise Problem(
            400,
            "Both digest and digests were given.",
            "Give digests by output, or one digest for all of it.",
        )
    texts = [f"{name}={digest}" for name, digest in body.digests.items()]
    return manifest.parse([*texts, *([body.digest] if body.digest else [])], body.output)


def _item(body: Content) -> str:
    return msgspec.json.encode(body.item).decode() if body.item else ""
