"""The OpenAPI 3.1 document, made of the route table."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from pubguard import __version__
from pubguard.http.asked import Question, Said
from pubguard.http.problems import MEDIA, ProblemDocument
from pubguard.http.routes import ROUTES
from pubguard.http.visits import Access, Route

REFUSALS = {
    400: "The request cannot mean anything.",
    401: "No token, or one that is not valid.",
    403: "The token is not made for this.",
    404: "There is no such thing.",
    405: "Another method is wanted.",
    409: "Understood, and refused as things stand.",
    413: "The body is larger than 1 MiB.",
    415: "The body is not application/json.",
    429: "Too many requests of this token, or too many wrong tokens; see Retry-After.",
    500: "pubguard failed in itself, so the answer is no.",
    503: "It cannot be recorded now, so nobody gets permission; see Retry-After.",
}


def document(public_url: str = "") -> dict[str, Any]:
    """The whole document; `public_url` is where the service is reached."""
    kinds = [kind for each in ROUTES for kind in (each.body, each.answer) if kind]
    schemas, components = msgspec.json.schema_components(
        [*kinds, ProblemDocument], ref_template="#/components/schemas/{name}"
    )
    for kind in (Question, Said):
        components[kind.__name__]["not"] = {"required": ["digest", "digests"]}
    by_kind = {str(kind): schema for kind, schema in zip(kinds, schemas, strict=False)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "pubguard",
            "version": __version__,
            "description": "May this action on this release of statistics go ahead now?",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": public_url or "/"}],
        "paths": {each.path: {each.method.lower(): _operation(each, by_kind)} for each in ROUTES},
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route, by_kind: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "description": (route.run.__doc__ or "").strip(),
        "security": [] if route.access is Access.OPEN else [{"token": []}],
        "responses": _responses(route, by_kind),
    }
    if parameters := [*_places(route), *_queries(route)]:
        found["parameters"] = parameters
    if route.body:
        schema = by_kind[str(route.body)]
        found["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    return found


def _responses(route: Route, by_kind: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": "The answer."}
    if route.answer:
        answer["content"] = {"application/json": {"schema": by_kind[str(route.answer)]}}
    elif route.status != 204:
        answer["content"] = {route.media: {"schema": {"type": "string"}}}
    statuses = {*route.statuses, 405, 500, 503}
    if route.access is not Access.OPEN:
        statuses |= {401, 403, 429}
    if route.body:
        statuses |= {400, 413, 415}
    problem = {MEDIA: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
    return {
        str(route.status): answer,
        **{str(s): {"description": REFUSALS[s], "content": problem} for s in sorted(statuses)},
    }


def _places(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", route.path)
    ]


def _queries(route: Route) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "query",
            "required": name == "path",
            "description": what,
            "schema": {"type": "string"},
        }
        for name, what in route.query.items()
    ]
