"""The ways in, each by its name: without a guard they publish, before the slot they do not."""

from __future__ import annotations

import pytest

from tests.wordpress.conftest import BEFORE, HOOK, OPEN, Start
from tests.wordpress.listing import PATHS, Path
from tests.wordpress.office import SAID
from tests.wordpress.trying import Reply

SOME = {
    "rest_update_publish",
    "rest_autosave_publish",
    "rest_template_edit",
    "rest_navigation_label",
    "admin_classic_publish",
    "admin_quick_edit",
    "admin_bulk_edit",
    "admin_quickpress",
    "admin_restore_revision",
    "xmlrpc_wp_newPost",
    "cron_future",
    "code_import_wxr_like",
    "media_rest_raw",
    "media_async_upload",
}
"""What the newer versions show to be open: each works a little differently from the others."""
CLAIMS = ("Post published", "Page published", "Post updated", "1 post updated")


NAMED = {"residual": ("site title", "comments"), "trigger": ("sql", "trigger")}
"""What is not closed, and the words with which the README says so."""


def test_what_stays_open_is_said() -> None:
    """The hook's page names every way in that it does not close, in its own section."""
    page = (HOOK / "README.md").read_text().partition("## What it does not guard")[2].lower()
    assert all(word in page for words in NAMED.values() for word in words)
    open_ways = {path.name for path in PATHS.values() if path.means in NAMED}
    assert open_ways == {"rest_site_title", "rest_comment", "sql_raw_update"}


def test_the_list_is_whole() -> None:
    """There are 59 ways in, and none is left out."""
    assert len(PATHS) == 59


@pytest.mark.newer(SOME)
def test_unguarded(path: Path, start: Start) -> None:
    """Without the guard this way really publishes: the figure is seen."""
    t = start(BEFORE, guarded=False)
    said = path.drive(t)
    assert bool(t.seen()) is (path.means != "nothing"), said


def refused(name: str, said: Reply) -> bool:
    """Whether a program that does not read the words sees that it was a no."""
    if name.startswith("xmlrpc"):
        return "<fault>" in said.text
    if name == "rest_batch":
        return said.status == 207 and '"status": 403' in said.text
    return said.status == 403 or not name.startswith("rest")


@pytest.mark.newer
def test_before_the_slot(path: Path, start: Start) -> None:
    """Nobody sees the figure, the guard's own words come back, the text is kept."""
    t = start(BEFORE)
    said = path.drive(t)
    leaks = t.seen()
    if path.means in NAMED:
        assert leaks, "the README says that this is open"
        return
    assert not leaks, said
    assert not [claim for claim in CLAIMS if claim in said.words], said.words
    if path.speaks:
        assert SAID in said.words, said
        assert refused(path.name, said), said
    if path.kept == "stored" and path.means == "publish":
        assert t.stored(), said


@pytest.mark.newer(SOME)
def test_from_the_slot_on(path: Path, start: Start) -> None:
    """It publishes."""
    t = start(OPEN)
    said = path.drive(t)
    if path.means == "publish":
        assert t.seen(), (said, t.site.log())
