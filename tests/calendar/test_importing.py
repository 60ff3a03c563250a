from __future__ import annotations

import json

import pytest

from tests.calendar.conftest import table

NEW = {"added": ["prices"], "changed": [], "unchanged": 0, "disappeared": [], "refused": []}
SAME = {"added": [], "changed": [], "unchanged": 1, "disappeared": [], "refused": []}
CHANGED = {"added": [], "changed": ["prices"], "unchanged": 0, "disappeared": [], "refused": []}
EARLIER = "2026-11-24T09:30:00"
LATER = "2026-12-03T09:30:00"


def test_a_new_release_lands(office):
    """It is shown with its state, its slot and where it came from."""
    assert office.take(table()) == NEW
    shown = office.show()
    assert list(shown) == [
        *("id", "title", "state", "release_at", "provisional"),
        *("proposed", "outputs", "history", "source"),
    ]
    assert (shown["state"], shown["release_at"]) == ("confirmed", "2026-11-26T09:30:00Z")
    assert (shown["proposed"], shown["provisional"]) == (None, None)
    assert shown["source"].startswith("toml:calendar.toml~")
    assert [h["kind"] for h in shown["history"]] == ["release.announced"]
    assert office.ask("calendar", "list") == [shown]


def test_the_same_file_twice_changes_nothing(office):
    """Only that it was read again is recorded, with the file's digest."""
    office.take(table())
    before = office.events()
    assert office.take(table()) == SAME
    assert office.events() == [*before, ("calendar.imported", None)]


def test_an_import_is_one_event_per_changed_release_and_one_for_the_import(office):
    """The import's event carries the digest that sha256sum prints."""
    from hashlib import sha256

    text = "\n".join([table("a"), table("b")])
    office.take(text)
    kinds = [kind for kind, _ in office.events() if kind != "config.changed"]
    assert kinds == ["release.announced", "release.announced", "calendar.imported"]
    workspace = office.workspace()
    *_, last = workspace.log.read()
    workspace.close()
    data = last.event().data
    assert data.digest == f"sha256:{sha256(text.encode()).hexdigest()}"
    assert (data.added, data.format) == (2, "toml")


def test_a_dry_run_changes_nothing(office):
    """It reports what would change, and not one event is stored."""
    path = office.folder / "calendar.toml"
    path.write_text(table())
    assert office.ask("calendar", "import", str(path), "--dry-run") == NEW
    assert office.events() == []
    assert office.ask("calendar", "list") == []


NOTICE = {
    "a day ahead": ("2026-11-21T10:00:00", True),
    "a second less": ("2026-11-21T09:59:59", False),
    "a minute ahead": ("2026-11-20T10:01:00", False),
    "now": ("2026-11-20T10:00:00", True),
    "in the past": ("2026-10-01T09:30:00", True),
}


@pytest.mark.parametrize(("at", "agreed"), NOTICE.values(), ids=NOTICE)
def test_a_new_entry_less_than_a_day_ahead_is_not_agreed(office, at, agreed):
    """It is shown with its slot all the same."""
    office.take(table(at=at))
    record = office.record()
    assert record.agreed is agreed
    assert record.release.release_at is not None
    assert record.proposed is None


@pytest.mark.parametrize(("at", "agreed"), NOTICE.values(), ids=NOTICE)
def test_a_provisional_release_given_its_date_counts_as_new(office, at, agreed):
    """A day ahead it is in force at once, nearer it waits for a second person."""
    office.take(table(at=None, provisional="November 2026"))
    assert office.record().agreed
    assert office.take(table(at=at)) == CHANGED
    record = office.record()
    assert (record.agreed, record.proposed) == (agreed, None)


def test_an_entry_that_waits_keeps_waiting(office):
    """Reading it again agrees to nothing, changing its title neither."""
    office.take(table(at="2026-11-20T12:00:00"))
    assert office.take(table(at="2026-11-20T12:00:00")) == SAME
    assert office.take(table(at="2026-11-20T12:00:00", title="Prices, new")) == CHANGED
    assert not office.record().agreed


MOVES = {
    "later": (table(at=LATER, reason="late data"), f"{LATER}Z", "late data"),
    "earlier": (table(at=EARLIER), f"{EARLIER}Z", None),
    "provisional again": (table(at=None, provisional="2027"), None, None),
}


@pytest.mark.parametrize(("row", "proposed", "reason"), MOVES.values(), ids=MOVES)
def test_a_change_of_date_is_proposed_and_the_agreed_slot_stays(office, row, proposed, reason):
    """Twice the same proposal is one event; the last agreed slot shows until it is agreed."""
    office.take(table())
    assert office.take(row) == CHANGED
    assert office.take(row) == SAME
    shown = office.show()
    assert (shown["state"], shown["release_at"]) == ("confirmed", "2026-11-26T09:30:00Z")
    assert shown["proposed"] == {"release_at": proposed, "reason": reason}
    assert [h["kind"] for h in shown["history"]] == ["release.announced", "release.moved"]


def test_a_source_that_goes_back_ends_its_proposal(office):
    """Nothing waits to be agreed any more."""
    office.take(table())
    office.take(table(at=LATER))
    assert office.take(table()) == CHANGED
    assert office.show()["proposed"] is None
    assert office.take(table()) == SAME


def test_a_second_proposal_takes_the_place_of_the_first(office):
    """The slot in force is still the agreed one."""
    office.take(table())
    office.take(table(at=LATER))
    assert office.take(table(at=EARLIER)) == CHANGED
    assert office.show()["proposed"]["release_at"] == f"{EARLIER}Z"
    assert office.show()["release_at"] == "2026-11-26T09:30:00Z"


def test_details_change_at_once_even_while_a_date_is_proposed(office):
    """The title is new, the proposal stands, the slot is the agreed one."""
    office.take(table())
    office.take(table(at=LATER))
    row = table(at=LATER, title="Prices, final", url="https://x.example/prices")
    assert office.take(row) == CHANGED
    assert office.take(row) == SAME
    shown = office.show()
    assert (shown["title"], shown["release_at"]) == ("Prices, final", "2026-11-26T09:30:00Z")
    assert shown["proposed"]["release_at"] == f"{LATER}Z"


def test_a_cancellation_closes_the_gate_and_waits_to_be_agreed(office):
    """The agreed slot still shows; the cancellation takes an open proposal's place."""
    office.take(table())
    office.take(table(at=LATER))
    row = table(state="cancelled", reason="merged")
    assert office.take(row) == CHANGED
    assert office.take(row) == SAME
    shown = office.show()
    assert (shown["state"], shown["release_at"]) == ("confirmed", "2026-11-26T09:30:00Z")
    assert shown["proposed"] == {"release_at": None, "reason": "merged"}
    assert (shown["history"][-1]["kind"], shown["history"][-1]["reason"]) == (
        "release.cancelled",
        "merged",
    )


def test_what_nobody_relies_on_is_cancelled_at_once(office):
    """A provisional release opens nothing, so nobody need agree that it will not come."""
    office.take(table(state="provisional"))
    row = table(state="cancelled")
    assert office.take(row) == CHANGED
    assert office.take(row) == SAME
    assert (office.show()["state"], office.show()["proposed"]) == ("cancelled", None)


def test_a_cancelled_release_does_not_come_back_by_itself(office):
    """A source that takes its cancellation back makes a proposal."""
    office.take(table(state="cancelled"))
    assert office.take(table()) == CHANGED
    assert office.take(table()) == SAME
    assert office.show()["state"] == "cancelled"
    assert office.show()["proposed"]["release_at"] == "2026-11-26T09:30:00Z"
    assert office.show()["history"][-1]["kind"] == "release.reinstated"
    assert office.take(table(state="cancelled")) == CHANGED
    assert office.show()["proposed"] is None


def test_a_source_that_takes_its_cancellation_back_leaves_everything_as_it_was(office):
    """A slip of the source, put right by the source, is no trap for the release."""
    office.take(table())
    office.take(table(state="cancelled"))
    assert office.take(table()) == CHANGED
    assert (office.show()["state"], office.show()["proposed"]) == ("confirmed", None)
    assert office.take(table()) == SAME


def test_a_published_release_is_published(office):
    """The same slot and a new state is no move."""
    office.take(table())
    office.clock.set("2026-11-26T09:30")
    assert office.take(table(state="published")) == CHANGED
    assert office.take(table(state="published")) == SAME
    assert (office.show()["state"], office.show()["proposed"]) == ("published", None)


def test_published_at_another_time_is_a_proposal(office):
    """A source cannot open the gate early by calling a release published."""
    office.take(table())
    office.take(table(at="2026-11-20T09:30:00", state="published"))
    shown = office.show()
    assert (shown["state"], shown["release_at"]) == ("confirmed", "2026-11-26T09:30:00Z")


def test_a_disappeared_release_is_reported_once_and_kept(office):
    """It is still shown, and when it is back the mark is gone."""
    both, one = [table(), table("wages")], [table("wages")]
    office.take(*both)
    lost = office.take(*one)
    assert (lost["disappeared"], lost["unchanged"]) == (["prices"], 1)
    assert office.take(*one)["disappeared"] == []
    assert office.record().gone
    assert {item["id"] for item in office.ask("calendar", "list")} == {"prices", "wages"}
    assert office.take(*both)["changed"] == ["prices"]
    assert not office.record().gone
    assert office.take(*both)["unchanged"] == 2


def test_a_refused_row_has_not_disappeared(office):
    """Its release is kept as it was, without a mark."""
    office.take(table(), table("wages"))
    report = office.take(table(at="2026-11-26"), table("wages"), code=1)
    assert report["disappeared"] == []
    assert not office.record().gone


def test_nothing_disappears_while_a_row_cannot_be_identified(office):
    """The row that nobody can name may be the missing one."""
    office.take(table(), table("wages"))
    report = office.take(table("wages"), '[[release]]\ntitle = "?"', code=1)
    assert report["disappeared"] == []


def test_bad_rows_are_named_and_good_ones_land(office):
    """Every refusal has its file, index and reason, and the exit code is 1."""
    report = office.take(table("a"), table("b/c"), table("d", url="javascript:1"), code=1)
    assert report["added"] == ["a"]
    first, second = report["refused"]
    path = str(office.folder / "calendar.toml")
    assert first["where"] == f"{path}: row 2 (index 1)"
    assert "a slash" in first["reason"]
    assert second["where"] == f"{path}: row 3 (index 2)"
    assert "no http or https address" in second["reason"]
    text = office.run("calendar", "import", path)
    assert text.code == 1
    assert f"Refused: {path}: row 2 (index 1): " in text.err


def test_of_two_rows_with_one_id_neither_lands(office):
    """Both are named, each with the other's place."""
    report = office.take(table(), table("wages"), table(title="Other prices"), code=1)
    assert report["added"] == ["wages"]
    assert ["row 1" in r["where"] for r in report["refused"]] == [True, False]
    assert "row 3 (index 2)" in report["refused"][0]["reason"]
    assert "row 1 (index 0)" in report["refused"][1]["reason"]


def ons(*releases):
    rows = [
        {
            "uri": f"/releases/{name}",
            "description": {
                "title": title,
                "release_date": "2026-11-26T09:30:00Z",
                "finalised": True,
            },
        }
        for name, title in releases
    ]
    return json.dumps({"releases": rows, "breakdown": {"total": len(rows)}})


def test_an_id_of_another_source_is_a_clash(office):
    """It is refused and both sources are named; the same title does not merge them."""
    office.take(table())
    path = office.folder / "ons.json"
    path.write_text(ons(("prices", "Prices"), ("wages", "Wages")))
    report = office.ask("calendar", "import", str(path), code=1)
    assert report["added"] == ["wages"]
    (refusal,) = report["refused"]
    assert "toml:calendar.toml~" in refusal["reason"]
    assert "'ons:ons.json~" in refusal["reason"]
    assert office.record().source.startswith("toml:")


def test_two_files_with_one_id_and_two_titles_clash(office):
    """They are two releases, and the first keeps the id."""
    office.take(table(title="Prices"), name="a.toml")
    report = office.take(table(title="House prices"), name="b.toml", code=1)
    assert "'Prices'" in report["refused"][0]["reason"]
    assert office.show()["title"] == "Prices"


def test_a_newer_copy_under_another_name_is_the_same_source(office):
    """Downloads carry a date in their name: changes and disappearances are still found."""
    office.take(table(), table("wages", title="Wages"), name="2026-11-01.toml")
    report = office.take(table("wages", LATER, title="Wages"), name="2026-11-08.toml")
    assert (report["changed"], report["disappeared"]) == (["wages"], ["prices"])


def test_a_second_list_of_the_same_format_makes_nothing_disappear(office):
    """Two files that share no release are two sources."""
    office.take(table(), name="a.toml")
    assert office.take(table("wages"), name="b.toml")["disappeared"] == []
    assert office.take(table(), name="a.toml") == SAME


def test_a_contact_and_a_reason_stand_beside_the_log(office):
    """Names and free text can be erased, so no entry holds them."""
    office.take(table(contact="A. Person", reason="because of A. Person"))
    workspace = office.workspace()
    bodies = b"".join(body for _, _, body, _ in workspace.store.read())
    workspace.close()
    assert b"A. Person" not in bodies
    assert office.show()["history"][0]["reason"] == "because of A. Person"


WHOLE = {
    "empty": b"",
    "blank": b" \n",
    "no calendar": b"hello",
    "garbage": b"\x8f\x00\xff" * 1000,
    "cut off": table().encode()[:-5],
    "NUL byte": table().encode() + b"\0",
    "ISO-8859-1": table(title="Caf\xe9").encode("latin-1"),
    "UTF-16": table().encode("utf-16"),
    "JSON cut off": ons(("prices", "Prices")).encode()[:-9],
    "empty list": b'{"releases": [], "uri": "", "breakdown": {"total": 0}}',
}


@pytest.mark.parametrize("body", WHOLE.values(), ids=WHOLE)
def test_a_broken_source_changes_nothing(office, body):
    """One clear error with a remedy, exit code 1, and nothing disappears."""
    office.take(table())
    before = office.events()
    path = office.folder / "calendar.toml"
    path.write_bytes(body)
    error = office.ask("calendar", "import", str(path), code=1)["error"]
    assert error["code"] == "source"
    assert error["message"]
    assert error["remedy"]
    assert office.events() == before
    assert not office.record().gone


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"abc\0", "a NUL byte, at byte 3 (line 1)"),
        (b"# ok\n# Caf\xe9", "byte 0xe9, which is not UTF-8, at byte 10 (line 2)"),
        (b"\xef\xbb\xbfabc\0", "at byte 6 (line 1)"),
        (b"\xff\xfea\x00", "at byte 0 (line 1)"),
    ],
)
def test_the_byte_that_is_no_text_is_named(office, body, words):
    """Its position counts from the start of the file."""
    path = office.folder / "calendar.toml"
    path.write_bytes(body)
    error = office.ask("calendar", "import", str(path), code=1)["error"]
    assert words in error["message"]
    assert "UTF-8" in error["remedy"]


def test_a_byte_order_mark_is_no_obstacle(office):
    """Windows editors write one."""
    path = office.folder / "calendar.toml"
    path.write_bytes(b"\xef\xbb\xbf" + table().encode())
    assert office.ask("calendar", "import", str(path)) == NEW
    path.write_bytes(b"\xef\xbb\xbf" + ons(("gdp", "GDP")).encode())
    assert office.ask("calendar", "import", str(path))["added"] == ["gdp"]


@pytest.mark.parametrize("first", [b"x", b"{", b'{"releases": [', b"[[release]]\n", b"\0"])
def test_fifty_megabytes_of_garbage_are_refused(office, first):
    """Whatever it begins with, the error is one short sentence."""
    path = office.folder / "big.json"
    path.write_bytes(first * (50_000_000 // len(first)))
    error = office.ask("calendar", "import", str(path), code=1)["error"]
    assert len(error["message"]) < 500


def test_more_than_fifty_megabytes_are_too_large(office):
    """The file is not even read."""
    path = office.folder / "big.json"
    with path.open("wb") as file:
        file.truncate(50_000_001)
    error = office.ask("calendar", "import", str(path), code=1)["error"]
    assert "too large: a source may have 50 MB" in error["message"]


def test_a_folder_is_one_source(office):
    """Its calendars are read in order of name; hidden ones are not."""
    folder = office.folder / "lists"
    folder.mkdir()
    for name, release in (("b.toml", "b"), ("a.toml", "a"), (".c.toml", "c"), ("d.txt", "d")):
        (folder / name).write_text(table(release))
    assert office.ask("calendar", "import", str(folder))["added"] == ["a", "b"]
    (folder / "b.toml").unlink()
    assert office.ask("calendar", "import", str(folder))["disappeared"] == ["b"]
    (folder / "a.toml").unlink()
    error = office.ask("calendar", "import", str(folder), code=1)["error"]
    assert "holds no .json, .ics, .csv or .toml file" in error["message"]


def test_a_source_in_the_configuration_is_called_by_its_name(make_office):
    """Its place starts at the workspace, and its own path leads to the same name."""
    office = make_office('[sources.ours]\nformat = "toml"\nplace = "calendar.toml"\n')
    (office.folder / "calendar.toml").write_text(table())
    assert office.ask("calendar", "import", "ours") == NEW
    assert office.show()["source"] == "ours"
    assert office.take(table()) == SAME
    assert office.ask("calendar", "import", "ours", "--format", "ons", code=2)["error"]
    missing = office.ask("calendar", "import", "outs", code=1)["error"]
    assert "ours" in missing["remedy"]


def test_a_setting_that_the_format_does_not_have_is_named(make_office):
    """A wrong key under [sources.NAME] is a configuration error."""
    office = make_office('[sources.ours]\nformat = "ons"\nplace = "x.json"\nwebsit = "x"\n')
    error = office.ask("calendar", "import", "ours", code=2)["error"]
    assert "websit" in error["message"]


def test_an_unknown_format_lists_the_choices(office):
    """Exit code 2, and the formats that are enabled."""
    (office.folder / "calendar.toml").write_text(table())
    place = str(office.folder / "calendar.toml")
    error = office.ask("calendar", "import", place, "--format", "xls", code=2)["error"]
    assert "csv, govuk, ics, ons, toml" in error["remedy"]


def test_a_format_by_name_says_what_is_wrong(office):
    """Where nothing is recognised, naming the format gives the parser's own words."""
    path = office.folder / "calendar.toml"
    path.write_text("[[realease]]\n")
    unnamed = office.ask("calendar", "import", str(path), code=1)["error"]
    assert "holds no calendar that any enabled format reads" in unnamed["message"]
    named = office.ask("calendar", "import", str(path), "--format", "toml", code=1)["error"]
    assert "names no release at all" in named["message"]


PLACES = {
    "missing": "nowhere.toml",
    "NUL": "a\0b",
    "empty": "",
    "device": "/dev/zero",
    "long": "x" * 10_000,
    "other scheme": "file:///etc/passwd",
    "ftp": "ftp://user:secret@host/x",
    "password": "https://user:secret@host.example/x",
    "plain http": "http://host.example/x",
    "plain http that looks local": "http://localhost.example/x",
    "no host": "https:///x",
    "bad port": "https://host.example:99999/x",
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_place_that_cannot_be_read_is_refused(office, place):
    """Without a connection, and without repeating a password."""
    error = office.ask("calendar", "import", place, code=1)["error"]
    assert error["code"] == "source"
    assert "secret" not in error["message"] + error["remedy"]


def test_many_releases_are_imported(office):
    """1,200 land in three batches with word of how far it has come; twice changes nothing."""
    path = office.folder / "calendar.toml"
    path.write_text("".join(table(f"r{number}") for number in range(1200)))
    first = office.run("calendar", "import", str(path))
    assert (first.code, first.err.count("changes stored")) == (0, 2)
    assert "1200 added" in first.out
    assert office.ask("calendar", "import", str(path))["unchanged"] == 1200


def test_the_real_calendars_land(office, real):
    """42 ONS releases and 5 announcements, and the same again changes nothing."""
    ons_file = str(real / "calendars" / "ons-search-releases.json")
    folder = str(real / "govuk" / "examples" / "statistics_announcement" / "frontend")
    assert len(office.ask("calendar", "import", ons_file)["added"]) == 42
    assert len(office.ask("calendar", "import", folder)["added"]) == 5
    assert office.ask("calendar", "import", ons_file)["unchanged"] == 42
    assert office.ask("calendar", "import", folder)["unchanged"] == 5
    recording = str(real / "govuk" / "live-recordings" / "moj-2024-11-20" / "search.json")
    assert len(office.ask("calendar", "import", recording, code=1)["refused"]) == 1086
    assert len(office.ask("calendar", "list")) == 47
