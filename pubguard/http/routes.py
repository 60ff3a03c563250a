"""The route table: what there is, who may come in, what goes in and out."""

from __future__ import annotations

from pubguard.calendar.reading import Item
from pubguard.decision import Decision
from pubguard.edge.document import EdgeDocument
from pubguard.guard.confirm import Answer
from pubguard.guard.record import Recorded
from pubguard.http import checking, points, showing
from pubguard.http.answers import Evaluation, Health, PermitStatus, PublicKeys, SyncAnswer
from pubguard.http.asked import Evaluating, Question, Said, Synced, Typed
from pubguard.http.bodies import parser
from pubguard.http.meter import MEDIA
from pubguard.http.visits import Access, Route
from pubguard.proving import Proved, Signed

ROUTES: tuple[Route, ...] = (
    Route(
        method="POST",
        path="/v1/check",
        name="check",
        summary="May this action on this release go ahead now?",
        asks=checking.question,
        run=checking.check,
        body=Question,
        parse=parser(Question),
        answer=Decision,
        statuses=(409,),
    ),
    Route(
        method="POST",
        path="/v1/confirm",
        name="confirm",
        summary="Answer a challenge with what it asks for.",
        run=checking.confirm,
        body=Typed,
        parse=parser(Typed),
        answer=Answer,
        statuses=(409,),
    ),
    Route(
        method="POST",
        path="/v1/record",
        name="record",
        summary="Record what was approved or what happened.",
        run=checking.record,
        body=Said,
        parse=parser(Said),
        answer=Recorded,
        statuses=(409,),
    ),
    Route(
        method="POST",
        path="/access/v1/evaluation",
        name="evaluate",
        summary="The same question and answer in the form of AuthZEN 1.0.",
        asks=checking.evaluation_question,
        run=checking.evaluate,
        body=Evaluating,
        parse=parser(Evaluating),
        answer=Evaluation,
        statuses=(409,),
    ),
    Route(
        method="GET",
        path="/v1/edge",
        name="edge",
        summary="May this address be served now?",
        run=points.edge,
        access=Access.READING,
        status=204,
        statuses=(400,),
        query={
            "path": "The path as it was asked for; nginx says it in X-Pubguard-Target.",
            "host": "The host as it was asked for; nginx says it in X-Pubguard-Host.",
        },
    ),
    Route(
        method="GET",
        path="/v1/edge/list",
        name="edge_list",
        summary="Every embargoed address, and when it opens.",
        run=points.edge_list,
        access=Access.READING,
        answer=EdgeDocument,
    ),
    Route(
        method="POST",
        path="/v1/sync",
        name="sync",
        summary="An enforcement point says how it is, and hears what counts.",
        run=points.sync,
        body=Synced,
        parse=parser(Synced),
        answer=SyncAnswer,
    ),
    Route(
        method="GET",
        path="/v1/permits/status",
        name="permit_status",
        summary="Which permits are revoked, signed.",
        run=points.permit_status,
        access=Access.READING,
        answer=PermitStatus,
    ),
    Route(
        method="GET",
        path="/v1/releases",
        name="releases",
        summary="All releases by date.",
        run=showing.releases,
        access=Access.READING,
        answer=list[Item],
    ),
    Route(
        method="GET",
        path="/v1/releases/{id}",
        name="release",
        summary="One release with its history.",
        run=showing.release,
        access=Access.READING,
        answer=Item,
        statuses=(404,),
    ),
    Route(
        method="GET",
        path="/v1/log/checkpoint",
        name="checkpoint",
        summary="The log's size and root, signed.",
        run=showing.checkpoint,
        access=Access.READING,
        answer=Signed,
    ),
    Route(
        method="GET",
        path="/v1/log/proof/{index}",
        name="proof",
        summary="The proof that an entry stands in the log.",
        run=showing.proof,
        access=Access.READING,
        answer=Proved,
        statuses=(404,),
    ),
    Route(
        method="GET",
        path="/v1/keys",
        name="keys",
        summary="The public keys of the log and of permits.",
        run=showing.public_keys,
        access=Access.OPEN,
        answer=PublicKeys,
    ),
    Route(
        method="GET",
        path="/healthz",
        name="health",
        summary="Whether checks can be answered.",
        run=showing.health,
        access=Access.OPEN,
        answer=Health,
    ),
    Route(
        method="GET",
        path="/metrics",
        name="metrics",
        summary="Counters for Prometheus.",
        run=showing.metrics,
        access=Access.READING,
        media=MEDIA.partition(";")[0],
    ),
    Route(
        method="GET",
        path="/openapi.json",
        name="openapi",
        summary="This document.",
        run=showing.openapi,
        access=Access.OPEN,
        answer=dict,
    ),
)
"""In the order in which they are tried; the busiest first."""
