"""From the draft to the public: approved by a second person, armed, and out on the second."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers.clock import ShiftedClock
from tests.servers.wordpress import free_port
from tests.wordpress.conftest import BEFORE, OPEN, Start
from tests.wordpress.office import SLOT, Guard
from tests.wordpress.paths_admin import edit, quick_edit
from tests.wordpress.standin import FAULTS, no, standing_in
from tests.wordpress.trying import Reply, Try

NOBODY = f"http://127.0.0.1:{free_port()}"


@pytest.fixture(scope="session")
def strict(folder: Path, guard_clock: ShiftedClock) -> Iterator[Guard]:
    """A guard as `pubguard init` sets it up."""
    place = folder / "strict"
    place.mkdir()
    made = Guard(place, guard_clock)
    made.people()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def t(start: Start, strict: Guard) -> Try:
    made = start(BEFORE, by="strict")
    made.cron()
    return made


def approve(t: Try, item: int, user: str = "admin", answer: str = "") -> Reply:
    headers = {"X-Pubguard-Confirm": answer} if answer else {}
    body = {"post": item}
    return t.rest("POST", "/pubguard/v1/approve", body, user, headers=headers)


def arm(t: Try, item: int) -> None:
    """Approve it, and type what the guard asks for."""
    asked = approve(t, item)
    assert asked.status == 428, asked
    data = json.loads(asked.text)["data"]
    typed = urlsafe_b64encode(data["type_this"].encode()).decode()
    said = approve(t, item, answer=f"{data['challenge']} {typed}")
    assert said.status == 200, said
    assert json.loads(said.text)["armed"] is True


def scheduled(t: Try) -> int:
    """A page in the list of what WordPress publishes at the slot."""
    item = t.prepare()
    arm(t, item)
    body = {"status": "future", "date_gmt": f"{SLOT}:00"}
    said = t.rest("POST", f"/wp/v2/posts/{item}", body)
    assert said.status in (200, 428), said
    if said.status == 428:
        data = json.loads(said.text)["data"]
        typed = urlsafe_b64encode(data["type_this"].encode()).decode()
        headers = {"X-Pubguard-Confirm": f"{data['challenge']} {typed}"}
        said = t.rest("POST", f"/wp/v2/posts/{item}", body, headers=headers)
    assert said.status == 200, said
    assert t.status(item) == "future"
    t.cron()
    assert not t.seen()
    return item


def test_it_goes_out_by_itself(t: Try) -> None:
    """Approved, armed and scheduled, it is public at the slot without anybody at a screen."""
    item = scheduled(t)
    t.go(OPEN)
    t.cron()
    assert t.status(item) == "publish"
    assert t.seen()


def test_a_person_publishes_it(t: Try) -> None:
    """Armed, the button publishes at the slot without a further question."""
    item = t.prepare()
    arm(t, item)
    t.go(OPEN)
    said = t.rest("POST", f"/wp/v2/posts/{item}", {"status": "publish"})
    assert said.status == 200, said


@pytest.mark.parametrize("where", ["block", "classic", "quick"])
def test_its_approver_publishes_it(where: str, t: Try) -> None:
    """Pressing the button makes nobody an author: who approved may also publish."""
    item = json.loads(t.rest("POST", "/wp/v2/posts", t.fresh).text)["id"]
    arm(t, item)
    t.go(OPEN)
    if where == "block":
        said = t.rest("POST", f"/wp/v2/posts/{item}", {"status": "publish"}, user="admin")
    elif where == "classic":
        said = edit(t, item, user="admin", publish="Publish")
    else:
        said = quick_edit(t, item, user="admin")
    assert t.status(item) == "publish", said.words


def test_who_changed_the_text_cannot_approve_it(t: Try) -> None:
    """An approver who edits it has become one of its authors, whatever the last save was."""
    item = json.loads(t.rest("POST", "/wp/v2/posts", t.fresh).text)["id"]
    edit(t, item, user="admin", save="Save Draft", post_title="By the approver")
    edit(t, item, save="Save Draft")
    said = approve(t, item)
    assert said.status == 403
    assert "PG302" in said.text


def outcomes(guard: Guard, t: Try) -> list[dict[str, Any]]:
    mine = [each for each in guard.office.events() if each["release"] == t.release]
    return [each["data"] for each in mine if each["kind"] == "outcome.recorded"]


def test_cut_off_at_the_slot(t: Try, strict: Guard) -> None:
    """With the guard away its permit lets it out; the record follows when the guard is back."""
    item = scheduled(t)
    t.site.change(PUBGUARD_URL=NOBODY)
    t.go(OPEN)
    t.cron()
    assert t.status(item) == "publish"
    assert not outcomes(strict, t)
    t.site.change(**strict.constants)
    t.go("2026-11-26T09:33:00")
    t.cron()
    (told,) = outcomes(strict, t)
    assert told["outcome"] == "published"
    assert not told.get("bypass")


@pytest.mark.parametrize("fault", ["error_500", "page", "slow", "large", "redirect", "bare_allow"])
def test_out_of_order_at_the_slot(fault: str, t: Try) -> None:
    """A guard that gives no usable answer holds up nothing that has its permit."""
    item = scheduled(t)
    with standing_in(FAULTS[fault]) as guard:
        t.site.change(PUBGUARD_URL=guard.url)
        t.go(OPEN)
        t.cron()
        assert guard.asked
    assert t.status(item) == "publish"
    assert t.seen()


def test_a_no_at_the_slot(t: Try) -> None:
    """An explicit no counts for more than the permit."""
    item = scheduled(t)
    with standing_in(no) as guard:
        t.site.change(PUBGUARD_URL=guard.url)
        t.go(OPEN)
        t.cron()
        assert guard.checks()
    assert t.status(item) == "future"
    assert not t.seen()


def test_cut_off_before_the_slot(t: Try) -> None:
    """A permit opens nothing early."""
    item = scheduled(t)
    t.site.change(PUBGUARD_URL=NOBODY)
    t.go("2026-11-26T09:29:58")
    said = t.rest("POST", f"/wp/v2/posts/{item}", {"date_gmt": "2026-11-26T09:00:00"})
    assert said.status == 403
    assert not t.seen()


def test_not_by_its_author(t: Try) -> None:
    """Who wrote it cannot approve it."""
    item = t.prepare()
    said = approve(t, item, user="editor")
    assert said.status == 403
    assert "PG302" in said.text


def test_not_by_a_contributor(t: Try) -> None:
    """Who may not publish may not approve."""
    assert approve(t, t.prepare(), user="contributor").status == 403


def test_changed_after_it_was_armed(t: Try) -> None:
    """Another text than the approved one stays closed at the slot, with or without the guard."""
    item = t.prepare()
    arm(t, item)
    body = {"content": f"{t.content}<p>More.</p>"}
    assert t.rest("POST", f"/wp/v2/posts/{item}", body).status == 200
    t.go(OPEN)
    assert t.rest("POST", f"/wp/v2/posts/{item}", {"status": "publish"}).status != 200
    t.site.change(PUBGUARD_URL=NOBODY)
    assert t.rest("POST", f"/wp/v2/posts/{item}", {"status": "publish"}).status == 403
    assert not t.seen()


def test_never_approved(t: Try) -> None:
    """At the slot what nobody approved stays closed."""
    item = t.prepare()
    t.go(OPEN)
    said = t.rest("POST", f"/wp/v2/posts/{item}", {"status": "publish"})
    assert said.status == 403
    assert "approved" in said.words
    assert not t.seen()
