"""The decision table once more, written from the design alone and in another way.

A case is a handful of words and numbers. `expected` reads the answer off tables;
`tests/rules/test_second_implementation.py` builds the same case for the real rules.
Times are microseconds from the slot.
"""

from __future__ import annotations

from random import Random
from typing import Any

MINUTE, HOUR, DAY = 60_000_000, 3_600_000_000, 86_400_000_000
TIMES = (-2 * DAY, -1, 0, 1, MINUTE, MINUTE + 1, 2 * HOUR, 2 * HOUR + 1, 3 * DAY)

CHOICES: dict[str, tuple[Any, ...]] = {
    "action": (
        *("approve", "schedule", "publish", "publish", "publish"),
        *("revise", "upload", "share", "promote", "withdraw"),
    ),
    "state": (
        *("confirmed",) * 6,
        *("unknown", "provisional", "provisional, no time", "cancelled", "published"),
    ),
    "at": TIMES,
    "effective": (None, None, 0, 0, *TIMES),
    "proposed": (None, None, None, "move", "cancellation"),
    "twin": (None, None, None, "agrees", "disagrees"),
    "announces": ("nothing", "nothing", "page and data"),
    "claimed": (False, False, False, False, True),
    "override": ((), (), (), ("PG201", "PG402"), ("PG104", "PG303", "PG401", "PG403")),
    "armed despite": ((), (), ("PG302", "PG404")),
    "agreed": (True, True, True, False),
    "notice": ("long", "long", "short"),
    "read": ("never", "fresh", "fresh", "stale"),
    "slot": ("standard", "standard", "saturday", "seven", "seven, agreed"),
    "day": ("open", "open", "closed", "not covered", "unknown"),
    "clock": ("good", "good", "bad", "mute", "unknown"),
    "second": ("none", "silent", "near", "far"),
    "confirmed": (False, True),
    "asserted": (False, True),
    "role": ("none", "author", "approver", "approver", "publisher"),
    "listed": (True, True, True, False),
    "sent_author": ("none", "other", "other", "approver"),
    "known_author": ("none", "other", "other", "approver"),
    "approval": ("none", "pending", "given", "given", "given"),
    "armed": ("no", "this slot", "this slot", "another slot"),
    "approved": ("whole", "parts", "nothing"),
    "sent": ("same", "same", "same", "changed", "one missing", "one more", "nothing"),
    "output": (None, None, "page", "elsewhere"),
    "missing": (*(None,) * 12, "PG1", "PG2", "PG3", "PG4"),
    "two_person": (True, True, False),
    "require_approval": (True, True, False),
    "require_authenticated": (False, True),
    "require_clock_sync": (False, True),
    "confirm": (
        ("approve", "schedule", "publish"),
        ("approve", "schedule", "publish"),
        ("upload",),
    ),
}
"""What a case is made of; what is common stands more than once."""

Case = dict[str, Any]


def draw(random: Random) -> Case:
    """A case at random; only what was approved can be armed."""
    case = {name: random.choice(choices) for name, choices in CHOICES.items()}
    if case["approval"] != "given":
        case["armed"] = "no"
    return case


# (approved, sent): fits as a whole; then what "page" and "elsewhere" are by themselves
FIT = {
    ("whole", "same"): (True, True, True),
    ("whole", "changed"): (False, False, False),
    ("whole", "one missing"): (False, False, False),
    ("whole", "one more"): (False, False, True),
    ("whole", "nothing"): (False, False, False),
    ("parts", "same"): (True, True, False),
    ("parts", "changed"): (False, False, False),
    ("parts", "one missing"): (False, True, False),
    ("parts", "one more"): (False, True, False),
    ("parts", "nothing"): (False, False, False),
    ("nothing", "same"): (True, True, True),
    ("nothing", "changed"): (False, False, False),
    ("nothing", "one missing"): (True, True, True),
    ("nothing", "one more"): (False, False, False),
    ("nothing", "nothing"): (True, True, True),
}
PUBLIC = {"approve", "schedule", "publish", "revise", "upload", "promote"}
CONTENT = PUBLIC - {"promote"}
MUST = {
    "approve": "1234",
    "schedule": "1234",
    "publish": "1234",
    "revise": "124",
    "upload": "124",
    "share": "15",
    "promote": "123",
    "withdraw": "13",
}
ORDER = ["allow", "warn", "confirm", "block", "error"]


def expected(case: Case) -> tuple[str, dict[str, str]]:
    """The decision, and the effect of each code that is shown."""
    shown = {}
    for code, judge in TABLE.items():
        if code[:3] != case["missing"] and (effect := judge(case)):
            shown[code] = effect
    spoke = set("1234") - {(case["missing"] or "PG-")[2]}
    if set(MUST[case["action"]]) - spoke:
        shown["PG001"] = "block"
    if case["action"] == "withdraw":
        shown = dict.fromkeys(shown, "warn")
    elif case["confirmed"]:
        shown = {code: "warn" if e == "confirm" else e for code, e in shown.items()}
    lifted = _lifted(case)
    counting = [e for code, e in shown.items() if not (e == "block" and code in lifted)]
    worst = max(counting, key=ORDER.index, default="allow")
    return ("allow" if worst == "warn" else worst), shown


def _lifted(case: Case) -> set[str]:
    return {*case["override"], *(case["armed despite"] if _goes_by_itself(case) else ())}


def _has_slot(case: Case) -> bool:
    return case["state"] in ("confirmed", "cancelled", "published")


def _timed(case: Case) -> bool:
    return _has_slot(case) and case["action"] in PUBLIC


def _ahead(case: Case) -> bool:
    return case["at"] < 0


def _armed(case: Case) -> bool:
    return case["armed"] == "this slot" and _has_slot(case)


def _fits(case: Case) -> bool:
    which = (None, "page", "elsewhere").index(case["output"])
    return FIT[case["approved"], case["sent"]][which]


def _goes_by_itself(case: Case) -> bool:
    return case["action"] == "publish" and _armed(case) and _fits(case)


def _pg105(case: Case) -> str | None:
    if not _has_slot(case):
        return None
    if not case["agreed"]:
        return "block" if _ahead(case) else "warn"
    return "warn" if case["notice"] == "short" else None


def _pg201(case: Case) -> str | None:
    public = case["at"] if case["effective"] is None else case["effective"]
    return "block" if _timed(case) and _ahead(case) and public < 0 else None


def _pg202(case: Case) -> str | None:
    if not _timed(case) or _ahead(case) or case["action"] in ("revise", "upload"):
        return None
    if case["action"] == "promote" and case["state"] == "published":
        return None
    late = max(case["at"], case["effective"] or 0)
    if late <= MINUTE:
        return None
    return "warn" if _armed(case) and late <= 2 * HOUR else "confirm"


def _pg207(case: Case) -> str | None:
    if not _timed(case) or case["clock"] == "good":
        return None
    if _ahead(case):
        return "block" if case["require_clock_sync"] else "warn"
    return "block" if case["second"] == "far" and case["clock"] != "unknown" else "warn"


def _pg301(case: Case) -> str | None:
    if case["confirmed"] or case["action"] not in case["confirm"]:
        return None
    return None if _goes_by_itself(case) and not _ahead(case) else "confirm"


def _pg302(case: Case) -> str | None:
    if not case["two_person"] or case["action"] not in CONTENT:
        return None
    sent, known = case["sent_author"], case["known_author"]
    approval = case["approval"] == "given" and case["state"] != "unknown"
    recorded = known if approval and case["action"] != "approve" else "none"
    seen = {sent, recorded}
    if seen == {"none"}:
        return "warn"
    signed = case["action"] == "approve" or approval
    return "block" if signed and "approver" in seen else None


def _pg303(case: Case) -> str | None:
    if case["action"] == "withdraw" or _goes_by_itself(case):
        return None
    may = {"approver"} if case["action"] == "approve" else {"approver", "publisher"}
    return None if case["listed"] and case["role"] in may else "block"


def _pg401(case: Case) -> str | None:
    if case["action"] == "approve":
        empty = case["sent"] == "nothing" or (
            case["approved"] == "nothing" and case["sent"] in ("same", "one missing")
        )
        return "warn" if empty or _sends_nothing(case) else None
    if case["action"] not in CONTENT or case["state"] == "unknown":
        return None
    return "block" if case["approval"] == "given" and not _fits(case) else None


def _sends_nothing(case: Case) -> bool:
    return case["approved"] == "whole" and case["sent"] == "one missing"


def _pg402(case: Case) -> str | None:
    if case["action"] not in CONTENT - {"approve"} or case["state"] == "unknown":
        return None
    return "block" if case["require_approval"] and case["approval"] != "given" else None


# (approved, sent): the outputs that are sent, W for the whole, m for one that is none
SENDS = {
    ("whole", "same"): "W",
    ("whole", "changed"): "W",
    ("whole", "one missing"): "",
    ("whole", "one more"): "Wp",
    ("whole", "nothing"): "",
    ("parts", "same"): "pd",
    ("parts", "changed"): "pd",
    ("parts", "one missing"): "p",
    ("parts", "one more"): "pdm",
    ("parts", "nothing"): "",
    ("nothing", "same"): "",
    ("nothing", "changed"): "Wp",
    ("nothing", "one missing"): "",
    ("nothing", "one more"): "Wp",
    ("nothing", "nothing"): "",
}
APPROVES = {"whole": "W", "parts": "pd", "nothing": ""}


def _pg403(case: Case) -> str | None:
    signs = case["action"] in ("approve", "schedule")
    if case["state"] == "unknown" or not (signs or case["action"] == "publish"):
        return None
    if case["announces"] == "nothing":
        return None
    parts = SENDS[case["approved"], case["sent"]]
    if not signs:
        if case["approval"] == "given":
            parts += APPROVES[case["approved"]]
        elif case["output"]:
            return None
    complete = not parts or "W" in parts or {"p", "d"} <= set(parts)
    if complete and "m" not in parts:
        return None
    return "block" if signs and (_ahead(case) or not _has_slot(case)) else "warn"


def _pg104(case: Case) -> str | None:
    if case["state"] == "unknown":
        return None
    apart = case["twin"] == "disagrees" or case["state"] not in ("confirmed", "published")
    return "block" if case["proposed"] or (case["twin"] and apart) else None


def _if(condition: Any, before: str, later: str | None = None) -> Any:
    later = later or before
    return lambda case: (before if _ahead(case) else later) if condition(case) else None


TABLE = {
    "PG101": _if(lambda c: c["state"] == "unknown", "block"),
    "PG102": _if(lambda c: c["state"].startswith("provisional"), "block"),
    "PG103": _if(
        lambda c: (
            c["state"] == "cancelled"
            or (c["state"] != "unknown" and c["proposed"] == "cancellation")
        ),
        "block",
    ),
    "PG104": _pg104,
    "PG105": _pg105,
    "PG106": _if(lambda c: c["state"] != "unknown" and c["read"] == "stale", "warn"),
    "PG201": _pg201,
    "PG202": _pg202,
    "PG203": _if(lambda c: _timed(c) and c["slot"] == "saturday", "block", "warn"),
    "PG204": _if(lambda c: _timed(c) and c["day"] != "open", "warn"),
    "PG205": _if(lambda c: _timed(c) and c["slot"] == "seven", "confirm", "warn"),
    "PG206": lambda c: (
        "block" if _timed(c) and _ahead(c) and c["effective"] not in (None, 0) else None
    ),
    "PG207": _pg207,
    "PG301": _pg301,
    "PG302": _pg302,
    "PG303": _pg303,
    "PG304": _if(lambda c: c["override"], "warn"),
    "PG305": lambda c: (
        ("block" if c["require_authenticated"] and c["action"] == "approve" else "warn")
        if c["asserted"]
        else None
    ),
    "PG401": _pg401,
    "PG402": _pg402,
    "PG403": _pg403,
    "PG404": _if(lambda c: c["claimed"] and c["action"] in CONTENT, "block"),
}
