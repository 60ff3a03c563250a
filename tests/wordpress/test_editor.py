from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.wordpress.browsing import PUBLISH, TOGGLE, Person
from tests.wordpress.office import SLOT, Guard
from tests.wordpress.trying import Try

pytestmark = pytest.mark.newer
BEFORE = "2026-11-26T08:00"
NEAR = "2026-11-26T09:26"
OPEN = f"{SLOT}:02"
SAID = "Thursday 26 November 2026, 09:30"
TYPED = "26 November 2026"
TITLE = "Prices of October"
SYNC = "return Pubguard\\Sync::run();"
TEMPLATE = """text=>{wp.apiFetch({path:'/wp/v2/templates/plain//index',method:'PUT',
    data:{content:text}}).catch(()=>{})}"""
Come = Callable[..., Person]


@pytest.fixture
def at(start: Callable[..., Try], asking: Guard) -> Callable[[str], Try]:
    """A try with the guard that asks, on a site that knows its calendar."""

    def begin(now: str) -> Try:
        asking.clock.set(now)
        made = start(now, asking.next(), **asking.constants)
        made.clocks.append(asking.clock)
        assert made.code(SYNC).text == "true"
        return made

    return begin


def words(shown: Any) -> str:
    return " ".join(shown.inner_text().split())


def button(person: Person) -> str:
    return person.page.locator(TOGGLE).inner_text()


def says(person: Person, text: str) -> None:
    person.page.wait_for_function(
        "([s,t])=>document.querySelector(s)?.innerText===t", arg=[TOGGLE, text]
    )


def test_the_button_and_the_panel_tell_the_truth_before_the_click(at, person: Come) -> None:
    """When it opens, what the release is called, how long it is, and whether it is approved."""
    trial = at(BEFORE)
    editor = person().edit().write(trial.title, trial.content)
    says(editor, "Publish (choose a release first)")
    editor.choose(trial.release)
    says(editor, "Publish (opens 09:30 Thu 26 Nov)")
    panel = words(editor.panel())
    editor.picture("panel")
    assert TITLE in panel
    assert SAID in panel
    assert re.search(r"Opens in 1 h (29|30) min", panel)
    assert "Not approved" in panel
    editor.page.locator(TOGGLE).click()
    before = words(editor.page.locator(".pubguard-before"))
    editor.picture("before-publishing")
    assert SAID in before


def test_a_block_is_explained_and_the_text_is_kept(at, person: Come) -> None:
    """What, announced when, now, how early, why, who can help, where it is; Ctrl+S saves."""
    trial = at(BEFORE)
    editor = person().edit().write(trial.title, trial.content, trial.release).publish()
    told = words(editor.modal)
    editor.picture("blocked")
    for part in (
        "Not published",
        f"{TITLE} ({trial.release})",
        f"Announced for {SAID}",
        "Time now Thursday 26 November 2026, 08:0",
        "early",
        "Who can help",
        "Reference Entry ",
        "Your text is saved as a draft",
        "Schedule for the announced time instead",
    ):
        assert part in told, part
    assert editor.post("status") == "draft"
    assert not editor.is_dirty()
    editor.page.keyboard.press("Escape")
    editor.gone()
    editor.focused(TOGGLE)
    editor.page.evaluate("()=>wp.data.dispatch('core/editor').editPost({title:'Other words'})")
    editor.page.keyboard.press("Control+s")
    editor.page.wait_for_function(
        "()=>wp.data.select('core/editor').getCurrentPost().title==='Other words'"
    )
    assert editor.page.locator(".pubguard-modal").count() == 0
    assert trial.status(editor.post("id")) == "draft"
    assert trial.seen() == []


def test_the_guards_words_are_never_markup(at, asking: Guard, person: Come) -> None:
    """A title with markup stands in panel and modal as its characters."""
    trial = at(BEFORE)
    title = "<img src=x onerror=alert(1)>Prices"
    asking.announce(SLOT, 1, "markup", title)
    assert trial.code("delete_option('pubguard_calendar'); " + SYNC).text == "true"
    editor = person().edit().write(trial.title, trial.content, "markup-0").publish()
    told = editor.modal
    assert told.locator("img").count() == 0
    assert "Prices" in words(told)


def test_schedule_for_the_announced_time_instead(at, person: Come) -> None:
    """One click and the typed answer: the date is the slot's, the status is scheduled."""
    trial = at(BEFORE)
    editor = person().edit().write(trial.title, trial.content, trial.release).publish()
    editor.modal.locator(".pubguard-instead").click()
    field = editor.page.locator("#pubguard-typed")
    field.wait_for()
    editor.picture("confirm-schedule")
    field.fill(TYPED)
    field.press("Enter")
    editor.becomes("future")
    assert editor.post("date_gmt") == f"{SLOT}:00"
    assert trial.seen() == []


def test_a_typed_confirmation_publishes(at, person: Come) -> None:
    """The server asks; the button is enabled by the right words; what was asked goes out."""
    trial = at(OPEN)
    editor = person().edit().write(trial.title, trial.content, trial.release)
    says(editor, "Publish")
    editor.publish()
    field = editor.page.locator("#pubguard-typed")
    field.wait_for()
    editor.focused("#pubguard-typed")
    submit = editor.modal.locator("button[type=submit]")
    editor.picture("confirm")
    assert TYPED in words(editor.modal)
    assert submit.is_disabled()
    field.fill("27 November 2026")
    assert submit.is_disabled()
    field.fill(f" {TYPED.upper()} ")
    submit.click()
    editor.becomes("publish")
    editor.picture("published")
    assert trial.seen()


def test_a_cancelled_confirmation_keeps_the_draft(at, person: Come) -> None:
    """Escape publishes nothing; the text is a draft, and the keyboard is at the button again."""
    trial = at(OPEN)
    editor = person().edit().write(trial.title, trial.content, trial.release).publish()
    editor.page.locator("#pubguard-typed").press("Escape")
    editor.gone()
    editor.becomes("draft")
    editor.focused(TOGGLE)
    assert "It was not confirmed." in words(editor.page.locator(".components-notice.is-error").last)
    assert trial.seen() == []


def test_the_keyboard_alone_is_enough(at, person: Come) -> None:
    """Enter on the button, Tab stays in the modal, Escape closes it and gives the focus back."""
    trial = at(BEFORE)
    editor = person().edit().write(trial.title, trial.content, trial.release)
    editor.page.locator(TOGGLE).press("Enter")
    editor.page.locator(PUBLISH).press("Enter")
    assert editor.modal.get_attribute("role") == "alertdialog"
    label = editor.modal.get_attribute("aria-labelledby")
    assert editor.page.locator(f"[id='{label}']").inner_text() == "Not published"
    described = editor.modal.get_attribute("aria-describedby")
    assert "09:30" in editor.page.locator(f"#{described}").inner_text()
    for _ in range(7):
        editor.page.keyboard.press("Tab")
        assert editor.held_by(".pubguard-modal")
    editor.page.keyboard.press("Escape")
    editor.gone()
    editor.focused(TOGGLE)


def test_approving_arms_and_a_change_says_that_it_disarms(at, person: Come) -> None:
    """Typed once: armed. A change is warned about before it is saved, and disarms when it is."""
    trial = at(BEFORE)
    item = trial.prepare(post_content=f"<!-- wp:paragraph -->{trial.content}<!-- /wp:paragraph -->")
    editor = person().edit(item)
    panel = editor.panel()
    panel.locator(".pubguard-approve button").click()
    field = editor.page.locator("#pubguard-typed")
    field.wait_for()
    editor.picture("confirm-approval")
    field.fill(TYPED)
    field.press("Enter")
    panel.locator(".pubguard-armed").wait_for()
    editor.picture("armed")
    assert f"Approved and armed for {SAID}" in words(panel)
    editor.page.evaluate("()=>wp.data.dispatch('core/editor').editPost({title:'Other words'})")
    notice = editor.page.locator(".components-notice.is-warning")
    notice.wait_for()
    editor.picture("disarms")
    assert "Saving your change disarms it" in words(notice)
    assert trial.site.sql(f"SELECT post_title FROM wp_posts WHERE ID={item}") == trial.title
    editor.page.evaluate("()=>wp.data.dispatch('core/editor').savePost()")
    panel.locator(".pubguard-not-armed").wait_for()
    queue = "SELECT COUNT(*) FROM wp_pubguard_queue WHERE body LIKE '%corrected%'"
    assert trial.site.sql(queue) == "1"


def test_a_refused_change_of_a_public_page_leaves_both(at, person: Come) -> None:
    """The page stays as it was; the new words stay in the window and are kept as an autosave."""
    trial = at(BEFORE)
    item = trial.live()
    editor = person().edit(item)
    editor.write(trial.title, trial.content)
    editor.page.evaluate("()=>{wp.data.dispatch('core/editor').savePost()}")
    told = words(editor.modal)
    editor.picture("refused-change")
    assert "Change not saved" in told
    assert "kept as an autosave" in told
    assert editor.post("title") == "Prices"
    assert editor.is_dirty()
    assert trial.stored()
    assert trial.seen() == []


def test_a_wrong_clock_of_the_reader_changes_nothing(at, person: Come) -> None:
    """A computer that is a day fast still shows how long it really is."""
    trial = at(BEFORE)
    editor = person(wrong_by=86400).edit().write(trial.title, trial.content, trial.release)
    says(editor, "Publish (opens 09:30 Thu 26 Nov)")
    assert re.search(r"Opens in 1 h (29|30) min", words(editor.panel()))


def test_the_site_editor_tells_of_a_refusal_too(at, person: Come) -> None:
    """A changed template is refused in the same modal, though no post is edited there."""
    trial = at(BEFORE)
    admin = person("admin").go("/wp-admin/site-editor.php")
    admin.page.wait_for_function("()=>window.pubguard&&pubguard.ask&&window.wp?.apiFetch")
    admin.page.evaluate(TEMPLATE, f"<!-- wp:paragraph --><p>{trial.figure}</p>")
    assert SAID in words(admin.modal)
    admin.picture("template")
    assert trial.seen() == []


def test_a_phone_shows_all_of_it(at, person: Come) -> None:
    """On a narrow window nothing of the modal is cut off."""
    trial = at(BEFORE)
    editor = person(width=380).edit()
    editor.write(trial.title, trial.content)
    meta = {"meta": {"_pubguard_release": trial.release}}
    editor.page.evaluate("e=>wp.data.dispatch('core/editor').editPost(e)", meta)
    says(editor, "Publish (09:30 Thu 26 Nov)")
    editor.picture("button")
    editor.publish()
    box = editor.modal.bounding_box()
    editor.picture("blocked")
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 380


def test_nothing_new_for_the_accessibility_checker(at, start, person: Come, axe: Path) -> None:
    """axe-core finds on the guarded editor and both modals only what it finds without the hook."""
    start(OPEN, guarded=False)
    plain = person("admin").edit(guarded=False).write("Prices", "Text")
    plain.sidebar()
    # The last thing of the sidebar to come.
    plain.page.locator("[class*=template__toggle],[aria-label='Template options']").first.wait_for()
    known = plain.unaccessible(axe)
    plain.page.locator(TOGGLE).click()
    plain.page.locator(PUBLISH).wait_for()
    known |= plain.unaccessible(axe)
    trial = at(BEFORE)
    editor = person("admin").edit().write("Prices", "Text", trial.release)
    found = editor.unaccessible(axe)
    editor.page.locator(TOGGLE).click()
    editor.page.locator(PUBLISH).wait_for()
    found |= editor.unaccessible(axe)
    editor.page.locator(PUBLISH).click()
    editor.modal.wait_for()
    found |= editor.unaccessible(axe)
    editor.modal.locator(".pubguard-instead").click()
    editor.page.locator("#pubguard-typed").wait_for()
    found |= editor.unaccessible(axe)
    assert found - known == set()
