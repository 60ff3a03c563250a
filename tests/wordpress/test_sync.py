"""WordPress and the guard stay in step, and what could not be told is told later, once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.servers.clock import ShiftedClock
from tests.servers.wordpress import WordPress
from tests.wordpress.conftest import BEFORE, OPEN, Start
from tests.wordpress.office import POINT, SLOT, Guard
from tests.wordpress.standin import Body, Handler, standing_in
from tests.wordpress.trying import Try

RUN = "return Pubguard\\Sync::run();"
GMT = "2026-11-26 09:30:00"
MOVED = "2026-11-27T09:30"
NOBODY = "http://127.0.0.1:9"
Set = Callable[..., None]


@pytest.fixture
def again(site: WordPress) -> Set:
    """Changes constants of wp-config from the next request on."""

    def change(**constants: str) -> None:
        path = site.folder / "settings.json"
        settings = json.loads(path.read_text())
        settings["constants"] |= constants
        path.write_text(json.dumps(settings))

    return change


def value(t: Try, code: str) -> Any:
    """What this PHP gives back."""
    done = t.code(code)
    assert done.status == 200, done.text + t.site.log()
    return json.loads(done.text)


def option(t: Try, name: str) -> Any:
    return value(t, f"return get_option('{name}');")


def alarms(t: Try) -> str:
    return value(t, "return implode(' ', array_column(Pubguard\\Alarm::all(), 'text'));")


def scheduled(t: Try, release: str, **fields: Any) -> int:
    """A page of the release that WordPress will publish at the slot."""
    own = {"post_status": "future", "post_date_gmt": GMT, "post_date": GMT}
    return t.prepare(**{**own, "meta": {"_pubguard_release": release}, **fields})


@contextmanager
def today(t: Try, guard: Guard) -> Iterator[Guard]:
    """The office's own commands run at the site's time, and afterwards in good time again."""
    before = guard.office.clock.time
    guard.office.clock.time = t.clock.now()
    yield guard
    guard.office.clock.time = before


def arm(t: Try, guard: Guard, slot: str = SLOT) -> str:
    """Approve what WordPress holds of the release, for its slot; the permit's id."""
    manifest = value(t, f"return (object) Pubguard\\Manifest::release('{t.release}');")
    digests = [part for name, sum_ in manifest.items() for part in ("--digest", f"{name}={sum_}")]
    digests = [part.removeprefix("=") for part in digests]
    who = ("--actor", "editor", "--author", "author", "--effective-at", slot)
    with today(t, guard):
        done = guard.office.run("check", "approve", t.release, *who, *digests)
    assert done.code == 0, done.out
    assert done.doc["armed"], done.out
    issued = [e for e in guard.office.events() if e["kind"] == "permit.issued"]
    return issued[-1]["data"]["permit"]


def held(t: Try) -> str | None:
    """The id of the permit that is held for this try's release."""
    return value(t, "return (object) Pubguard\\Permit::all();").get(t.release)


def test_it_takes_over_what_counts(start: Start, guard: Guard) -> None:
    """Keys, the signed list, the slots with titles and times, and when to come again."""
    t = start(BEFORE)
    assert value(t, RUN) is True
    slot = option(t, "pubguard_slots")[t.release]
    assert slot == {
        "release": t.release,
        "release_at": f"{SLOT}:00.000000Z",
        "state": "confirmed",
        "held": False,
        "title": "Prices of October",
        "outputs": [],
    }
    assert value(t, f"return Pubguard\\Sync::slot('{t.release}')->getTimestamp();") == 1795685400
    assert [path.suffix for path in (t.site.state / "keys").iterdir()] == [".pem"]
    assert (t.site.state / "status.jwt").stat().st_mode & 0o777 == 0o600
    assert value(t, "return Pubguard\\Status::signed();") == pytest.approx(
        t.clock.now().timestamp(), abs=30
    )
    last = option(t, "pubguard_sync")
    assert last["ok"]
    assert last["next"] > last["at"]
    assert guard.office.events()[-1]["data"]["point"] == POINT


def test_it_says_what_it_holds(start: Start, again: Set) -> None:
    """Scheduled items, linked drafts, items without a release; no others, and nothing public."""
    t = start(BEFORE)
    page = scheduled(t, t.release)
    draft = t.prepare(post_title="Linked")
    lost = scheduled(t, "", post_title="Lost")
    t.prepare(meta={"_pubguard_release": ""}, post_title="Free")
    t.live()
    said: list[Body] = []

    def hear(handler: Handler, asked: Body) -> None:
        said.append(asked)
        handler.send({})

    with standing_in(hear) as server:
        again(PUBGUARD_URL=server.url)
        assert value(t, RUN) is False
    (told,) = said
    items = {item["id"]: item for item in told["items"]}
    assert items.keys() == {page, draft, lost}
    assert items[page]["scheduled_at"] == f"{SLOT}:00.000000Z"
    assert items[page]["release"] == t.release
    assert items[page]["status"] == "future"
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", items[page]["digest"])
    assert (items[draft]["release"], items[draft]["scheduled_at"]) == (t.release, None)
    assert items[lost]["release"] is None
    assert told["zone"] == "Europe/London"
    assert told["clock"].startswith("2026-11-26T08:00")
    assert told["permits"] == []
    assert told["version"].startswith("pubguard ")


def test_a_permit_comes_and_goes(start: Start, guard: Guard) -> None:
    """With the arming it is held, and counts from the slot on; revoked it is gone."""
    t = start(BEFORE)
    page = scheduled(t, t.release)
    permit = arm(t, guard)
    value(t, RUN)
    assert held(t) == permit
    digest = value(t, f"return Pubguard\\Manifest::of({page});")
    why = f"return Pubguard\\Permit::why('{t.release}', '', '{digest}');"
    assert "has not come" in value(t, why)
    why_not = ("--actor", "editor", "--reason", "The wrong file")
    assert guard.office.run("permit", "revoke", permit, *why_not).code == 0
    value(t, RUN)
    assert held(t) is None


def test_cut_off_it_goes_out_by_its_permit(
    start: Start, guard: Guard, again: Set, site_clock: ShiftedClock
) -> None:
    """At the slot, not before; and the guard hears of it later, once, with its true time."""
    t = start("2026-11-26T09:20")
    page = scheduled(t, t.release)
    other = scheduled(t, guard.next(), post_title="Not armed")
    permit = arm(t, guard)
    value(t, RUN)
    again(PUBGUARD_URL=NOBODY)
    site_clock.set("2026-11-26T09:29:50")
    t.cron()
    assert t.status(page) == "future"
    site_clock.set(f"{SLOT}:01")
    t.cron()
    assert t.seen()
    assert (t.status(page), t.status(other)) == ("publish", "future")
    assert waiting(t) == 1
    size = len(guard.office.events())
    again(PUBGUARD_URL=guard.service.url)
    later = "2026-11-26T09:45"
    site_clock.set(later)
    guard.clock.set(later)
    for _ in range(2):
        value(t, "Pubguard\\Sync::tick(); return 0;")
    assert waiting(t) == 0
    news = [e for e in guard.office.events()[size:] if e["kind"] != "point.synced"]
    assert [e["kind"] for e in news] == ["outcome.recorded", "permit.used"]
    assert news[1]["data"]["permit"] == permit
    assert news[1]["data"]["happened_at"].startswith("2026-11-26T09:30:0")


def test_a_change_makes_the_permit_useless(
    start: Start, guard: Guard, again: Set, site_clock: ShiftedClock
) -> None:
    """What was armed is this content and no other."""
    t = start("2026-11-26T09:20")
    page = scheduled(t, t.release)
    arm(t, guard)
    value(t, RUN)
    t.site.sql(f"UPDATE wp_posts SET post_title = CONCAT(post_title, '!') WHERE ID = {page}")
    again(PUBGUARD_URL=NOBODY)
    site_clock.set(f"{SLOT}:01")
    t.cron()
    assert t.status(page) == "future"
    assert not t.seen()


def test_a_wrong_clock_is_said(
    start: Start, guard: Guard, again: Set, site_clock: ShiftedClock
) -> None:
    """At the contact, and permits do not count then; mended, it is forgotten."""
    t = start(BEFORE)
    page = scheduled(t, t.release)
    arm(t, guard)
    site_clock.set("2026-11-26T09:00:00")
    value(t, RUN)
    assert "clock and the guard's differ" in alarms(t)
    assert any("differ" in letter["message"] for letter in t.site.letters())
    again(PUBGUARD_URL=NOBODY)
    site_clock.set(f"{SLOT}:01")
    t.cron()
    assert t.status(page) == "future"
    again(PUBGUARD_URL=guard.service.url)
    site_clock.set(BEFORE)
    guard.clock.set(BEFORE)
    value(t, RUN)
    assert "differ" not in alarms(t)


def move(guard: Guard, release: str, to: str, *keep: str) -> None:
    """Move the release in the calendar, and have that agreed."""
    lead = ("--role", "lead-official")
    run = guard.office.run
    why = ("--reason", "Late returns")
    moved = run("calendar", "move", release, "--to", to, "--actor", "admin", *why, *lead)
    assert moved.code == 0, moved.out
    agreed = run("calendar", "agree", release, "--actor", "lead", *lead, *keep)
    assert agreed.code == 0, agreed.out


def test_a_moved_slot_is_an_alarm(start: Start, guard: Guard, site_clock: ShiftedClock) -> None:
    """What is scheduled for the old one stays closed there, and people are told once."""
    t = start("2026-11-26T08:00")
    page = scheduled(t, t.release)
    with today(t, guard):
        move(guard, t.release, MOVED)
    value(t, RUN)
    assert "Friday 27 November 2026, 09:30" in alarms(t)
    value(t, RUN)
    assert len(t.site.letters()) == 1
    assert t.site.sql(f"SELECT post_date_gmt FROM wp_posts WHERE ID = {page}") == GMT
    site_clock.set(f"{SLOT}:01")
    guard.clock.set(f"{SLOT}:01")
    t.cron()
    assert t.status(page) == "future"
    assert not t.seen()


def test_armed_for_the_new_slot_it_follows(
    start: Start, guard: Guard, site_clock: ShiftedClock
) -> None:
    """Date and cron are the new ones, it goes out there and not before."""
    t = start("2026-11-26T08:00")
    page = scheduled(t, t.release)
    with today(t, guard):
        move(guard, t.release, MOVED)
    arm(t, guard, MOVED)
    value(t, RUN)
    assert alarms(t) == ""
    row = t.site.sql(f"SELECT post_date_gmt, post_date FROM wp_posts WHERE ID = {page}")
    assert row == "2026-11-27 09:30:00\t2026-11-27 09:30:00"
    when = value(t, f"return wp_next_scheduled('publish_future_post', [{page}]);")
    assert when == 1795771800
    for now in (f"{SLOT}:01", f"{MOVED}:01"):
        assert t.status(page) == "future"
        site_clock.set(now)
        guard.clock.set(now)
        t.cron()
    assert t.status(page) == "publish"


def test_a_change_that_is_not_agreed_moves_nothing(start: Start, guard: Guard) -> None:
    """The old slot does not count any more and the new one not yet."""
    t = start("2026-11-26T08:00")
    page = scheduled(t, t.release)
    why = ("--actor", "admin", "--role", "lead-official", "--reason", "Late returns")
    with today(t, guard):
        guard.office.run("calendar", "move", t.release, "--to", MOVED, *why)
    value(t, RUN)
    assert "its date is not settled" in alarms(t)
    assert t.site.sql(f"SELECT post_date_gmt FROM wp_posts WHERE ID = {page}") == GMT
    assert value(t, f"return Pubguard\\Sync::slot('{t.release}');") is None


UNUSABLE: dict[str, Body] = {
    "nothing": {},
    "no permits": {"status": "x", "keys": [], "slots": [], "next_sync": "2026-11-26T08:05:00Z"},
    "no keys": {"status": "x", "permits": [], "slots": [], "next_sync": "2026-11-26T08:05:00Z"},
    "no slots": {"status": "x", "permits": [], "keys": [], "next_sync": "2026-11-26T08:05:00Z"},
    "no status": {"permits": [], "keys": [], "slots": [], "next_sync": "2026-11-26T08:05:00Z"},
    "no pace": {"status": "x", "permits": [], "keys": [], "slots": []},
}


@pytest.mark.parametrize("answer", UNUSABLE.values(), ids=UNUSABLE)
def test_an_unusable_answer_takes_nothing_away(
    start: Start, guard: Guard, again: Set, answer: Body
) -> None:
    """Permits, keys and slots stay; the next try is in a minute."""
    t = start(BEFORE)
    scheduled(t, t.release)
    permit = arm(t, guard)
    value(t, RUN)
    before = option(t, "pubguard_slots")
    with standing_in(lambda handler, asked: handler.send(answer)) as server:
        again(PUBGUARD_URL=server.url)
        assert value(t, RUN) is False
    assert held(t) == permit
    assert option(t, "pubguard_slots") == before
    last = option(t, "pubguard_sync")
    assert not last["ok"]
    assert last["heard"]
    assert value(t, "return Pubguard\\Sync::due();") is False


def test_foreign_permits_in_an_answer_are_left_out(start: Start, guard: Guard, again: Set) -> None:
    """Only what a known key signed for us is held."""
    from tests.servers.contract import Signer

    t = start(BEFORE)
    known, foreign = Signer("known"), Signer("foreign")
    own = {"aud": POINT}
    slot = 1795685400
    digest = "sha256:" + "1a" * 32
    answer = {
        "keys": [known.jwk, {"kty": "RSA", "kid": "x"}, {**known.jwk, "kid": "../x"}, 7],
        "status": known.status(),
        "permits": [
            known.permit("good", "", digest, slot, **own),
            foreign.permit("bad", "", digest, slot, **own),
            known.permit("other", "", digest, slot),
            known.permit("../bad", "", digest, slot, **own),
            17,
        ],
        "slots": ["x", {"release": "../x"}, {"release": "good", "release_at": "soon"}],
        "next_sync": "2026-11-26T08:05:00Z",
    }
    with standing_in(lambda handler, asked: handler.send(answer)) as server:
        again(PUBGUARD_URL=server.url)
        assert value(t, RUN) is True
    assert value(t, "return Pubguard\\Permit::all();") == {"good": "permit-17"}
    kept = sorted(path.name for path in t.site.state.glob("*/*"))
    assert kept == ["good.jwt", "known.pem"]
    assert option(t, "pubguard_slots")["good"]["held"] is True
    assert not list(t.site.folder.glob("*.jwt"))


def test_cron_does_it_every_minute(start: Start, guard: Guard, site_clock: ShiftedClock) -> None:
    """From the first request on; and not more often than the guard wants."""
    t = start(BEFORE)
    t.rest("GET", "/wp/v2/posts", user="")
    assert t.site.calls() == []
    t.cron()
    syncs = [call for call in t.site.calls() if call.endswith("/v1/sync")]
    assert len(syncs) == 1
    site_clock.set("2026-11-26T08:01:30")
    t.cron()
    assert len([call for call in t.site.calls() if call.endswith("/v1/sync")]) == 1
    site_clock.set("2026-11-26T08:05:10")
    guard.clock.set("2026-11-26T08:05:10")
    t.cron()
    assert len([call for call in t.site.calls() if call.endswith("/v1/sync")]) == 2


RECORD = (
    "Pubguard\\Queue::record(['outcome' => 'published', 'release' => '%s', 'note' => '%s',"
    " 'actor' => ['id' => 'editor', 'roles' => []], 'digests' => [], 'permit' => null]);"
)


FLUSH = "return Pubguard\\Queue::flush(9);"


def waiting(t: Try) -> int:
    return value(t, "return Pubguard\\Queue::waiting();")


def notes(said: list[tuple[str, Body]]) -> list[str]:
    return [asked["note"] for path, asked in said if path == "/v1/record"]


def test_records_wait_in_order_and_survive(start: Start, again: Set) -> None:
    """While the guard is away none is lost; then each is told once, the oldest first."""
    t = start(BEFORE)
    again(PUBGUARD_URL=NOBODY)
    for number in range(5):
        t.code(RECORD % (t.release, number) + "return 0;")
    assert value(t, FLUSH) == 0
    assert waiting(t) == 5
    refusals = [503, 200, 200, 500, 401, 200, 200, 429, 200]
    tries = iter(refusals)

    def moody(handler: Handler, asked: Body) -> None:
        handler.send({"recorded": "published"}, status=next(tries))

    with standing_in(moody) as server:
        again(PUBGUARD_URL=server.url)
        while waiting(t):
            value(t, FLUSH)
        said = [asked for _, asked in server.asked]
    assert [asked["note"] for asked in said] == ["0", "0", "1", "2", "2", "2", "3", "4", "4"]
    ids = {asked["note"]: asked["request_id"] for asked in said}
    assert len(set(ids.values())) == 5
    assert all(asked["request_id"] == ids[asked["note"]] for asked in said)
    assert all(asked["occurred_at"].startswith("2026-11-26T08:00") for asked in said)
    assert not any({"digests", "permit"} & asked.keys() for asked in said)


def test_a_record_that_is_refused_for_good_holds_up_none(start: Start, again: Set) -> None:
    """It is set aside, and people are told."""
    t = start(BEFORE)
    for number in range(3):
        t.code(RECORD % (t.release, number) + "return 0;")

    def picky(handler: Handler, asked: Body) -> None:
        handler.send({"recorded": "published"}, status=409 if asked["note"] == "1" else 200)

    with standing_in(picky) as server:
        again(PUBGUARD_URL=server.url)
        assert value(t, FLUSH) == 2
        assert value(t, FLUSH) == 0
        assert notes(server.asked) == ["0", "1", "2"]
    assert "refused a record" in alarms(t)
    assert t.site.sql("SELECT COUNT(*) FROM wp_pubguard_queue") == "1"


def test_the_real_guard_takes_them_once(start: Start, guard: Guard) -> None:
    """The same record again is no second entry."""
    t = start(OPEN)
    t.code(RECORD % (t.release, "first") + "return 0;")
    body = t.site.sql("SELECT body FROM wp_pubguard_queue")
    size = len(guard.office.events())
    assert value(t, FLUSH) == 1
    assert value(t, f"return Pubguard\\Queue::record(json_decode('{body}', true));") is True
    assert value(t, FLUSH) == 1
    news = [event["kind"] for event in guard.office.events()[size:]]
    assert news.count("outcome.recorded") == 1


def test_the_queue_is_bounded(start: Start) -> None:
    """What comes after five thousand is refused, loudly."""
    t = start(BEFORE)
    assert value(t, (RECORD % (t.release, 0)).replace("Pubguard", "return Pubguard", 1)) is True
    t.site.sql(
        "INSERT INTO wp_pubguard_queue (request_id, body)"
        " SELECT CONCAT('many-', seq), '{}' FROM seq_1_to_4999"
    )
    assert value(t, (RECORD % (t.release, 1)).replace("Pubguard", "return Pubguard", 1)) is False
    assert "could not be kept" in alarms(t)
