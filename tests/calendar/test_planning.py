from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from pubguard import ledger
from pubguard.calendar.planning import NOTICE, gone, plan
from pubguard.events import Event, ReleaseMoved
from pubguard.journal import moved
from pubguard.model import Output, Record, Release, State
from pubguard.protocols import Row

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
SOURCE = "toml:calendar.toml"
SLOTS = [NOW + timedelta(hours=hours) for hours in (-24, -1, 0, 1, 23, 24, 48, 240)]


def _release(state, at, words, title, reason, contact, outputs):
    firm = state in (State.CONFIRMED, State.PUBLISHED)
    return Release(
        id="prices",
        title=title,
        state=state,
        release_at=at or (SLOTS[-1] if firm else None),
        provisional=None if firm else words,
        reason=reason,
        contact=contact,
        outputs=outputs,
    )


rows = st.builds(
    _release,
    st.sampled_from(State),
    st.sampled_from([None, *SLOTS]),
    st.sampled_from([None, "January 2027", "2027"]),
    st.sampled_from(["Prices", "Prices, final"]),
    st.sampled_from([None, "late data"]),
    st.sampled_from([None, "A. Person"]),
    st.sampled_from([(), (Output("page"),)]),
)
histories = st.lists(st.tuples(st.one_of(st.none(), rows), st.integers(0, 72)), max_size=8)


class Known:
    """What the ledger makes of events, in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}

    @property
    def record(self) -> Record | None:
        row = self.rows.get("release/prices")
        return ledger.read_record(row.body) if row else None

    def take(self, *events: Event) -> None:
        for stream, (number, body) in moved(events, self.rows).items():
            self.rows[stream] = Row(number, body)

    def read(self, row: Release | None, now: datetime) -> tuple[Event, ...]:
        """Import a source that names the release, or does not."""
        record = self.record
        if row is not None:
            events = plan(row, record, SOURCE, now)
        else:
            events = (gone(record, SOURCE, now),) if record and not record.gone else ()
        self.take(*events)
        return events


@given(histories)
def test_importing_anything_twice_changes_nothing_the_second_time(history):
    """Whatever came before, and however late the second time is."""
    known = Known()
    for row, hours in history:
        known.read(row, NOW)
        assert known.read(row, NOW + timedelta(hours=hours)) == ()


@given(histories)
def test_no_import_ever_drops_a_release(history):
    """Once announced it stays known, marked while its source does not name it."""
    known = Known()
    for row, _ in history:
        before = known.record
        known.read(row, NOW)
        assert known.record is not None or (before is None and row is None)
        if known.record is not None:
            assert known.record.gone is (row is None)


@given(histories)
def test_no_import_moves_a_slot_that_is_in_force(history):
    """A confirmed release keeps its slot, and never loses its agreement or gains a date."""
    known = Known()
    for row, _ in history:
        before = known.record
        known.read(row, NOW)
        after = known.record
        if before is None or after is None or not before.agreed:
            continue
        if before.release.state in (State.CONFIRMED, State.PUBLISHED):
            assert after.agreed
            assert after.release.release_at == before.release.release_at
            assert after.release.state is not State.PROVISIONAL
        if before.release.state is State.CANCELLED:
            assert after.release.state is State.CANCELLED


@given(histories)
def test_a_date_less_than_a_day_ahead_is_never_in_force_by_itself(history):
    """It waits for a second person, whatever the release was before."""
    known = Known()
    for row, _ in history:
        before = known.record
        known.read(row, NOW)
        after = known.record
        if after is None or after.release.state is not State.CONFIRMED or not after.agreed:
            continue
        near = NOW < after.release.release_at < NOW + NOTICE
        assert not near or (before is not None and before.release == after.release)


@given(histories, rows)
def test_no_personal_text_is_in_the_data_of_an_event(history, last):
    """A contact's name is sealed with every event that could carry it."""
    known = Known()
    for row, _ in [*history, (last, 0)]:
        for event in known.read(row, NOW):
            assert "A. Person" not in repr(event.data)


def test_a_source_that_repeats_the_old_date_leaves_a_persons_proposal_alone():
    """Only its own proposal ends by going back."""
    row = _release(State.CONFIRMED, SLOTS[-1], None, "Prices", None, None, ())
    known = Known()
    known.read(row, NOW)
    data = ReleaseMoved(release_at=SLOTS[-2], state=State.CONFIRMED, source="by hand")
    known.take(Event(at=NOW, data=data, release="prices", actor="a.jones"))
    assert known.read(row, NOW) == ()
    assert known.record.proposed.by == "a.jones"


def test_an_agreed_change_is_nothing_new():
    """When people have agreed to the source's date, reading it again is silent."""
    from pubguard.events import ReleaseAgreed

    row = _release(State.CONFIRMED, SLOTS[-1], None, "Prices", None, None, ())
    later = structs.replace(row, release_at=SLOTS[-1] + timedelta(days=7), reason="late")
    known = Known()
    known.read(row, NOW)
    known.read(later, NOW)
    known.take(Event(at=NOW, data=ReleaseAgreed(), release="prices", actor="c.lead"))
    assert known.record.release.release_at == later.release_at
    assert known.read(later, NOW) == ()
