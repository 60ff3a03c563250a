"""Whatever is uploaded is kept where nobody reads it, under a name and a record of its own."""

from __future__ import annotations

import json

from tests.servers.clock import ShiftedClock
from tests.wordpress.conftest import BEFORE, OPEN, Start
from tests.wordpress.holding import PICTURE, addresses, go, kept, public, upload
from tests.wordpress.office import SLOT, Guard
from tests.wordpress.test_sync import RUN, Set, again, scheduled, value

__all__ = ["again"]


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
