"""Files are uploaded early and seen by nobody; from their release on they are where they belong."""

from __future__ import annotations

import json
import struct
import zlib
from typing import Any

import pytest
import requests

from tests.servers.clock import ShiftedClock
from tests.wordpress.conftest import BEFORE, OPEN, Start
from tests.wordpress.office import SAID, SLOT, Guard
from tests.wordpress.test_sync import NOBODY, RUN, Set, again, alarms, arm, scheduled, value
from tests.wordpress.trying import Try

__all__ = ["again"]

LAST = "2026-11-26T09:29:59"
SIZES = "return Pubguard\\Files\\Names::of(%d);"


def png(width: int = 900, height: int = 600) -> bytes:
    """A picture that is large enough for WordPress to make smaller ones of it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = b"".join(b"\0" + bytes((x * y) % 251 for x in range(width * 3)) for y in range(height))
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


PICTURE = png()


def upload(t: Try, name: str = "prices.csv", body: bytes = b"2.4\n", **fields: str) -> Any:
    """A file by REST, as the block editor sends it."""
    kind = "image/png" if name.endswith("png") else "text/csv"
    files = {"file": (name, body, kind)}
    user = fields.pop("user", "editor")
    done = t.rest("POST", "/wp/v2/media", data=fields, files=files, user=user)
    assert done.status == 201, done.text
    return json.loads(done.text)


def public(t: Try, address: str) -> int:
    """What an anonymous reader gets there."""
    return requests.get(address, timeout=60).status_code


def addresses(t: Try, item: int) -> list[str]:
    """The public address of a file and of each of its sizes."""
    base = f"{t.site.url}/wp-content/uploads"
    return [f"{base}/{name}" for name in value(t, SIZES % item)]


def listed(t: Try) -> list[int]:
    """The media that REST shows to everybody."""
    return [each["id"] for each in json.loads(t.rest("GET", "/wp/v2/media", user="").text)]


def kept(t: Try) -> list[str]:
    return sorted(path.name for path in (t.site.state / "files").rglob("*") if path.is_file())


def show(t: Try, page: int, media: Any) -> None:
    """Put the file into the page as the editor does, by its address."""
    block = (
        f'<!-- wp:image {{"id":{media["id"]}}} --><figure><img src="{media["source_url"]}"'
        f' class="wp-image-{media["id"]}"/></figure><!-- /wp:image -->'
    )
    quoted = block.replace("'", "\\'")
    t.site.sql(f"UPDATE wp_posts SET post_content = '{quoted}' WHERE ID = {page}")


def go(t: Try, guard: Guard, site_clock: ShiftedClock, when: str) -> None:
    site_clock.set(when)
    guard.clock.set(when)
    t.cron()


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


def test_whoever_may_read_it_sees_it(start: Start) -> None:
    """Editors and whoever uploaded it, at its address; for all others there is nothing."""
    t = start(BEFORE)
    media = upload(t, "prices.png", PICTURE, user="author")
    thumbnail = addresses(t, media["id"])[1]
    gate = f"{t.site.url}/pubguard-file/{media['id']}"
    for user in ("editor", "author"):
        person = t.browser(user)
        for place in (media["source_url"], gate):
            shown = person.get(place)
            assert (shown.status_code, shown.content) == (200, PICTURE), user
            assert shown.headers["Content-Type"] == "image/png"
            assert "no-store" in shown.headers["Cache-Control"]
            assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert person.get(thumbnail).headers["Content-Type"] == "image/png"
    stranger = t.browser("contributor")
    nothing = f"{t.site.url}/wp-content/uploads/2026/11/nothing.png"
    for place in (media["source_url"], thumbnail, gate):
        assert stranger.get(place).status_code == 404
        assert public(t, place) == public(t, nothing) == 404
        assert public(t, f"{place}/") == 404


def test_nothing_else_of_the_folder_is_shown(start: Start) -> None:
    """Not even to an editor: no other names, no way out of it."""
    t = start(BEFORE)
    upload(t)
    person = t.browser()
    (t.site.state / "files" / "secret.txt").write_text("secret")
    base = f"{t.site.url}/wp-content/uploads"
    for path in ("../secret.txt", "..%2fsecret.txt", "%2e%2e/secret.txt", "2026/11/", "2026/../x"):
        shown = person.get(f"{base}/{path}")
        assert "secret" not in shown.text or shown.status_code == 404


def test_a_script_is_never_shown_as_such(start: Start) -> None:
    """What a browser could run comes as a download."""
    t = start(BEFORE)
    media = upload(t, "prices.csv")
    shown = t.browser().get(media["source_url"])
    assert shown.headers["Content-Disposition"] == "attachment"
    assert "sandbox" in shown.headers["Content-Security-Policy"]


def test_uploading_to_a_draft_asks_nobody(start: Start) -> None:
    """The slot is known from the last sync, so there is nothing to ask."""
    t = start(BEFORE)
    page = scheduled(t, t.release)
    value(t, RUN)
    before = len(t.site.calls())
    upload(t, post=str(page))
    upload(t, **{"meta[_pubguard_release]": t.release})
    assert len(t.site.calls()) == before
    assert kept(t) == ["prices-1.csv", "prices.csv"]


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


def test_names_are_used_once(start: Start, guard: Guard, site_clock: ShiftedClock) -> None:
    """A held file gets no public one's name, nor the other way round, sizes included."""
    t = start(OPEN)
    page = t.live()
    out = upload(t, "prices.png", PICTURE, post=str(page))
    upload(t, "table.csv", post=str(page))
    go(t, guard, site_clock, BEFORE)
    table = upload(t, "table.csv", **{"meta[_pubguard_release]": t.release})
    held = upload(t, "prices.png", PICTURE, **{"meta[_pubguard_release]": t.release})
    sized = upload(t, "prices-300x200.csv", **{"meta[_pubguard_release]": t.release})
    assert held["source_url"].endswith("/prices-1.png")
    assert table["source_url"].endswith("/table-1.csv")
    (t.site.uploads / "2026" / "11" / "graph-300x200.png").write_bytes(b"somebody else's")
    graph = upload(t, "graph.png", PICTURE, **{"meta[_pubguard_release]": t.release})
    assert graph["source_url"].endswith("/graph-1.png")
    assert sized["source_url"] != f"{t.site.url}/wp-content/uploads/2026/11/prices-300x200.csv"
    assert not set(addresses(t, out["id"])) & set(addresses(t, held["id"]))
    go(t, guard, site_clock, OPEN)
    third = upload(t, "prices.png", PICTURE, post=str(page))
    assert third["source_url"].endswith("/prices-2.png")


def test_its_record_cannot_be_opened(start: Start, guard: Guard, site_clock: ShiftedClock) -> None:
    """Whatever status is asked for, by whatever way in; nor after the slot, without its file."""
    t = start(BEFORE)
    media = upload(t, **{"meta[_pubguard_release]": t.release})
    number = media["id"]
    for now in (BEFORE, OPEN):
        site_clock.set(now)
        guard.clock.set(now)
        for status in ("publish", "inherit", "draft"):
            t.rest("POST", f"/wp/v2/media/{number}", {"status": status})
            t.code(f"return wp_update_post(['ID' => {number}, 'post_status' => '{status}']);")
            assert t.status(number) == "private"
    assert public(t, media["source_url"]) == 404


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


def test_a_deleted_file_leaves_nothing(start: Start) -> None:
    """Neither itself nor its sizes."""
    t = start(BEFORE)
    media = upload(t, "prices.png", PICTURE)
    assert len(kept(t)) >= 4
    done = t.rest("DELETE", f"/wp/v2/media/{media['id']}?force=true")
    assert done.status == 200, done.text
    assert kept(t) == []


def test_a_file_put_there_by_other_code_is_taken_away(start: Start) -> None:
    """As importers do it: by themselves, and then as an attachment."""
    t = start(BEFORE)
    code = (
        "$dir = wp_upload_dir(); $file = $dir['path'] . '/import.csv';"
        "file_put_contents($file, '2.4');"
        "return wp_insert_attachment(['post_title' => 'x', 'post_mime_type' => 'text/csv'], $file);"
    )
    item = value(t, code)
    assert kept(t) == ["import.csv"]
    assert t.status(item) == "private"
    assert public(t, addresses(t, item)[0]) == 404


def test_bits_of_other_code_are_held(start: Start) -> None:
    """wp_upload_bits asks for the folder before any filter could tell what for."""
    t = start(BEFORE)
    made = value(t, "return wp_upload_bits('bits.csv', null, '2.4');")
    assert made["file"].startswith(str(t.site.state))
    assert made["url"] == f"{t.site.url}/wp-content/uploads/2026/11/bits.csv"
    assert public(t, made["url"]) == 404


def test_where_nothing_can_be_kept_private_nothing_is_taken(start: Start, again: Set) -> None:
    """In words, and no file is left anywhere."""
    t = start(BEFORE, PUBGUARD_STATE="/proc/pubguard")
    files = {"file": ("prices.csv", b"2.4\n", "text/csv")}
    done = t.rest("POST", "/wp/v2/media", files=files)
    assert done.status >= 400
    assert "could not be kept private" in done.words
    bits = "wp_upload_dir(); return wp_upload_bits('bits.csv', null, '2.4');"
    assert value(t, bits)["error"]
    own = t.site.folder / "state"
    own.chmod(0o777)
    try:
        again(PUBGUARD_STATE=str(own))
        assert "could not be kept private" in value(t, bits)["error"]
    finally:
        own.chmod(0o700)
    assert not list(t.site.uploads.rglob("*.csv"))


def test_a_record_that_names_anothers_file_opens_nothing(
    start: Start, guard: Guard, site_clock: ShiftedClock
) -> None:
    """Not by its sizes, neither when it goes out nor when it is out already."""
    t = start(BEFORE)
    guard.announce("2026-12-10T09:30", 1, "last")
    secret = upload(t, "wages.csv", **{"meta[_pubguard_release]": "last-0"})
    mine = upload(t, "prices.csv", **{"meta[_pubguard_release]": t.release})
    name = (
        f"wp_update_attachment_metadata({mine['id']},"
        " ['file' => '2026/11/prices.csv', 'sizes' => ['a' => ['file' => 'wages.csv']],"
        " 'original_image' => 'wages.csv', 'note' => %d]); return 1;"
    )
    value(t, name % 1)
    value(t, RUN)
    go(t, guard, site_clock, f"{SLOT}:01")
    assert public(t, mine["source_url"]) == 200
    value(t, name % 2)
    assert public(t, secret["source_url"]) == 404
    assert kept(t) == ["wages.csv"]


def test_sizes_that_come_later_follow(start: Start) -> None:
    """As an editor's browser makes them, when the file is public already."""
    t = start(OPEN)
    media = upload(t, "prices.png", PICTURE, post=str(t.live()))
    folder = t.site.state / "files" / "1" / "2026" / "11"
    (folder / "prices-10x10.png").write_bytes(PICTURE)
    code = (
        f"$meta = wp_get_attachment_metadata({media['id']});"
        " $meta['sizes']['tiny'] = ['file' => 'prices-10x10.png', 'width' => 10, 'height' => 10];"
        f"wp_update_attachment_metadata({media['id']}, $meta); return 1;"
    )
    value(t, code)
    assert public(t, f"{t.site.url}/wp-content/uploads/2026/11/prices-10x10.png") == 200
    assert kept(t) == []


def test_an_edited_copy_is_held_too(start: Start) -> None:
    """Cropped in the editor: another file, as private as the first."""
    t = start(BEFORE)
    media = upload(t, "prices.png", PICTURE, **{"meta[_pubguard_release]": t.release})
    body = {"src": media["source_url"], "rotation": 90}
    done = t.rest("POST", f"/wp/v2/media/{media['id']}/edit", body)
    assert done.status == 201, done.text
    copy = json.loads(done.text)
    assert public(t, copy["source_url"]) == 404
    assert t.status(copy["id"]) == "private"
    assert not list(t.site.uploads.rglob("*.png"))
    assert any("edited" in name for name in kept(t))


def test_it_can_be_turned_off(start: Start) -> None:
    """For a site whose files are nobody's secret: as without pubguard."""
    t = start(OPEN, PUBGUARD_UPLOADS="public")
    media = upload(t, **{"meta[_pubguard_release]": t.release})
    assert public(t, media["source_url"]) == 200


def test_files_of_what_is_not_guarded_are_not_held(start: Start) -> None:
    """Beside a page of a type that is not on the list."""
    t = start(BEFORE, PUBGUARD_TYPES="bulletin,attachment")
    page = t.prepare(post_type="page", meta={})
    media = upload(t, post=str(page))
    assert public(t, media["source_url"]) == 200


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
