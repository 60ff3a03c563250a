"""The values that everything else speaks in: frozen structs that know only themselves.

Every time is an aware `datetime` in UTC with microseconds. Every digest is the
text ``sha256:`` and 64 lower-case hex digits. An id is the text a source itself
uses, never a title.
"""

from pubguard.model.attempt import (
    WHOLE,
    Action,
    Actor,
    Attempt,
    Effect,
    Instant,
    Lifetime,
    Once,
    Output,
    Release,
    Role,
    State,
)
from pubguard.model.facts import (
    CLEAR,
    Facts,
    Finding,
    block,
    confirm,
    warn,
)
from pubguard.model.points import (
    APART,
    Holding,
    Point,
)
from pubguard.model.record import (
    Approval,
    Armed,
    Excepted,
    Override,
    Permit,
    Proposed,
    Record,
    Word,
)

__all__ = [
    "APART",
    "CLEAR",
    "WHOLE",
    "Action",
    "Actor",
    "Approval",
    "Armed",
    "Attempt",
    "Effect",
    "Excepted",
    "Facts",
    "Finding",
    "Holding",
    "Instant",
    "Lifetime",
    "Once",
    "Output",
    "Override",
    "Permit",
    "Point",
    "Proposed",
    "Record",
    "Release",
    "Role",
    "State",
    "Word",
    "block",
    "confirm",
    "warn",
]
