"""What can be looked at: releases, the log's checkpoint and proofs, keys, health, counters."""

from __future__ import annotations

import msgspec

from pubguard import __version__, keys, proving
from pubguard.calendar.reading import Item
from pubguard.errors import IdError, Refused
from pubguard.http.answers import Health, PublicKeys
from pubguard.http.meter import MEDIA
from pubguard.http.points import jwks
from pubguard.http.problems import Problem
from pubguard.http.visits import Reply, Visit

DIGITS = 15
"""The most that an entry's index has."""


def releases(visit: Visit) -> list[Item]:
    """Every release, as `calendar list --json` gives it."""
    shelf = visit.workspace.calendars.shelf
    return [shelf.item(record) for record in shelf.records()]


def release(visit: Visit) -> Item:
    """One release, as `calendar show --json` gives it."""
    shelf = visit.workspace.calendars.shelf
    try:
        return shelf.item(shelf.record(visit.path["id"]))
    except (Refused, IdError) as error:
        raise Problem(404, error.message, error.remedy) from error


def checkpoint(visit: Visit) -> proving.Signed:
    """The log's size and root as they are now, signed."""
    workspace = visit.workspace
    return proving.checkpoint(workspace.log.store, workspace.config.beside(_log_key(visit)))


def proof(visit: Visit) -> proving.Proved:
    """The proof that one entry stands in the log."""
    text, workspace = visit.path["index"], visit.workspace
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS):
        raise Problem(404, "That is not an entry's index.", "Give a whole number, from 0 on.")
    try:
        private = workspace.config.beside(_log_key(visit))
        return proving.prove(workspace.log.store, int(text), private)
    except Refused as error:
        raise Problem(404, error.message, error.remedy) from error


def public_keys(visit: Visit) -> PublicKeys:
    """The keys that checkpoints and permits are verified with."""
    private = visit.workspace.config.beside(_log_key(visit))
    return PublicKeys(keys.load_log_public(private).line(), jwks(visit.workspace))


def health(visit: Visit) -> Health:
    """Whether the log can be read, so that checks can be answered."""
    visit.workspace.log.size()
    settings = "refused" if visit.state.wrong_settings else "ok"
    return Health("ok", settings, __version__)


def metrics(visit: Visit) -> Reply:
    """The counters, in Prometheus' text form."""
    return Reply(visit.state.meter.text(visit.workspace.log.size()), MEDIA)


def openapi(visit: Visit) -> Reply:
    """This interface, as OpenAPI 3.1."""
    from pubguard.http.openapi import document

    url = visit.workspace.config.service.public_url
    return Reply(msgspec.json.encode(document(url)), "application/json")


def _log_key(visit: Visit) -> str:
    return visit.workspace.config.keys.log
