"""What a plugin may be. Each protocol is met by a frozen struct whose fields are its settings."""

from pubguard.protocols.calendars import (
    Calendar,
    Document,
    Listed,
    Progress,
    Read,
    Refusal,
    Replaced,
    Telling,
    Writer,
    Written,
)
from pubguard.protocols.edges import Closing, EdgeFormat, EdgeList
from pubguard.protocols.notices import Notice, Notifier
from pubguard.protocols.rules import (
    Examined,
    FactSource,
    HolidaySource,
    Rule,
    SecondClock,
)
from pubguard.protocols.stores import (
    Reader,
    Row,
    Snapshot,
    Store,
    Transaction,
)

__all__ = [
    "Calendar",
    "Closing",
    "Document",
    "EdgeFormat",
    "EdgeList",
    "Examined",
    "FactSource",
    "HolidaySource",
    "Listed",
    "Notice",
    "Notifier",
    "Progress",
    "Read",
    "Reader",
    "Refusal",
    "Replaced",
    "Row",
    "Rule",
    "SecondClock",
    "Snapshot",
    "Store",
    "Telling",
    "Transaction",
    "Writer",
    "Written",
]
