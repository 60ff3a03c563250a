"""`record`: what people and systems say has happened. Never refused, and never simply believed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, structs

from pubguard import events as ev
from pubguard import ledger
from pubguard.clock import Clock
from pubguard.decision import EntryRef
from pubguard.decoding import reader
from pubguard.errors import LogConflict, LogError
from pubguard.guard import once
from pubguard.guard.backing import Known, is_backed, permit_id, within
from pubguard.journal import Journal
from pubguard.model import Actor, Once, Record, Role
from pubguard.notices.messenger import Messenger
from pubguard.notices.telling import Told
from pubguard.protocols import Notice

ATTEMPTS = 5
"""How often to read again when something moved in between."""


class Statement(Struct, frozen=True, kw_only=True):
    """What somebody says happened.

    `outcome` is approved, published, failed, withdrawn or corrected; `happened_at`
    is their word for when, in UTC.
    """

    outcome: str
    release: str
    actor: Actor
    authors: tuple[str, ...] = ()
    digests: Mapping[str, str] = {}
    output: str | None = None
    happened_at: datetime | None = None
    permit: str | None = None
    request_id: str | None = None
    url: str = ""
    note: str = ""
    via: str = "cli"
    once: Once | None = None
    item: str = ""


class Recorded(Struct, frozen=True, kw_only=True):
    """What was recorded, and whether it counts: the document of ``record --json``."""

    recorded: str
    release: str
    counts: bool
    bypass: bool = False
    disarmed: bool = False
    reason: str = ""
    event: EntryRef | None = None
    told: Told | None = None

    @property
    def exit_code(self) -> int:
        """1 for an approval that is only a claim, else 0."""
        return 1 if self.recorded == "approved" and not self.counts else 0


class Recorder:
    """Writes statements down, with what the log itself knows beside them."""

    def __init__(self, journal: Journal, clock: Clock, messenger: Messenger) -> None:
        self._journal = journal
        self._clock = clock
        self._messenger = messenger

    def record(self, statement: Statement) -> Recorded:
        """Record the statement; `counts` says whether the log bears it out.

        Raises:
            LogError: it could not be recorded.
            RequestReused, Refused: as `once.answered`.
        """
        stream = ledger.release_stream(statement.release)
        for _ in range(ATTEMPTS):
            digests = map(ledger.digest_stream, set(statement.digests.values()))
            name, asked = permit_id(statement.permit), once.streams(statement.once)
            snapshot = self._journal.read(stream, ledger.permit_stream(name), *digests, *asked)
            if again := once.answered(statement.once, snapshot, self._journal):
                return structs.replace(_read(again[0]), event=again[1])
            row, held = (snapshot.rows.get(n) for n in (stream, ledger.permit_stream(name)))
            known = Known(
                ledger.read_record(row.body) if row else None,
                ledger.read_permit(held.body) if held else None,
            )
            judge = _JUDGES.get(statement.outcome, _outcome)
            data, answer = judge(statement, known, self._clock.now())
            events = [self._event(statement, data, once.sealed(statement.once, answer))]
            if known.permit and statement.outcome == "published":
                at, output = statement.happened_at, statement.output
                use = ev.PermitUsed(permit=name, output=output, happened_at=at)
                events.append(self._event(statement, use))
            if answer.disarmed:
                events.append(self._event(statement, ev.ReleaseDisarmed(cause=_cause(statement))))
            try:
                refs = self._journal.write(events, snapshot)
            except LogConflict:
                continue
            return structs.replace(
                answer, event=refs[0], told=self._alarm(statement, answer, known.record)
            )
        raise LogError("The release kept changing while this was recorded.", "Record it again.")

    def _alarm(self, said: Statement, answer: Recorded, known: Record | None) -> Told | None:
        """A release that was disarmed, or published past the guard, is everybody's business."""
        if not ((answer.disarmed or answer.bypass) and self._messenger.anybody):
            return None
        held = (known.approval, known.armed) if known else (None, None)
        approver, armed = held
        others = [approver.actor] if approver else []
        others += [armed.by] if armed else []
        kind = "bypass" if answer.bypass else "disarmed"
        text = f"{said.actor.id} recorded: {said.outcome} {said.release}.\n{answer.reason}\n"
        notice = Notice(kind, f"{said.release}: {kind}", text, said.release, urgent=True)
        return self._messenger.tell(
            notice, roles=(Role.LEAD_OFFICIAL,), ids=others, but_not=(said.actor.id,)
        )

    def _event(
        self, statement: Statement, data: ev.Data, kept: Mapping[str, str] | None = None
    ) -> ev.Event:
        sealed = {"note": statement.note, "url": statement.url, "item": statement.item}
        primary = isinstance(data, (ev.ApprovalRecorded, ev.OutcomeRecorded))
        sealed |= kept or {}
        return ev.Event(
            at=self._clock.now(),
            data=data,
            release=statement.release,
            actor=statement.actor.id,
            identity=statement.actor.identity,
            via=statement.via,
            sealed={name: value for name, value in sealed.items() if value and primary},
        )


_read = reader(Recorded)


def _cause(statement: Statement) -> str:
    return "author" if statement.actor.id in statement.authors else "content"


def _approved(said: Statement, seen: Known, _: datetime) -> tuple[ev.Data, Recorded]:
    digests, known = dict(said.digests), seen.record
    stands = known is not None and (
        any(a.actor == said.actor.id and a.digests == digests for a in known.allowed)
        or (
            known.approval is not None
            and known.approval.actor == said.actor.id
            and known.approval.digests == digests
        )
    )
    armed = known.armed if known else None
    disarms = bool(stands and armed and (armed.digests != digests or said.actor.id in said.authors))
    data = ev.ApprovalRecorded(
        digests=digests, authors=said.authors, claim=not stands, once=said.once
    )
    reason = ""
    if not stands:
        reason = (
            "Kept as a claim only: no allowed `check approve` of this person and these digests "
            "stands behind it. Run that check first, then record it again."
        )
    elif disarms and said.actor.id in said.authors:
        reason = "Disarmed: the approver is also an author, so a second person must approve it."
    elif disarms:
        reason = "Disarmed: other content was armed. Schedule it again."
    answer = Recorded(
        recorded="approved",
        release=said.release,
        counts=stands,
        disarmed=disarms,
        reason=reason,
    )
    return data, answer


def _outcome(said: Statement, seen: Known, _: datetime) -> tuple[ev.Data, Recorded]:
    data = _said(said, bypass=False)
    return data, Recorded(
        recorded=said.outcome, release=said.release, counts=seen.record is not None
    )


def _corrected(said: Statement, seen: Known, now: datetime) -> tuple[ev.Data, Recorded]:
    """Content that is changed before it is out is no longer what was armed."""
    data, answer = _outcome(said, seen, now)
    known = seen.record
    armed = known.armed if known and not known.published else None
    if armed is None or not said.digests or within(said.digests, armed.digests):
        return data, answer
    reason = "Disarmed: the content was changed after it was armed. Approve it again for its slot."
    return data, structs.replace(answer, disarmed=True, reason=reason)


def _published(said: Statement, seen: Known, now: datetime) -> tuple[ev.Data, Recorded]:
    happened = min(said.happened_at or now, now)
    backed = is_backed(said.digests, seen, happened)
    reason = (
        ""
        if backed
        else (
            "BYPASS: nothing in the log allowed this publication. Check what is public now, take "
            "it down if it is early, and tell the lead official."
        )
    )
    answer = Recorded(
        recorded="published",
        release=said.release,
        counts=backed,
        bypass=not backed,
        reason=reason,
    )
    return _said(said, bypass=not backed), answer


def _said(said: Statement, *, bypass: bool) -> ev.OutcomeRecorded:
    return ev.OutcomeRecorded(
        outcome=said.outcome,
        output=said.output,
        digests=dict(said.digests),
        happened_at=said.happened_at,
        permit=said.permit,
        request_id=said.request_id,
        once=said.once,
        bypass=bypass,
    )


_JUDGES = {"approved": _approved, "published": _published, "corrected": _corrected}
