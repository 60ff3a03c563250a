"""One finding of the doctor: what, why it matters, what to do."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Health(StrEnum):
    """How bad it is."""

    OK = "ok"
    ADVICE = "advice"
    WRONG = "wrong"


class Diagnosis(Struct, frozen=True):
    """What was found; `why` and `fix` are empty where all is well."""

    code: str
    state: Health
    what: str
    why: str = ""
    fix: str = ""


def ok(code: str, what: str) -> Diagnosis:
    """Nothing to do."""
    return Diagnosis(code, Health.OK, what)


def advice(code: str, what: str, why: str, fix: str) -> Diagnosis:
    """It works, and could be safer."""
    return Diagnosis(code, Health.ADVICE, what, why, fix)


def wrong(code: str, what: str, why: str, fix: str) -> Diagnosis:
    """The guard does not work, or cannot be relied on, until this is put right."""
    return Diagnosis(code, Health.WRONG, what, why, fix)
