"""Files are seen by nobody before their release, and from then on they are where they belong."""

from __future__ import annotations

import json

import pytest
import requests

from tests.servers.clock import ShiftedClock
from tests.wordpress.conftest import BEFORE, OPEN, Start
from tests.wordpress.holding import LAST, PICTURE, addresses, go, kept, listed, public, show, upload
from tests.wordpress.office import SAID, SLOT, Guard
from tests.wordpress.test_sync import NOBODY, RUN, Set, again, alarms, arm, scheduled, value

__all__ = ["again"]


def test_a_picture_goes_out_with_its_page(
    start: Start, guard: Guard, site_clock: ShiftedClock
) -> None:
    """With all its sizes: 404 to the last second, then at the address the page had all along."""
    t = start(BEFORE)
    page = scheduled(t, t.release)
    media = upload(t, "prices.png", PICTURE, post=str(page))
    show(t, page, media)
    places = addresses(t, media["id"])
    assert len(places) >= 4
    assert media["source_url"] == places[0]
    go(t, guard, site_clock, LAST)
    assert [public(t, place) for place in places] == [404] * len(places)
    assert listed(t) == []
    assert public(t, f"{t.site.url}/?attachment_id={media['id']}") == 404
    assert t.rest("GET", f"/wp/v2/media/{media['id']}", user="").status in (401, 404)
    assert not list(t.site.uploads.rglob("*.png"))
    go(t, guard, site_clock, f"{SLOT}:00.2")
    assert t.status(page) == "publish"
    assert [public(t, place) for place in places] == [200] * len(places)
    assert requests.get(places[0], timeout=60).content == PICTURE
    assert listed(t) == [media["id"]]
    assert kept(t) == []
    assert places[0] in requests.get(f"{t.site.url}/?p={page}", timeout=60).text
    assert not list(t.site.uploads.rglob(".*"))
    modes = {path.stat().st_mode & 0o777 for path in t.site.uploads.rglob("*.png")}
    assert modes == {0o644}


def test_what_a_page_shows_goes_with_it(
    start: Start, guard: Guard, site_clock: ShiftedClock
) -> None:
    """By its address, as a picture, in a gallery, as the page's own picture; the others stay."""
    t = start(BEFORE)
    page = scheduled(t, t.release)
    linked, picture, gallery, own, other = (upload(t, f"{n}.csv") for n in "abcde")
    text = (
        f'<a href="{linked["source_url"]}">Table</a>'
        f'<img class="x wp-image-{picture["id"]}"/>[gallery ids="7,{gallery["id"]}"]'
    )
    t.site.sql(f"UPDATE wp_posts SET post_content = '{text}' WHERE ID = {page}")
    t.unguarded(f"update_post_meta({page}, '_thumbnail_id', {own['id']}); return 1;")
    go(t, guard, site_clock, OPEN)
    seen = [public(t, each["source_url"]) for each in (linked, picture, gallery, own, other)]
    assert seen == [200, 200, 200, 200, 404]


def test_after_the_release_it_is_public_at_once(start: Start, guard: Guard) -> None:
    """The guard is asked for an upload, and it is recorded."""
    t = start(OPEN)
    page = t.live()
    media = upload(t, "prices.png", PICTURE, post=str(page))
    places = addresses(t, media["id"])
    assert [public(t, place) for place in places] == [200] * len(places)
    kinds = [e["data"]["action"] for e in guard.office.events() if e["kind"] == "check.decided"]
    assert kinds[-1] == "upload"
    assert value(t, "return Pubguard\\Queue::waiting();") == 1


def test_a_public_page_of_an_open_release_brings_no_other_file(start: Start, guard: Guard) -> None:
    """What belongs to another release stays private although the page shows it, and is said."""
    t = start(OPEN)
    guard.announce("2026-12-10T09:30", 1, "later")
    later = t.prepare(meta={"_pubguard_release": "later-0"}, post_title="Wages")
    media = upload(t, post=str(later))
    page = t.prepare()
    show(t, page, media)
    done = t.rest("PUT", f"/wp/v2/posts/{page}", {"status": "publish"})
    assert done.status == 200, done.text
    assert public(t, media["source_url"]) == 404
    assert "belongs to the release later-0" in alarms(t)


def test_a_file_of_its_own_goes_out_at_its_slot(
    start: Start, guard: Guard, site_clock: ShiftedClock
) -> None:
    """Without a page, by cron, in the slot's own second; it is an output with a digest."""
    t = start(BEFORE)
    media = upload(t, **{"meta[_pubguard_release]": t.release})
    value(t, RUN)
    go(t, guard, site_clock, "2026-11-26T09:20")
    assert value(t, "return wp_next_scheduled('pubguard_files_due');") == 1795685400
    go(t, guard, site_clock, LAST)
    assert public(t, media["source_url"]) == 404
    go(t, guard, site_clock, f"{SLOT}:00.2")
    assert public(t, media["source_url"]) == 200
    assert "private" not in alarms(t)


def test_an_output_of_its_own_is_asked_for(
    start: Start, guard: Guard, site_clock: ShiftedClock
) -> None:
    """A page takes no file along that was approved by itself: cron asks for that one."""
    t = start(BEFORE)
    page = t.prepare()
    media = upload(t, post=str(page), **{"meta[_pubguard_release]": t.release})
    value(t, RUN)
    site_clock.set(OPEN)
    guard.clock.set(OPEN)
    assert t.rest("PUT", f"/wp/v2/posts/{page}", {"status": "publish"}).status == 200
    assert public(t, media["source_url"]) == 404
    t.cron()
    assert public(t, media["source_url"]) == 200


def test_a_blocked_file_stays_and_is_said(
    start: Start, guard: Guard, site_clock: ShiftedClock
) -> None:
    """The guard's own words reach people; when it allows, the file goes out."""
    t = start(BEFORE)
    media = upload(t, **{"meta[_pubguard_release]": t.release})
    value(t, RUN)
    site_clock.set(f"{SLOT}:05")
    guard.clock.set("2026-11-26T09:29")
    t.cron()
    assert public(t, media["source_url"]) == 404
    assert SAID in alarms(t)
    guard.clock.set(f"{SLOT}:10")
    value(t, "do_action('pubguard_minute'); return 0;")
    assert public(t, media["source_url"]) == 200
    assert "private" not in alarms(t)


def test_cut_off_a_file_goes_out_by_its_permit(
    start: Start, guard: Guard, again: Set, site_clock: ShiftedClock
) -> None:
    """Without the guard, from the slot on."""
    t = start("2026-11-26T09:20")
    own = {"_pubguard_release": t.release, "_pubguard_output": "table"}
    body = t.figure.encode()
    media = upload(t, body=body, **{f"meta[{key}]": text for key, text in own.items()})
    arm(t, guard)
    value(t, RUN)
    again(PUBGUARD_URL=NOBODY)
    go(t, guard, site_clock, LAST)
    assert public(t, media["source_url"]) == 404
    go(t, guard, site_clock, f"{SLOT}:01")
    assert public(t, media["source_url"]) == 200
    assert '"permit":' in t.site.sql("SELECT body FROM wp_pubguard_queue")


def test_what_cannot_be_moved_is_said_and_tried_again(
    start: Start, guard: Guard, site_clock: ShiftedClock
) -> None:
    """One does not hold up the others, and nothing that is public is overwritten."""
    t = start(BEFORE)
    page = scheduled(t, t.release)
    first, second = upload(t, "a.csv", post=str(page)), upload(t, "b.csv", post=str(page))
    taken = t.site.uploads / "2026" / "11" / "a.csv"
    taken.parent.mkdir(parents=True)
    taken.write_text("somebody else's")
    go(t, guard, site_clock, OPEN)
    assert public(t, second["source_url"]) == 200
    assert requests.get(first["source_url"], timeout=60).text == "somebody else's"
    assert "a.csv was released but could not be made public" in alarms(t)
    taken.unlink()
    go(t, guard, site_clock, "2026-11-26T09:31:10")
    assert requests.get(first["source_url"], timeout=60).text == "2.4\n"
    assert alarms(t) == ""


def test_the_manifest_stays_as_it_was(start: Start, guard: Guard, site_clock: ShiftedClock) -> None:
    """A file's part of it is its content: moved it is the same, changed it is another."""
    t = start(BEFORE)
    page = scheduled(t, t.release)
    media = upload(t, "Prices Of_October..csv", post=str(page))
    code = f"return [Pubguard\\Manifest::of({page}), Pubguard\\Files::of({page})];"
    before, files = value(t, code)
    (output,) = files
    assert output == "Prices-Of_October.csv"
    assert files[output].startswith(str(t.site.state))
    go(t, guard, site_clock, OPEN)
    after, moved = value(t, code)
    assert after == before
    assert moved[output].startswith(str(t.site.uploads))
    path = t.site.uploads / "2026" / "11" / media["source_url"].rpartition("/")[2]
    path.write_text("2.5\n")
    assert value(t, code)[0] != before


def test_by_hand(start: Start, guard: Guard, site_clock: ShiftedClock) -> None:
    """A file that no page brings along: whoever may publish asks for it, and the guard decides."""
    t = start(BEFORE)
    media = upload(t)
    path = f"/pubguard/v1/files/{media['id']}/release"
    assert t.rest("POST", path, user="").status == 401
    assert t.rest("POST", path, user="contributor").status == 403
    refused = t.rest("POST", path)
    assert refused.status == 403
    assert SAID in refused.words
    assert public(t, media["source_url"]) == 404
    site_clock.set(OPEN)
    guard.clock.set(OPEN)
    done = t.rest("POST", path)
    assert done.status == 200, done.text
    assert json.loads(done.text)["released"] is True
    assert public(t, media["source_url"]) == 200
    assert t.rest("POST", path).status == 404


def test_the_list_of_media_says_how_it_stands(
    start: Start, guard: Guard, site_clock: ShiftedClock
) -> None:
    """Private until when; and a link that asks the guard, whose words come on the next page."""
    t = start(BEFORE)
    media = upload(t, **{"meta[_pubguard_release]": t.release})
    value(t, RUN)
    person = t.browser()
    shown = person.get("/wp-admin/upload.php?mode=list").text
    assert "Private until Thursday 26 November 2026, 09:30" in shown
    link = person.link("action=pubguard_file", f"id={media['id']}")
    refused = person.get(link).text
    assert SAID in refused
    assert "is kept private" in refused
    assert public(t, media["source_url"]) == 404
    assert t.browser("author").get(link).status_code == 403
    site_clock.set(OPEN)
    guard.clock.set(OPEN)
    shown = person.get(link).text
    assert public(t, media["source_url"]) == 200
    assert "is kept private" not in shown
    assert "Private until" not in shown


def test_a_file_that_stays_refused_is_told_of_once(
    start: Start, guard: Guard, site_clock: ShiftedClock
) -> None:
    """And asked for less and less often."""
    t = start(BEFORE)
    upload(t, **{"meta[_pubguard_release]": t.release})
    value(t, RUN)
    before = len(t.site.calls())
    site_clock.set(f"{SLOT}:05")
    guard.clock.set("2026-11-26T09:20")
    for _ in range(4):
        value(t, "do_action('pubguard_files_due'); return 0;")
    about = [each for each in t.site.letters() if "is kept private" in each["message"]]
    assert len(about) == 1
    value(t, "for ($n = 0; $n < 50; $n++) { do_action('pubguard_files_due'); } return 0;")
    assert len(t.site.calls()) - before == 30 + 5


@pytest.mark.newer
def test_every_version_keeps_and_releases(
    start: Start, guard: Guard, site_clock: ShiftedClock
) -> None:
    """The same on the newer ones."""
    t = start(BEFORE)
    page = scheduled(t, t.release)
    media = upload(t, "prices.png", PICTURE, post=str(page))
    places = addresses(t, media["id"])
    assert [public(t, place) for place in places] == [404] * len(places)
    go(t, guard, site_clock, OPEN)
    assert [public(t, place) for place in places] == [200] * len(places)
