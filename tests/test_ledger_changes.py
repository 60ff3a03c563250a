"""What the record keeps of a change, of an outcome, and of what was approved elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pubguard import events as ev
from pubguard import ledger
from pubguard.journal import moved
from pubguard.ledger.approvals import CLAIMS
from pubguard.model import Record, Release, State
from pubguard.protocols import Row

NOW = datetime(2026, 10, 1, 9, tzinfo=UTC)
SLOT = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)
DIGEST = "sha256:" + "1a" * 32
ANNOUNCED = ev.ReleaseAnnounced(release=Release("r", "R", State.CONFIRMED, SLOT), source="s")
MOVED = ev.ReleaseMoved(release_at=LATER, state=State.CONFIRMED, source="s")
BACK = ev.ReleaseMoved(release_at=SLOT, state=State.CONFIRMED, source="s")


def after(*happened: tuple[ev.Data, str | None]) -> Record:
    """The record of release r after these, an hour apart, each by a person or a source."""
    events = [
        ev.Event(at=NOW + timedelta(hours=hour), data=data, release="r", actor=actor)
        for hour, (data, actor) in enumerate(happened)
    ]
    return ledger.read_record(moved(events, {})[ledger.release_stream("r")][1])


def test_the_notice_of_an_agreed_date_counts_from_when_it_was_proposed() -> None:
    """Users could know it from then on."""
    record = after((ANNOUNCED, None), (MOVED, None), (ev.ReleaseAgreed(), "c.lead"))
    assert record.announced_at == NOW + timedelta(hours=1)


def test_another_title_leaves_notice_and_first_person_as_they_were() -> None:
    """Only another date or state is a new entry, and that ends what was proposed."""
    words = ev.ReleaseAnnounced(release=Release("r", "Q", State.CONFIRMED, SLOT), source="s")
    record = after((ANNOUNCED, "c.lee"), (MOVED, "b.shah"), (words, None))
    assert (record.announced_at, record.entered_by) == (NOW, "c.lee")
    assert record.proposed
    other = ev.ReleaseAnnounced(release=Release("r", "R", State.CONFIRMED, LATER), source="s")
    record = after((ANNOUNCED, "c.lee"), (MOVED, "b.shah"), (other, None))
    assert (record.announced_at, record.entered_by) == (NOW + timedelta(hours=2), None)
    assert record.proposed is None


def test_a_persons_wish_ends_by_a_persons_word_only() -> None:
    """A source that repeats the agreed date ends its own proposal and nobody else's."""
    assert after((ANNOUNCED, None), (MOVED, "b.shah"), (BACK, None)).proposed
    assert after((ANNOUNCED, None), (MOVED, "b.shah"), (BACK, "b.shah")).proposed is None
    assert after((ANNOUNCED, None), (MOVED, None), (BACK, None)).proposed is None


def test_what_is_published_waits_for_nothing() -> None:
    """An open change ends with the publication, and the source has then said as much."""
    record = after((ANNOUNCED, None), (MOVED, "b.shah"), (ev.ReleasePublished(source="s"), None))
    assert (record.proposed, record.release.state) == (None, State.PUBLISHED)
    assert record.said == ledger.word(record.release)


def test_what_is_cancelled_waits_for_nothing() -> None:
    """A cancellation in force ends what else was proposed."""
    record = after((ANNOUNCED, None), (MOVED, "b.shah"), (ev.ReleaseCancelled(source="s"), None))
    assert (record.proposed, record.release.state) == (None, State.CANCELLED)


def test_what_is_announced_again_is_not_gone() -> None:
    """Whoever announces it."""
    gone = ev.ReleaseDisappeared(source="s")
    assert after((ANNOUNCED, None), (gone, None)).gone
    assert not after((ANNOUNCED, None), (gone, None), (ANNOUNCED, "c.lee")).gone


def test_it_is_out_since_it_is_said_to_have_gone_out() -> None:
    """Not since somebody wrote that down; without a word for when, since then."""
    said = ev.OutcomeRecorded(outcome="published", happened_at=SLOT)
    assert after((ANNOUNCED, None), (said, "e.dee")).published == SLOT
    plain = ev.OutcomeRecorded(outcome="published")
    assert after((ANNOUNCED, None), (plain, "e.dee")).published == NOW + timedelta(hours=1)


def test_no_source_has_said_what_a_person_announced() -> None:
    """So no page says that the source says otherwise, once the date is moved."""
    assert after((ANNOUNCED, "c.lee")).said is None
    agreed = after((ANNOUNCED, "c.lee"), (MOVED, "b.shah"), (ev.ReleaseAgreed(), "c.lead"))
    assert agreed.said is None


def test_what_is_out_was_out_from_the_first_word_of_it() -> None:
    """Its calendar's page only repeats it later."""
    said = ev.OutcomeRecorded(outcome="published")
    page = ev.ReleasePublished(source="s")
    assert after((ANNOUNCED, None), (said, "e.dee"), (page, None)).published == NOW + timedelta(
        hours=1
    )


def test_a_digest_remembers_the_latest_releases_it_was_approved_for() -> None:
    """So many and no more, and the newest is never the one that is forgotten."""
    rows: dict[str, Row] = {}
    for number in range(CLAIMS + 1):
        name = f"r{number}"
        release = Release(name, "R", State.CONFIRMED, SLOT)
        for data in (
            ev.ReleaseAnnounced(release=release, source="s"),
            ev.ApprovalRecorded(digests={"": DIGEST}),
        ):
            event = ev.Event(at=NOW, data=data, release=name, actor="a.jones")
            rows |= {k: Row(n, body) for k, (n, body) in moved([event], rows).items()}
    claimed = ledger.read_claimed(rows[ledger.digest_stream(DIGEST)].body)
    assert claimed.releases == tuple(f"r{number}" for number in range(1, CLAIMS + 1))
