"""One small struct per kind of event; its docstring is the documentation.

These are the `data` of an entry. No field may hold personal data: names,
addresses, reasons and free text go into `Event.sealed` under the names given.
"""

from pubguard.events.calendar import (
    CalendarImported,
    HolidaysRead,
    Proposing,
    ReleaseAgreed,
    ReleaseAnnounced,
    ReleaseCancelled,
    ReleaseDisappeared,
    ReleaseKept,
    ReleaseMoved,
    ReleasePublished,
    ReleaseReinstated,
    ReleaseSame,
)
from pubguard.events.data import (
    Data,
    Event,
)
from pubguard.events.decisions import (
    ChallengeAnswered,
    ChallengeExpired,
    ChallengeFailed,
    ChallengeIssued,
    CheckDecided,
    CheckRehearsed,
    ConfigChanged,
    Spoken,
)
from pubguard.events.outcomes import (
    ApprovalRecorded,
    DataErased,
    NoticeSent,
    OutcomeRecorded,
    OverrideExpired,
    OverrideRequested,
    OverrideSeconded,
    OverrideUsed,
    ReleaseArmed,
    ReleaseDisarmed,
)

__all__ = [
    "KINDS",
    "ApprovalRecorded",
    "CalendarImported",
    "ChallengeAnswered",
    "ChallengeExpired",
    "ChallengeFailed",
    "ChallengeIssued",
    "CheckDecided",
    "CheckRehearsed",
    "ConfigChanged",
    "Data",
    "DataErased",
    "Event",
    "HolidaysRead",
    "NoticeSent",
    "OutcomeRecorded",
    "OverrideExpired",
    "OverrideRequested",
    "OverrideSeconded",
    "OverrideUsed",
    "Proposing",
    "ReleaseAgreed",
    "ReleaseAnnounced",
    "ReleaseArmed",
    "ReleaseCancelled",
    "ReleaseDisappeared",
    "ReleaseDisarmed",
    "ReleaseKept",
    "ReleaseMoved",
    "ReleasePublished",
    "ReleaseReinstated",
    "ReleaseSame",
    "Spoken",
]

KINDS: dict[str, type[Data]] = {
    kind.kind: kind
    for kind in (
        ConfigChanged,
        CalendarImported,
        ReleaseAnnounced,
        ReleaseMoved,
        ReleaseCancelled,
        ReleaseReinstated,
        ReleaseAgreed,
        ReleaseKept,
        ReleasePublished,
        ReleaseSame,
        ReleaseDisappeared,
        HolidaysRead,
        CheckDecided,
        CheckRehearsed,
        ChallengeIssued,
        ChallengeAnswered,
        ChallengeFailed,
        ChallengeExpired,
        ApprovalRecorded,
        ReleaseArmed,
        ReleaseDisarmed,
        OutcomeRecorded,
        OverrideRequested,
        OverrideSeconded,
        OverrideUsed,
        OverrideExpired,
        NoticeSent,
        DataErased,
    )
}
"""Every kind that this version writes, by name."""
