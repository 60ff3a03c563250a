from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.wordpress.browsing import Person
from tests.wordpress.office import SLOT, Guard
from tests.wordpress.trying import Try

pytestmark = pytest.mark.newer
BEFORE = "2026-11-26T08:00"
OPEN = f"{SLOT}:02"
SAID = "Thursday 26 November 2026, 09:30"
TYPED = "26 November 2026"
TITLE = "Prices of October"
PAGE = "/wp-admin/admin.php?page=pubguard"
SYNC = "return Pubguard\\Sync::run();"
HEALTH = """
wp_set_current_user(1);
$found = [];
foreach (apply_filters('site_status_tests', ['direct' => [], 'async' => []])['direct'] as $test) {
    $one = call_user_func($test['test']);
    $found[$one['test']] = $one['status'];
}
$found['guard'] = Pubguard\\Screens\\Health::guard()['status'];
return $found;
"""
Come = Callable[..., Person]


@pytest.fixture
def at(start: Callable[..., Try], asking: Guard) -> Callable[..., Try]:
    """A try with the guard that asks, on a site that knows its calendar."""

    def begin(now: str, **more: Any) -> Try:
        asking.clock.set(now)
        made = start(now, asking.next(), **{**asking.constants, **more})
        made.clocks.append(asking.clock)
        assert made.code(SYNC).text == "true"
        return made

    return begin


def words(shown: Any) -> str:
    return " ".join(shown.inner_text().split())


def classic(trial: Try, person: Come, item: int) -> Person:
    trial.site.change(classic=True)
    return person().go(f"/wp-admin/post.php?action=edit&post={item}")


def test_the_classic_editor_says_what_counts(at, person: Come) -> None:
    """Release, announced time, approved or not, and who can help; a choice is kept."""
    trial = at(BEFORE)
    item = trial.prepare(meta={"_pubguard_release": ""})
    editor = classic(trial, person, item)
    box = editor.page.locator("#pubguard")
    assert "No release is chosen" in words(box)
    box.locator("#pubguard_release").select_option(trial.release)
    editor.page.locator("#save-post").click()
    editor.page.wait_for_url("**message=10**")
    editor.picture("box")
    told = words(editor.page.locator("#pubguard"))
    assert f"Announced for {SAID} (London time), in 1 h 29 min" in told
    assert "Not approved yet" in told
    assert "Who can help" in told


def test_a_block_in_the_classic_editor_is_seen(at, person: Come) -> None:
    """The notice has the guard's words; nothing says that it was published."""
    trial = at(BEFORE)
    item = trial.prepare()
    editor = classic(trial, person, item)
    editor.page.locator("#publish").click()
    notice = editor.page.locator(".pubguard-refused")
    notice.wait_for()
    editor.picture("blocked")
    assert SAID in words(notice)
    assert "Reference: entry" in words(notice)
    assert "Post published" not in words(editor.page.locator("body"))
    assert trial.status(item) == "draft"


def test_the_classic_editor_takes_the_typed_answer(at, person: Come) -> None:
    """The notice asks, the same form carries the answer, and it is published."""
    trial = at(OPEN)
    item = trial.prepare()
    editor = classic(trial, person, item)
    editor.page.locator("#publish").click()
    field = editor.page.locator("#pubguard_typed")
    field.wait_for()
    editor.picture("asked")
    field.fill(TYPED)
    editor.page.locator("#publish").click()
    editor.page.wait_for_url("**message=6**")
    assert trial.status(item) == "publish"
    assert trial.seen()


def test_quick_edit_says_why_in_the_row(at, person: Come) -> None:
    """The row stays open with the guard's words as text."""
    trial = at(BEFORE)
    item = trial.prepare()
    editor = person().go("/wp-admin/edit.php")
    row = editor.page.locator(f"#post-{item}")
    row.hover()
    row.locator(".editinline").click()
    form = editor.page.locator(f"#edit-{item}")
    form.locator("select[name=_status]").select_option("publish")
    form.locator(".save").click()
    error = form.locator(".notice-error .error")
    error.wait_for()
    editor.picture("row")
    assert SAID in words(error)
    assert trial.status(item) == "draft"


def test_bulk_edit_names_each_item_that_was_stopped(at, person: Come) -> None:
    """One notice for each, with its title."""
    trial = at(BEFORE)
    items = [trial.prepare(post_title=f"{trial.title} {name}") for name in ("one", "two")]
    editor = person().go("/wp-admin/edit.php")
    for item in items:
        editor.page.locator(f"#cb-select-{item}").check()
    editor.page.locator("#bulk-action-selector-top").select_option("edit")
    editor.page.locator("#doaction").click()
    editor.page.locator("#bulk-edit select[name=_status]").select_option("publish")
    editor.page.locator("#bulk_edit").click()
    notices = editor.page.locator(".pubguard-refused")
    notices.first.wait_for()
    editor.picture("notices")
    told = words(editor.page.locator("#wpbody-content"))
    assert notices.count() == len(items)
    assert f"{trial.title} one" in told
    assert f"{trial.title} two" in told
    assert {trial.status(item) for item in items} == {"draft"}


def test_the_page_shows_what_comes_and_approves_it(at, person: Come) -> None:
    """Coming slots, linked items, armed or not; approval with the typed answer, no script."""
    trial = at(BEFORE)
    trial.prepare()
    editor = person().go(PAGE)
    row = editor.page.locator("tr", has=editor.page.locator(f"code:text-is('{trial.release}')"))
    told = words(row)
    editor.picture("before")
    assert TITLE in told
    assert f"{SAID} (in 1 h " in told
    assert trial.title in told
    assert "Not approved" in told
    row.locator("button").click()
    field = editor.page.locator("#pubguard_typed")
    field.wait_for()
    editor.picture("asked")
    field.fill(TYPED)
    field.press("Enter")
    editor.page.locator(".notice-success").wait_for()
    editor.picture("approved")
    assert "Approved and armed" in words(row)
    assert "Held, good from" in words(row)
    assert "Last contact that worked" in words(editor.page.locator(".pubguard-page"))


def test_the_page_lists_what_the_schedule_stopped(at, person: Come) -> None:
    """A scheduled item that was refused at its time, with the reason and the next try."""
    trial = at(BEFORE)
    slot = {"post_date_gmt": "2026-11-26 09:30:00", "post_date": "2026-11-26 09:30:00"}
    item = trial.prepare(post_status="future", **slot)
    trial.go(OPEN)
    trial.code(f"do_action('publish_future_post', {item});")
    editor = person().go(PAGE)
    editor.picture("stopped")
    shown = editor.page.locator("table", has=editor.page.locator("caption:text('stopped')"))
    told = words(shown)
    assert trial.title in told
    assert "26 November 2026" in told


def test_the_release_for_site_changes_is_chosen_and_recorded(at, person: Come) -> None:
    """An administrator changes it; an editor sees it, and an author not even the page."""
    trial = at(BEFORE)
    admin = person("admin").go(PAGE)
    admin.page.locator("#pubguard_site_release").select_option("")
    admin.page.locator("form:has(#pubguard_site_release) button").click()
    changes = admin.page.locator("table", has=admin.page.locator("caption:text('site changes')"))
    changes.wait_for()
    admin.picture("changed")
    assert re.search(rf"admin {trial.release} None", words(changes))
    editor = person("editor").go(PAGE)
    assert editor.page.locator("#pubguard_site_release").count() == 0
    author = person("author").go(PAGE)
    assert "not allowed" in words(author.page.locator("body"))


def test_a_forged_form_changes_nothing(at, person: Come) -> None:
    """Without the nonce of the page neither the setting nor an approval is touched."""
    trial = at(BEFORE)
    trial.prepare()
    admin = person("admin")
    for action in ("pubguard_site_release", "pubguard_approve"):
        url = f"{trial.site.url}/wp-admin/admin-post.php"
        form = {"action": action, "pubguard_site_release": "other", "release": trial.release}
        assert admin.context.request.post(url, form=form).status == 403
    option = "return get_option('pubguard_site_release');"
    assert trial.code(option).text == f'"{trial.release}"'
    armed = "SELECT COUNT(*) FROM wp_postmeta WHERE meta_key='_pubguard_armed'"
    assert trial.site.sql(armed) == "0"


def test_site_health_finds_what_would_hurt(at) -> None:
    """Good where it is good; a wrong zone, a missing guard and an open folder are critical."""
    trial = at(BEFORE, DISALLOW_FILE_MODS=True)
    good = health(trial)
    assert good == {
        "pubguard_zone": "good",
        "pubguard_cron": "good",
        "pubguard_clock": "good",
        "pubguard_state": "good",
        "pubguard_files": "good",
        "pubguard_trigger": "recommended",
        "guard": "good",
    }
    trial.unguarded("update_option('timezone_string', ''); update_option('gmt_offset', '1');")
    trial.site.state.chmod(0o777)
    bad = health(trial)
    trial.site.state.chmod(0o700)
    assert bad["pubguard_zone"] == "critical"
    assert bad["pubguard_state"] == "critical"


def health(trial: Try) -> dict[str, str]:
    return json.loads(trial.code(HEALTH).text)


def test_site_health_says_that_the_guard_is_away(at) -> None:
    """No guard at the address: critical, with why and what to do."""
    trial = at(BEFORE)
    trial.site.change(PUBGUARD_URL="http://127.0.0.1:9")
    found = trial.code("return Pubguard\\Screens\\Health::guard();").text
    assert '"critical"' in found
    assert "cannot be reached" in found


def test_the_pages_are_accessible(at, person: Come, axe: Path) -> None:
    """axe-core finds nothing on our own page or in the classic box that an empty page has not."""
    trial = at(BEFORE)
    item = trial.prepare()
    admin = person("admin").go("/wp-admin/options-writing.php")
    known = admin.unaccessible(axe)
    admin.go(PAGE)
    ours = {line for line in admin.unaccessible(axe) if "pubguard" in line}
    assert ours - known == set()
    trial.site.change(classic=True)
    admin.go(f"/wp-admin/post.php?action=edit&post={item}")
    assert {line for line in admin.unaccessible(axe) if "pubguard" in line} == set()
