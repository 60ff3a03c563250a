"""Bank holidays shown, refreshed, and kept in the log, by the real command."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from pubguard_plugins.facts.holidays import load

from pubguard.clock import parse
from tests.calendar.conftest import table
from tests.calendar.test_web import Server, answer

REAL = load()
SUDDEN = "2026-12-29"
"""A Tuesday that no list has: a day proclaimed at short notice."""
DIVISIONS = ("england-and-wales", "scotland", "northern-ireland")


def file(add=(), drop=(), base=REAL.days) -> bytes:
    """GOV.UK's file with these (division, date) pairs more and fewer."""
    lists = {}
    for division in DIVISIONS:
        days = {**base[division], **{d: "Extra day" for where, d in add if where == division}}
        kept = [d for d in sorted(days) if (division, d) not in drop]
        events = [{"title": days[d], "date": d, "notes": "", "bunting": True} for d in kept]
        lists[division] = {"division": division, "events": events}
    return msgspec.json.encode(lists)


@pytest.fixture
def web():
    """A real HTTP server; `web.body` is what it answers, `web.kind` its media type."""
    server = Server(lambda _: answer(server.body, Content_Type=server.kind))
    server.body, server.kind = file(), "application/json"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def office(make_guard):
    return make_guard()


def refresh(office, web, *more, code=0):
    return office.ask(
        *("calendar", "holidays", "--refresh", "--from", web.address("/bank-holidays.json")),
        *more,
        code=code,
    )


def kinds(office):
    return [kind for kind, _ in office.events()]


def check(office, release="prices"):
    """The codes of a check, and what it says it knew of the day."""
    found = office.run("check", "approve", release, "--actor", "a.jones", "--json").document
    workspace = office.workspace()
    entry = list(workspace.log.read())[found["event"]["index"]]
    workspace.close()
    world = msgspec.json.decode(entry.data)["world"]
    return {v["code"]: v["reason"] for v in found["verdicts"]}, world["Day"]


def sound(office):
    """The log verifies, decides every check again to the same answer, and can be remade."""
    for command in (["verify", "--replay"], ["rebuild"], ["verify", "--replay"]):
        assert office.run("log", *command).code == 0


def test_a_day_proclaimed_at_short_notice_is_known_after_a_refresh(office, web):
    """Nine days' warning in 2022: the file is read again, and the next check says so."""
    office.take(table(at=f"{SUDDEN}T09:30:00", contact="x"))
    codes, day = check(office)
    assert "PG204" not in codes
    assert day["source"] == "govuk-bank-holidays"
    web.body = file(add=[("england-and-wales", SUDDEN)])
    done = refresh(office, web)
    assert done["recorded"]
    assert done["added"] == {"england-and-wales": {SUDDEN: "Extra day"}}
    assert done["removed"] == {}
    codes, day = check(office)
    assert "Extra day" in codes["PG204"]
    assert day == {
        "date": SUDDEN,
        "closed": "Extra day",
        "covered": True,
        "source": web.address("/bank-holidays.json"),
        "digest": done["digest"],
        "dated": "2026-10-01",
    }
    sound(office)


def test_a_refresh_of_what_is_known_records_nothing(office, web):
    """The same file again is no news, until its date is a month old."""
    assert refresh(office, web)["recorded"]
    before = office.events()
    assert not refresh(office, web)["recorded"]
    office.clock.set("2026-10-30T10:00")
    assert not refresh(office, web)["recorded"]
    assert office.events() == before
    office.clock.set("2026-10-31T10:00")
    assert refresh(office, web)["recorded"]
    assert office.ask("calendar", "holidays")["dated"] == "2026-10-31"


LOST = ("scotland", "2027-11-30")
ENDS_2027 = [(d, day) for d in DIVISIONS for day in REAL.days[d] if day > "2028"]
FAULTS = {
    "HTML": (b"<html>Sign in</html>", "(text/html) does not have that shape"),
    "a division is missing": (file().replace(b'"scotland":', b'"scottland":'), "for scotland"),
    "a division is empty": (
        file(drop=[("scotland", d) for d in REAL.days["scotland"]]),
        "scotland",
    ),
    "a date twice": (file().replace(b"2028-12-26", b"2028-12-25"), "has 2028-12-25 twice"),
    "no such date": (file().replace(b"2028-12-26", b"2028-12-32"), "2028-12-32"),
    "fewer years": (file(drop=ENDS_2027), "ends with 2027 for england-and-wales"),
    "fewer days ahead": (file(drop=[LOST]), "lacks coming days: scotland 2027-11-30"),
    "a year that cannot be": (file(add=[("scotland", "2099-01-01")]), "2099-01-01, more than 10"),
    "not UTF-8": (file().decode().encode("utf-16"), "not UTF-8"),
    "ISO-8859-1": (file().replace("\u2019".encode(), b"\xb4"), "not UTF-8"),
    "too large": (file() + b" " * 1_000_000, "may have 1,000,000"),
}


@pytest.mark.parametrize(("body", "words"), FAULTS.values(), ids=FAULTS)
def test_a_broken_file_changes_nothing(office, web, body, words):
    """It is refused with what is wrong and what to do, and checks rest on what they did."""
    refresh(office, web)
    before = office.events(), office.ask("calendar", "holidays")
    web.body, web.kind = body, "text/html"
    error = refresh(office, web, code=1)["error"]
    assert error["code"] == "source"
    assert words in error["message"]
    assert error["remedy"]
    assert (office.events(), office.ask("calendar", "holidays")) == before


def test_days_are_dropped_only_on_somebodys_word(office, web):
    """With --accept-removals; days that have passed may go without it."""
    web.body = file(drop=[("scotland", "2012-01-02"), LOST])
    refresh(office, web, code=1)
    done = refresh(office, web, "--accept-removals")
    assert done["removed"] == {
        "scotland": {"2012-01-02": "2nd January", LOST[1]: "St Andrew\u2019s Day"}
    }
    other = file(drop=[("scotland", "2012-01-02"), LOST, ("scotland", "2013-01-01")])
    web.body = other
    assert list(refresh(office, web)["removed"]["scotland"]) == ["2013-01-01"]
    sound(office)


def test_the_first_refresh_is_held_against_the_packaged_copy(office, web):
    """A log without a list is no licence to lose days."""
    web.body = file(drop=[LOST])
    assert "lacks coming days" in refresh(office, web, code=1)["error"]["message"]
    assert office.events() == []


def test_a_refusal_names_only_some_days(office, web):
    """A file that lost a year's days does not fill the screen."""
    lost = [("scotland", d) for d in REAL.days["scotland"] if d.startswith("2027")]
    web.body = file(drop=lost)
    assert f"and {len(lost) - 5} more." in refresh(office, web, code=1)["error"]["message"]


def test_an_import_records_the_packaged_list_once(office):
    """After its own entries; a dry run and a check record none."""
    path = office.folder / "calendar.toml"
    path.write_text(table(contact="x"))
    office.ask("calendar", "import", str(path), "--dry-run")
    assert office.events() == []
    office.ask("calendar", "import", str(path))
    assert kinds(office)[-2:] == ["calendar.imported", "holidays.read"]
    office.ask("calendar", "import", str(path))
    assert kinds(office).count("holidays.read") == 1
    size = len(kinds(office))
    check(office)
    assert len(kinds(office)) == size + 1


def test_without_an_import_a_check_rests_on_the_packaged_list(office):
    """And stays one entry."""
    office.ask(
        *("calendar", "announce", "prices", "--title", "Prices", "--actor", "a.jones"),
        *("--release-at", "2026-12-28T09:30"),
    )
    size = len(kinds(office))
    codes, day = check(office)
    assert "Boxing Day" in codes["PG204"]
    assert day["digest"] == REAL.digest
    assert len(kinds(office)) == size + 1


def test_a_packaged_list_that_reaches_further_takes_over(office, web):
    """As after an update of the package; the list that ends earlier is replaced by an import."""
    web.body = file(drop=ENDS_2027)
    refresh(office, web, "--accept-removals")
    office.take(table(contact="x"))
    status = office.ask("calendar", "holidays")
    assert status["source"] == "govuk-bank-holidays"
    assert {each["last_year"] for each in status["nations"]} == {2028}


def test_a_packaged_list_that_lacks_coming_days_does_not(office, web):
    """The import succeeds and says so; the day proclaimed at short notice stays known."""
    web.body = file(drop=ENDS_2027, add=[("england-and-wales", SUDDEN)])
    refresh(office, web, "--accept-removals")
    (office.folder / "calendar.toml").write_text(table(contact="x"))
    done = office.run("calendar", "import", str(office.folder / "calendar.toml"), "--json")
    assert done.code == 0
    assert "were not recorded" in done.err
    assert SUDDEN in done.err
    assert kinds(office).count("holidays.read") == 1
    taken = office.ask("calendar", "holidays", "--refresh", "--packaged", "--accept-removals")
    assert list(taken["removed"]["england-and-wales"]) == [SUDDEN]


def test_a_saved_copy_is_as_old_as_its_file(office, tmp_path):
    """Its path stays out of the log; a file that lies ahead is of today."""
    saved = tmp_path / "Jane Smith" / "bank-holidays.json"
    saved.parent.mkdir()
    saved.write_bytes(b"\xef\xbb\xbf" + file(add=[("england-and-wales", SUDDEN)]))
    for text, dated in (("2024-05-01T12:00", "2024-05-01"), ("2027-05-01T12:00", "2026-10-01")):
        when = parse(text).timestamp()
        os.utime(saved, (when, when))
        done = office.ask("calendar", "holidays", "--refresh", "--from", str(saved))
        assert (done["source"], done["dated"]) == ("bank-holidays.json", dated)
        assert office.ask("calendar", "holidays")["stale"] is (dated == "2024-05-01")
    assert "Jane" not in office.run("log", "export").out


def test_secrets_of_an_address_stay_out_of_the_log(office, web):
    """Neither its query is recorded nor shown."""
    place = web.address("/bank-holidays.json?api_key=hush")
    done = office.run("calendar", "holidays", "--refresh", "--from", place, "--json")
    assert done.code == 0
    assert "hush" not in done.out + done.err + office.run("log", "export").out


def test_a_folder_is_no_list(office, tmp_path):
    """Several files are refused, and a place that is missing is named."""
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_bytes(file())
    for place in (tmp_path, tmp_path / "missing.json"):
        error = office.ask("calendar", "holidays", "--refresh", "--from", str(place), code=1)
        assert str(place) in error["error"]["message"]


def test_unless_told_otherwise_gov_uk_is_asked(office, monkeypatch):
    """Through the proxy that the machine has; here one that nobody listens at."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    error = office.ask("calendar", "holidays", "--refresh", code=1)["error"]
    assert "https://www.gov.uk/bank-holidays.json could not be read" in error["message"]
    assert office.events() == []


def test_what_is_in_force_is_shown_by_nation(make_guard):
    """Where it comes from, how far it reaches, and what is next; closed days are the office's."""
    office = make_guard(nation="scotland", closed="2026-11-02", now="2026-11-01T10:00")
    status = office.ask("calendar", "holidays")
    assert (status["source"], status["recorded"]) == ("govuk-bank-holidays", False)
    assert (status["digest"], status["extra_closed_days"]) == (REAL.digest, ["2026-11-02"])
    nations = {each["nation"]: each for each in status["nations"]}
    assert list(nations) == ["england", "wales", "scotland", "northern-ireland", "uk"]
    own = nations["scotland"]
    assert (own["own"], own["first_year"], own["last_year"]) == (True, 2012, 2028)
    assert own["next"][:2] == [
        {"date": "2026-11-02", "title": "closed day of the office"},
        {"date": "2026-11-30", "title": "St Andrew\u2019s Day"},
    ]
    assert [day["date"] for day in nations["uk"]["next"]][:2] == ["2026-12-25", "2026-12-28"]
    text = office.run("calendar", "holidays").out
    assert "not in the log yet" in text
    assert text.index("scotland (this office): 2012 to 2028") < text.index("england: 2012 to 2028")
    assert "Monday 2 November 2026      closed day of the office" in text
    assert REAL.digest[:23] in text


def test_a_stale_list_says_so(office, web):
    """After 400 days without a refresh."""
    refresh(office, web)
    office.clock.set("2027-11-05T10:00")
    assert not office.ask("calendar", "holidays")["stale"]
    office.clock.set("2027-11-06T10:00")
    assert office.ask("calendar", "holidays")["stale"]
    assert "stale: refresh it" in office.run("calendar", "holidays").out


def test_a_refresh_tells_people_what_changed(office, web):
    """Each day with its weekday and name."""
    web.body = file(add=[("scotland", SUDDEN)])
    place = web.address("/bank-holidays.json")
    done = office.run("calendar", "holidays", "--refresh", "--from", place)
    assert "1 October 2026: recorded." in done.out
    assert "scotland: 1 added\n  Tuesday 29 December 2026" in done.out
    again = office.run("calendar", "holidays", "--refresh", "--from", place)
    assert "nothing new" in again.out


WRONG = {
    "a place without --refresh": ["--from", "x.json"],
    "a packaged copy without --refresh": ["--packaged"],
    "removals without --refresh": ["--accept-removals"],
    "two lists": ["--refresh", "--packaged", "--from", "x.json"],
}


@pytest.mark.parametrize("arguments", WRONG.values(), ids=WRONG)
def test_options_that_contradict_each_other_are_a_wrong_call(office, arguments):
    """Exit code 2, and nothing is read."""
    assert office.ask("calendar", "holidays", *arguments, code=2)["error"]["code"] == "usage"


def test_without_a_plugin_that_reads_holidays_there_are_none(make_office):
    """The command says which plugin to enable; imports go on as before."""
    office = make_office()
    for more in ([], ["--refresh", "--packaged"]):
        error = office.ask("calendar", "holidays", *more, code=2)["error"]
        assert "time_rules" in error["remedy"]
    office.take(table())
    assert "holidays.read" not in kinds(office)


def test_the_list_is_decoded_once(office, web):
    """Until another one is read."""
    refresh(office, web)
    workspace = office.workspace()
    first = workspace.journal.holidays()
    assert workspace.journal.holidays() is first
    web.body = file(add=[("scotland", SUDDEN)])
    refresh(office, web)
    assert SUDDEN in workspace.journal.holidays().days["scotland"]
    workspace.close()


def test_many_refreshes_at_once_record_one_list(office, web):
    """Whoever comes second finds it recorded."""

    def one(_):
        workspace = office.workspace()
        try:
            return workspace.calendars.holidays.refresh(web.address("/x.json")).recorded
        finally:
            workspace.close()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(one, range(3))) == 1
    assert kinds(office).count("holidays.read") == 1
