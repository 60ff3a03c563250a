"""A person at a real browser: Chromium, driven by Playwright, with the pictures that it leaves."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.servers.clock import ShiftedClock
from tests.servers.wordpress import WordPress
from tests.wordpress.office import Guard

AXE = Path(__file__).parent / "axe"
PATIENCE = 30_000
"""Milliseconds until something awaited counts as missing: the machine may be busy."""
PANEL = """()=>{for(const scope of ['core/edit-post','core'])
    wp.data.dispatch('core/interface').enableComplementaryArea(scope,'edit-post/document')}"""
READY = "()=>window.wp&&wp.data&&wp.data.select('core/editor')?.getCurrentPostId()"
KNOWN = "()=>window.pubguard&&pubguard.releases.known().item"
UNCOVERED = """()=>{for(const scope of ['core/edit-post','core'])
    wp.data.dispatch('core/preferences').set(scope,'welcomeGuide',false);
    return !document.querySelector('.components-modal__screen-overlay')}"""
"""WordPress greets a new editor with a guide that covers the page."""
WRITE = """text=>wp.data.dispatch('core/block-editor').insertBlocks(
    wp.blocks.createBlock('core/paragraph',{content:text}))"""
TOGGLE = ".editor-post-publish-panel__toggle"
PUBLISH = ".editor-post-publish-panel .editor-post-publish-button"
MODAL = ".pubguard-modal"
CLOCK = """{const Real=Date,ahead=%d;window.Date=class extends Real{
    constructor(...given){given.length?super(...given):super(Real.now()+ahead)}
    static now(){return Real.now()+ahead}}}"""
"""The browser's clock, that many milliseconds ahead."""
AXE_RUN = """()=>axe.run(document,{resultTypes:['violations']}).then(
    found=>found.violations.flatMap(rule=>
        rule.nodes.map(node=>[rule.id,...node.target,node.failureSummary].join(' '))))"""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all; each test has pages and cookies of its own."""
    api = pytest.importorskip("playwright.sync_api")
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("needs chromium (Debian package chromium), to see the screens as people do")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def asking(folder: Path, guard_clock: ShiftedClock) -> Iterator[Guard]:
    """A guard that wants a typed answer before it lets anything go."""
    place = folder / "asking"
    place.mkdir()
    made = Guard(place, guard_clock)
    made.simple()
    made.office.set("confirm = []", 'confirm = ["approve", "schedule", "publish", "revise"]')
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The accessibility checker's script, as npm has it under the locked digest."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("needs npm (Debian package npm), for the accessibility checker axe-core")
    place = tmp_path_factory.mktemp("axe")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(AXE / name, place)
    line = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(line, cwd=place, check=True, capture_output=True, timeout=300)
    return place / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture
def person(
    chromium: Any, site: WordPress, site_clock: ShiftedClock, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Person]]:
    """Somebody who logs in at the site."""
    made: list[Person] = []

    def come(name: str = "editor", *, wrong_by: float = 0, **more: Any) -> Person:
        """`wrong_by`: seconds that the browser's clock is ahead of the site's."""
        made.append(Person(chromium, site, request.node.name, **more))
        ahead = (site_clock.now() - datetime.now(UTC)).total_seconds()
        made[-1].context.add_init_script(CLOCK % ((ahead + wrong_by) * 1000))
        return made[-1].login(name)

    yield come
    wrong = [line for each in made for line in each.wrong]
    for each in made:
        each.context.close()
    assert not wrong, wrong


class Person:
    """One browser window at one site.

    Args:
        test: the name that the pictures get.
        width: of the window, in pixels.
    """

    def __init__(self, browser: Any, site: WordPress, test: str, width: int = 1360) -> None:
        self.site = site
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, reduced_motion="reduce"
        )
        # Avatars lie on somebody else's server, which may be waited for in vain.
        outside = re.compile(rf"^https?://(?!{re.escape(site.host)}/)")
        self.context.route(outside, lambda route: route.abort())
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.wrong: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(f"{error} {error.stack}"))
        self._test = re.sub(r"\W+", "-", test).strip("-")

    def login(self, name: str) -> Person:
        self.go("/wp-login.php")
        # Its script puts the cursor into the first field a moment after the page has come.
        self.page.evaluate(
            "([name,word])=>{user_login.value=name;user_pass.value=word;loginform.submit()}",
            [name, f"password of {name}"],
        )
        self.page.wait_for_url("**/wp-admin/**")
        return self

    def go(self, path: str) -> Person:
        self.page.goto(self.site.url + path)
        return self

    def picture(self, name: str) -> None:
        """Kept in the folder that PUBGUARD_ARTEFACTS names."""
        if folder := os.environ.get("PUBGUARD_ARTEFACTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(folder) / f"{self._test}-{name}.png")

    def edit(self, item: int | None = None, *, guarded: bool = True) -> Person:
        """The block editor: a new post, or an old one."""
        self.go(f"/wp-admin/post.php?action=edit&post={item}" if item else "/wp-admin/post-new.php")
        self.page.wait_for_function(READY)
        if guarded:
            self.page.wait_for_function(KNOWN)
        self.page.wait_for_function(UNCOVERED)
        return self

    def write(self, title: str, text: str, release: str = "") -> Person:
        self.page.evaluate("t=>wp.data.dispatch('core/editor').editPost({title:t})", title)
        self.page.evaluate(WRITE, text)
        if release:
            self.choose(release)
        return self

    def choose(self, release: str) -> None:
        """By the panel's own field."""
        self.panel()
        self.page.locator(".pubguard-chooser select").select_option(release)

    def sidebar(self) -> None:
        """The settings of the item, not those of a block."""
        self.page.evaluate(PANEL)

    def panel(self) -> Any:
        """The panel in the sidebar, opened."""
        self.sidebar()
        shown = self.page.locator(".pubguard-panel").first
        shown.wait_for()
        toggle = shown.locator(".components-panel__body-toggle").first
        if toggle.get_attribute("aria-expanded") != "true":
            toggle.click()
        return shown

    def publish(self) -> Person:
        """Both clicks that it takes."""
        self.page.locator(TOGGLE).click()
        self.page.locator(PUBLISH).click()
        return self

    @property
    def modal(self) -> Any:
        shown = self.page.locator(MODAL)
        shown.wait_for()
        return shown

    def gone(self) -> None:
        """The modal is closed."""
        self.page.locator(MODAL).wait_for(state="detached")

    def post(self, what: str) -> Any:
        """A field of the item as it is stored."""
        return self.page.evaluate(
            "name=>wp.data.select('core/editor').getCurrentPost()[name]", what
        )

    def becomes(self, status: str) -> None:
        self.page.wait_for_function(
            "s=>wp.data.select('core/editor').getCurrentPost().status===s"
            "&&!wp.data.select('core/editor').isSavingPost()",
            arg=status,
        )

    def is_dirty(self) -> bool:
        return self.page.evaluate("()=>wp.data.select('core/editor').isEditedPostDirty()")

    def focused(self, selector: str) -> None:
        """The keyboard is there, or comes there."""
        self.page.wait_for_function("s=>document.activeElement?.matches(s)", arg=selector)

    def held_by(self, selector: str) -> bool:
        """Whether the keyboard is in there."""
        return self.page.evaluate(
            "s=>Boolean(document.querySelector(s)?.contains(document.activeElement))", selector
        )

    def unaccessible(self, axe: Path) -> set[str]:
        """What axe-core finds on the page, without numbers that change."""
        self.page.mouse.move(0, 0)
        self.page.evaluate(axe.read_text())
        found = self.page.evaluate(AXE_RUN)
        return {re.sub(r"block-[0-9a-f-]+|\d+", "N", line) for line in found}
