"""The laws, held against random histories: whatever people do, in whatever order."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from pubguard import ledger
from pubguard.calendar.announcing import Announcement
from pubguard.calendar.changing import Wish
from pubguard.clock import parse
from pubguard.decision import Challenge, Decision
from pubguard.errors import Refused
from pubguard.events import Event, ReleaseCancelled, ReleaseMoved
from pubguard.guard.record import Statement
from pubguard.log.verify import verify
from pubguard.log.walk import Meaning
from pubguard.model import Action, Actor, Attempt, Effect, Role, State
from pubguard.testing import SettableClock, make_workspace

SLOT = parse("2026-11-26T09:30")
LATER = parse("2026-12-03T09:30")
DIGESTS = st.sampled_from([{}, {"": "sha256:" + "1a" * 32}, {"": "sha256:" + "2b" * 32}])
LEAD = "c.lee"
PEOPLE = st.sampled_from(["a.jones", "b.shah", LEAD])
ACTIONS = st.sampled_from([a for a in Action if a is not Action.SHARE])
RIGHT_WAY = [Action.APPROVE, Action.SCHEDULE, Action.PUBLISH]
TIMES = st.sampled_from([None, SLOT, LATER])
STEPS = st.sampled_from([timedelta(minutes=1), timedelta(minutes=20), timedelta(days=9)])


def _person(name: str) -> Actor:
    return Actor(name, frozenset({Role.LEAD_OFFICIAL if name == LEAD else Role.APPROVER}))


class Histories(RuleBasedStateMachine):
    """People, a clock and one release."""

    challenges: Bundle[Challenge] = Bundle("challenges")

    @initialize()
    def found(self) -> None:
        """A workspace and an announced release."""
        self.folder = Path(tempfile.mkdtemp())
        self.clock = SettableClock("2026-10-01T10:00")
        self.workspace = make_workspace(self.folder / "office", clock=self.clock)
        announcement = Announcement(
            release="r", title="R", actor=Actor("c.lee"), release_at=SLOT, reason=None
        )
        self.workspace.calendars.announcer.announce(announcement)
        self.used: set[str] = set()

    @property
    def record(self) -> ledger.Record:
        """What the log knows of the release."""
        stream = ledger.release_stream("r")
        return ledger.read_record(self.workspace.journal.read(stream).rows[stream].body)

    @rule(
        target=challenges,
        action=ACTIONS,
        who=PEOPLE,
        author=st.none() | PEOPLE,
        digests=DIGESTS,
        effective_at=TIMES,
    )
    def check(self, action, who, author, digests, effective_at) -> Challenge | None:
        """Somebody asks; the answer keeps the laws."""
        before = self.record
        decision = self.workspace.guard.check(
            Attempt(
                action=action,
                release="r",
                actor=Actor(who, frozenset({Role.APPROVER})),
                at=self.clock.now(),
                effective_at=effective_at,
                digests=digests,
                authors=(author,) if author else (),
            )
        )
        self._lawful(decision, before, digests)
        return decision.challenge

    @rule(who=PEOPLE, author=PEOPLE, digests=DIGESTS, action=st.sampled_from(RIGHT_WAY))
    def go_the_right_way(self, who, author, digests, action) -> None:
        """Somebody asks for the slot, or at once, and answers what is asked."""
        effective_at = None if action is Action.PUBLISH else SLOT
        for _ in range(2):
            challenge = self.check(action, who, author, digests, effective_at)
            if challenge is None:
                return
            self.answer(challenge, who, right=True)

    def _lawful(self, decision: Decision, before: ledger.Record, digests) -> None:
        allowed = decision.decision is Effect.ALLOW
        assert decision.event is not None, "law 3: record before answer"
        if decision.action is Action.WITHDRAW:
            assert allowed, "law 14: containment is never refused"
            return
        lifted = {v.overridden_by for v in decision.verdicts if v.overridden_by}
        if allowed and lifted:
            self._twice_signed(lifted, digests)
        elif allowed:
            assert (decision.gap_us or 0) >= 0, "law 1: nothing early is allowed"
            assert before.release.state is not State.CANCELLED
            assert before.proposed is None, "a change that is not agreed blocks"
        if allowed and not lifted and decision.action is Action.PUBLISH:
            assert before.approval is not None, "nothing is published that nobody approved"
            assert before.approval.digests == digests, "or that is not what was approved"
            assert before.approval.actor not in before.approval.authors

    def _twice_signed(self, lifted: set[str], digests) -> None:
        for override in (o for o in self.workspace.overrides.all() if o.id in lifted):
            assert override.digests == digests
            assert override.seconded_by not in (None, override.requested_by)
            assert LEAD in (override.seconded_by, override.requested_by)

    @rule(who=PEOPLE, second=PEOPLE, digests=DIGESTS, action=st.sampled_from(RIGHT_WAY))
    def override(self, who, second, digests, action) -> None:
        """Two persons lift what stands against it, or not: never one alone."""
        attempt = Attempt(
            action=action,
            release="r",
            actor=_person(who),
            at=self.clock.now(),
            effective_at=None if action is Action.PUBLISH else SLOT,
            digests=digests,
        )
        with suppress(Refused):
            asked = self.workspace.overrider.request(attempt, "a leak").override
            self.workspace.overrider.second(asked.id, _person(second))
            assert who != second
            assert LEAD in (who, second)

    @rule(who=PEOPLE, verb=st.sampled_from(["move", "cancel", "reinstate"]), to=TIMES)
    def wish(self, who, verb, to) -> None:
        """Somebody wants another date: the one in force stays."""
        before = self.record
        wish = Wish(release="r", actor=_person(who), reason="late")
        changer = self.workspace.calendars.changer
        with suppress(Refused):
            if verb == "move":
                changer.move(wish, to or SLOT)
            else:
                getattr(changer, verb)(wish)
        assert self.record.release == before.release
        assert self.record.armed == before.armed

    @rule(who=PEOPLE, keep=st.booleans())
    def agree(self, who, keep) -> None:
        """A second person agrees; one of the two is the lead official."""
        before = self.record
        with suppress(Refused):
            self.workspace.calendars.agreement.agree("r", _person(who), keep=keep)
            wish = before.proposed
            assert wish is not None
            assert wish.by != who
            assert who == LEAD or (wish.person and wish.by == LEAD)
            assert not keep or self.record.release == before.release
            assert self.record.proposed is None

    @rule(challenge=challenges, who=PEOPLE, right=st.booleans())
    def answer(self, challenge: Challenge | None, who: str, right: bool) -> None:
        """Somebody answers a challenge; no challenge is confirmed twice."""
        if challenge is None:
            return
        typed = challenge.type_this if right else "yes"
        try:
            answer = self.workspace.confirmer.answer(challenge.id, Actor(who), typed)
        except Refused:
            return
        assert answer.confirmed <= right
        if answer.confirmed:
            assert challenge.id not in self.used
            self.used.add(challenge.id)

    @rule(who=PEOPLE, author=PEOPLE, digests=DIGESTS)
    def record_approved(self, who, author, digests) -> None:
        """A claim changes nothing."""
        before = self.record
        statement = Statement(
            outcome="approved", release="r", actor=Actor(who), authors=(author,), digests=digests
        )
        if not self.workspace.recorder.record(statement).counts:
            assert self.record == before

    @rule(to=st.sampled_from([SLOT, LATER]))
    def move(self, to) -> None:
        """A source gives another date; the agreed one stays."""
        before = self.record.release.release_at
        self._happens(ReleaseMoved(release_at=to, state=State.CONFIRMED, source="test"))
        assert self.record.release.release_at == before

    @rule()
    def cancel(self) -> None:
        """A source cancels; nothing is armed any more."""
        if self.clock.now() > LATER:
            self._happens(ReleaseCancelled(source="test"))
            assert self.record.armed is None

    @rule(step=STEPS)
    def wait(self, step) -> None:
        """Time passes."""
        self.clock.set((self.clock.now() + step).isoformat())

    @rule(us=st.sampled_from([-1, 0, 1, 10**9]))
    @precondition(lambda self: self.clock.now() < SLOT)
    def come_to_the_slot(self, us) -> None:
        """It is about the announced time."""
        self.clock.set((SLOT + timedelta(microseconds=us)).isoformat())

    def _happens(self, data) -> None:
        journal = self.workspace.journal
        event = Event(at=self.clock.now(), data=data, release="r", actor=None)
        journal.write([event], journal.read(ledger.release_stream("r")))

    @invariant()
    def armed_is_approved(self) -> None:
        """What goes out by itself is what the approval covers, or two persons let it be armed."""
        if hasattr(self, "workspace") and (armed := self.record.armed) and not armed.override:
            assert self.record.approval is not None
            assert armed.digests == self.record.approval.digests

    def teardown(self) -> None:
        """Law 4: the log alone gives every state and every decision again."""
        if not hasattr(self, "workspace"):
            return
        redecider = self.workspace.redecider
        meaning = Meaning(
            ledger.fold,
            ledger.MOVES,
            replay=lambda entry, look: redecider.differs(entry.event(), look),
            decided=("check.decided", "check.rehearsed"),
        )
        report = verify(self.workspace.store, meaning)
        self.workspace.close()
        shutil.rmtree(self.folder)
        assert report.ok, report.reason


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
