"""A release of several parts: each item is one, and they are scheduled and published together."""

from __future__ import annotations

from tests.wordpress.conftest import BEFORE, OPEN, Start
from tests.wordpress.office import RELEASE, SAID, SLOT, Guard
from tests.wordpress.trying import Reply, Try

PART = """
[[release.output]]
id = "{id}"
kind = "page"
url = "https://example.gov.uk/{id}"
"""


def release(guard: Guard, name: str) -> str:
    """One whose calendar names a bulletin and a summary."""
    made = RELEASE.format(id=name, title="Wages of October", slot=SLOT)
    calendar = guard.folder / f"{name}.toml"
    calendar.write_text(made + PART.format(id="bulletin") + PART.format(id="summary"))
    done = guard.office.run("calendar", "import", str(calendar))
    assert done.code == 0, done.out + done.err
    return name


def part(t: Try, output: str) -> int:
    return t.prepare(meta={"_pubguard_output": output})


def schedule(t: Try, item: int) -> Reply:
    body = {"status": "future", "date_gmt": f"{SLOT}:00"}
    return t.rest("POST", f"/wp/v2/posts/{item}", body)


def test_scheduled_as_a_whole(start: Start, guard: Guard) -> None:
    """What is scheduled arms the release, so every part has to be there; then each goes out."""
    t = start(BEFORE, release(guard, "wages"))
    first = part(t, "bulletin")
    said = schedule(t, first)
    assert said.status == 403
    assert "summary" in said.words
    second = part(t, "summary")
    for item in (first, second):
        said = schedule(t, item)
        assert said.status == 200, said
    t.go(OPEN)
    t.cron()
    assert [t.status(item) for item in (first, second)] == ["publish", "publish"]


def test_one_part_is_one_part(start: Start, guard: Guard) -> None:
    """From the slot on the part that is ready goes, whatever the other is."""
    t = start(OPEN, release(guard, "rents"))
    first = part(t, "bulletin")
    assert t.rest("POST", f"/wp/v2/posts/{first}", {"status": "publish"}).status == 200
    assert t.seen()


def test_a_part_that_is_none(start: Start, guard: Guard) -> None:
    """Before the slot an output that the calendar does not name is refused in words."""
    t = start(BEFORE, release(guard, "trade"))
    said = schedule(t, part(t, "bulletins"))
    assert said.status == 403
    assert "bulletin" in said.words
    assert SAID not in said.text or not t.seen()
