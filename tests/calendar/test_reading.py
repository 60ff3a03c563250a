from __future__ import annotations

from tests.calendar.conftest import table


def test_an_empty_calendar_says_how_to_fill_it(office):
    """As text; as JSON it is an empty list."""
    assert "pubguard calendar import SOURCE" in office.run("calendar", "list").out
    assert office.ask("calendar", "list") == []


def test_the_list_is_in_order_of_date(office):
    """Releases without a date come last, and times are London's."""
    office.take(
        table("c", at=None, provisional="January 2027"),
        table("b", at="2026-12-01T09:30:00"),
        table("a", at="2026-07-01T09:30:00"),
    )
    assert [item["id"] for item in office.ask("calendar", "list")] == ["a", "b", "c"]
    lines = office.run("calendar", "list").out.splitlines()
    assert lines[0].startswith("Wed 01 Jul 2026 09:30  confirmed")
    assert lines[2].startswith("January 2027           provisional")
    assert len({line.index("firmed") for line in lines[:2]}) == 1


def test_a_proposed_change_is_shown_beside_the_agreed_slot(office):
    """It says that it is not in force, and why it is wanted."""
    office.take(table())
    office.take(table(at="2026-12-03T09:30:00", reason="late data"))
    text = office.run("calendar", "show", "prices").out
    assert "Thursday 26 November 2026, 09:30" in text
    assert "Thursday 3 December 2026, 09:30; not in force before it is agreed: late data" in text
    assert "a change waits to be agreed" in office.run("calendar", "list").out


def test_an_unknown_release_offers_the_nearest_ids(office):
    """Exit code 1, and the id that was probably meant."""
    office.take(table("prices-october-2026"), table("wages"))
    error = office.ask("calendar", "show", "price-october-2026", code=1)["error"]
    assert error["code"] == "refused"
    assert "prices-october-2026" in error["remedy"]
    assert office.ask("calendar", "show", "a/b", code=2)["error"]["code"] == "id"


def test_the_history_says_what_changed(office):
    """Each event with its time, its kind, and the fields that it set."""
    office.take(table())
    office.clock.forward("1 min")
    office.take(table(title="Prices, final"))
    office.take(table(title="Prices, final", state="cancelled", reason="merged"))
    first, second, third = office.show()["history"]
    assert first["changed"]["release_at"] == "2026-11-26T09:30:00Z"
    assert (second["at"], second["changed"]) == ("2026-11-20T10:01:00Z", {"title": "Prices, final"})
    assert (third["kind"], third["changed"]) == (
        "release.cancelled",
        {"proposed": {"state": "cancelled"}},
    )
    assert third["reason"] == "merged"


def test_outputs_are_shown(office):
    """As the source gave them."""
    office.take(table() + '[[release.output]]\nid = "page"\nurl = "https://x.example/p"\n')
    assert office.show()["outputs"] == [
        {
            "id": "page",
            "kind": "page",
            "url": "https://x.example/p",
            "marker": None,
            "lifetime": "new",
        }
    ]
    assert "page  page  new  https://x.example/p" in office.run("calendar", "show", "prices").out


def test_a_title_cannot_write_on_the_terminal(office):
    """Control characters are made visible; in JSON they are escaped data."""
    office.take(table(title="\\u001b[2Jgone\\u202e\\nnext"))
    for arguments in (("list",), ("show", "prices")):
        text = office.run("calendar", *arguments).out
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "\\x1b[2Jgone\\u202e\\x0anext" in text
    assert office.show()["title"] == "\x1b[2Jgone\u202e\nnext"


def test_every_command_has_an_example(office):
    """--help ends with a line that can be copied."""
    for name in ("import", "announce", "list", "show"):
        assert f"pubguard calendar {name}" in office.run("calendar", name, "--help").out
    assert "pubguard calendar import" in office.run("calendar", "--help").out


def test_the_page_says_what_counts_what_waits_and_who_agreed_what(office):
    """State, slot in words, the open change with what to do, and each step with its person."""
    office.take(table())
    slip = table(at="2026-12-03T09:30:00")
    office.take(slip)
    lead = ("--actor", "c.lead", "--role", "lead-official")
    office.ask("calendar", "agree", "prices", "--keep", *lead)
    kept = office.run("calendar", "show", "prices").out
    assert "which says otherwise: confirmed, Thursday 3 December 2026, 09:30" in kept
    assert "date kept" in kept
    move = ("--to", "2026-12-10T09:30", "--actor", "b.shah", "--reason", "late\x1b[2J returns")
    office.ask("calendar", "move", "prices", *move)
    page = office.run("calendar", "show", "prices").out
    assert "Thursday 26 November 2026, 09:30" in page
    assert "Thursday 10 December 2026, 09:30; not in force before it is agreed" in page
    assert "(wanted by b.shah)" in page
    assert "pubguard calendar agree prices" in page
    assert "by c.lead (lead-official)" in page
    assert "\x1b" not in page
    cancel = ("--actor", "b.shah", "--reason", "merged")
    office.ask("calendar", "cancel", "prices", *cancel)
    assert "to be cancelled; not in force" in office.run("calendar", "show", "prices").out
